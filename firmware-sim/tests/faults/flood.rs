//! A board that sends as fast as it can, beside one at 20 Hz.

use std::time::Duration;

use tokio::task::JoinSet;

use super::scene::Scene;
use crate::support::{Frame, Raw};

/// 20 Hz.
const PACE: Duration = Duration::from_millis(50);

/// Sends bundles of lines until it is aborted.
async fn flood(mut board: Raw) {
    let mut bundle = Vec::new();
    for number in 0..500 {
        bundle.extend(Frame::text(&format!("flood:{number}")).bytes());
    }
    loop {
        board.send(&bundle).await;
    }
}

/// A slow board's values, all of which must come in order beside the flood.
async fn flooded(config: &str) -> Scene {
    let mut scene = Scene::start(config).await;
    let view = scene.subscriber_of("slow,zz-last").await;
    let mut floods = JoinSet::new();
    let loud = Raw::board(scene.address(), "/board/loud").await;
    floods.spawn(flood(loud));
    scene.posting("slow", PACE);
    scene.acknowledged(60).await;
    floods.shutdown().await;
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
