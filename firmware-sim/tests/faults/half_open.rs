//! Peers that vanish without a word: they are given up after `silent_after`.

use super::scene::Scene;
use crate::support::counted::View;
use crate::support::proxy::Proxy;
use crate::support::{Gateway, Raw, Socket, Subscriber, json, soon};

const CONFIG: &str = "[wifi]\nping_interval = \"200ms\"\nsilent_after = \"1s\"\n";

/// Waits until `/metrics` counts so many subscribers.
async fn until_subscribers(gateway: &Gateway, count: usize) {
    let wanted = format!("boardcast_subscribers {count}\n");
    let looking = async {
        while !gateway.metrics().await.0.contains(&wanted) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    soon(&wanted, looking).await;
}

#[tokio::test]
async fn a_board_that_vanishes_is_offline_by_timeout() {
    let gateway = Gateway::start(CONFIG).await;
    let mut subscriber = gateway.subscriber("?boards=porch").await;
    let proxy = Proxy::before(gateway.address()).await;
    let mut board = Socket::connect(proxy.address(), "/board/porch", &[]).await;
    board.send("t:1").await;
    assert_eq!(subscriber.reading("porch").await, json!({"t": 1}));
    proxy.cut();
    let offline = subscriber.next_of("board").await;
    assert_eq!(
        (&offline["state"], &offline["reason"]),
        (&json!("offline"), &json!("timeout"))
    );
    // It comes back by another way.
    let mut board = gateway.ws("/board/porch", &[]).await;
    subscriber.state("porch", "online").await;
    board.send("t:2").await;
    assert_eq!(subscriber.reading("porch").await, json!({"t": 2}));
}

#[tokio::test]
async fn a_subscriber_that_vanishes_is_given_up() {
    let gateway = Gateway::start(CONFIG).await;
    let proxy = Proxy::before(gateway.address()).await;
    let _vanishing = Subscriber::connect(proxy.address(), "").await;
    until_subscribers(&gateway, 1).await;
    proxy.cut();
    until_subscribers(&gateway, 0).await;
}

#[tokio::test]
async fn a_subscriber_that_vanishes_under_load_is_given_up_and_nobody_misses_anything() {
    let mut scene = Scene::start(CONFIG).await;
    let steady = scene.subscriber().await;
    let proxy = Proxy::before(scene.address()).await;
    let vanishing = scene
        .subscriber_with(View::default(), proxy.address())
        .await;
    scene.boards();
    scene.acknowledged(100).await;
    until_subscribers(scene.gateway(), 2).await;
    proxy.cut();
    until_subscribers(scene.gateway(), 1).await;
    let before = vanishing.lock().clone();
    let back = scene.subscriber_with(before, scene.address()).await;
    scene.acknowledged(100).await;
    scene.settle(&[&steady, &back]).await;
    scene.must_have_everything(&steady);
    scene.must_have_everything(&back);
}

/// Nothing comes from the client of an event stream while all is well, so that only a
/// socket which takes nothing shows that it has gone.
#[tokio::test]
#[ignore = "takes a minute: make faults"]
async fn an_event_stream_that_vanishes_is_given_up() {
    let gateway = Gateway::start(CONFIG).await;
    let proxy = Proxy::before(gateway.address()).await;
    let mut stream = Raw::connect(proxy.address()).await;
    stream
        .send("GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        .await;
    let head = stream.head().await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    until_subscribers(&gateway, 1).await;
    proxy.cut();
    let note = format!("note {}\n", "x".repeat(3000)).repeat(20);
    let gone = async {
        loop {
            gateway.post("notes", &note).await;
            if gateway
                .metrics()
                .await
                .0
                .contains("boardcast_subscribers 0\n")
            {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    // 30 s in which its socket takes nothing, and what fills the sockets first.
    let patience = std::time::Duration::from_secs(90);
    tokio::time::timeout(patience, gone).await.unwrap();
}
