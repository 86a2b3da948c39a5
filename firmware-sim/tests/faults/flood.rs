//! A board that sends as fast as it can, beside one at 20 Hz.

use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::thread::JoinHandle;
use std::time::Duration;

use super::scene::Scene;
use crate::support::{Frame, Raw};

/// 20 Hz.
const PACE: Duration = Duration::from_millis(50);

/// Sends as fast as the gateway takes it, until the connection is shut down. In a thread,
/// so that it takes no time from the other board.
fn flood(mut board: TcpStream) -> JoinHandle<()> {
    let mut bundle = Vec::new();
    for number in 0..500 {
        bundle.extend(Frame::text(&format!("flood:{number}")).bytes());
    }
    std::thread::spawn(move || while board.write_all(&bundle).is_ok() {})
}

/// A slow board's values, all of which must come in order beside the flood.
async fn flooded(config: &str) -> Scene {
    let mut scene = Scene::start(config).await;
    let view = scene.subscriber_of("slow,zz-last").await;
    let loud = Raw::board(scene.address(), "/board/loud").await.into_std();
    let end = loud.try_clone().unwrap();
    let thread = flood(loud);
    scene.posting("slow", PACE);
    scene.acknowledged(60).await;
    end.shutdown(Shutdown::Both).unwrap();
    thread.join().unwrap();
    scene.settle(&[&view]).await;
    scene.must_have_everything(&view);
    scene
}

#[tokio::test]
async fn a_flood_costs_another_board_no_reading() {
    let scene = flooded("").await;
    assert_eq!(scene.gateway().dropped("loud", "rate_limit").await, 0);
}

#[tokio::test]
async fn the_excess_of_a_flood_is_counted_and_said_once() {
    let scene = flooded("[[board]]\nboard = \"loud\"\nmax_lines_per_s = 100\n").await;
    let gateway = scene.gateway();
    assert!(gateway.dropped("loud", "rate_limit").await > 1000);
    assert_eq!(gateway.said().matches("more lines than").count(), 1);
}
