//! A gateway that is stopped in order and started again: nobody notices more than a pause.

use super::HISTORY;
use super::scene::Scene;
use super::storing::until_stored;
use crate::support::{Gateway, Value, json};

#[tokio::test]
async fn after_an_orderly_restart_numbers_go_on_without_a_jump() {
    let mut scene = Scene::start(HISTORY).await;
    let view = scene.subscriber().await;
    scene.boards();
    for _ in 0..3 {
        scene.acknowledged(100).await;
        scene.restart().await;
    }
    scene.acknowledged(50).await;
    scene.settle(&[&view]).await;
    scene.must_have_everything(&view);
    let view = view.lock();
    assert_eq!(view.streams.len(), 1, "{:?}", view.streams);
    assert_eq!(view.jumps, 0);
}

/// Ten readings of `a` and of `b` in turn, then a restart. Gives the stream, the number
/// before the first, and the last number.
async fn restarted() -> (Scene, String, u64, u64) {
    let mut scene = Scene::start(HISTORY).await;
    let gateway = scene.gateway();
    let stream = gateway.subscriber("").await.stream().to_string();
    let since = gateway.post("a", "t:0").await;
    gateway.post("b", "t:0").await;
    let mut head = 0;
    for number in 1..=10 {
        gateway.post("a", &format!("t:{number}")).await;
        head = gateway.post("b", &format!("t:{number}")).await;
    }
    scene.restart().await;
    (scene, stream, since, head)
}

async fn values(gateway: &Gateway, query: &str, count: usize) -> Vec<(Value, Value)> {
    let mut subscriber = gateway.subscriber(query).await;
    let mut seen = Vec::new();
    for _ in 0..count {
        let reading = subscriber.next_of("reading").await;
        seen.push((reading["board"].clone(), reading["values"]["t"].clone()));
    }
    seen
}

#[tokio::test]
async fn what_was_before_can_be_resumed() {
    let (scene, stream, since, _) = restarted().await;
    let query = format!("?boards=a&stream={stream}&since={since}");
    let hello = scene.gateway().subscriber(&query).await.hello;
    assert_eq!(hello["resumed"], true, "{hello}");
    let seen = values(scene.gateway(), &query, 10).await;
    let wanted: Vec<_> = (1..=10).map(|number| (json!("a"), json!(number))).collect();
    assert_eq!(seen, wanted);
}

#[tokio::test]
async fn the_last_readings_from_before_can_be_had() {
    let (scene, ..) = restarted().await;
    // The fourth is the board's state, which has changed with the restart.
    let seen = values(scene.gateway(), "?boards=b&history=4", 3).await;
    assert_eq!(seen, [8, 9, 10].map(|number| (json!("b"), json!(number))));
}

#[tokio::test]
async fn a_replay_from_before_is_thinned() {
    let mut scene = Scene::start(HISTORY).await;
    let since = scene.gateway().post("a", "t:0").await;
    let burst: String = (1..=100).map(|number| format!("t:{number}\n")).collect();
    scene.gateway().post("a", &burst).await;
    scene.restart().await;
    let query = format!("?boards=a&since={since}&max_rate=1");
    let mut subscriber = scene.gateway().subscriber(&query).await;
    assert_eq!(subscriber.hello["resumed"], true);
    let mut seen = Vec::new();
    while seen.last() != Some(&json!({"t": 100})) {
        seen.push(subscriber.reading("a").await);
    }
    assert!(seen.len() < 10, "{seen:?}");
}

#[tokio::test]
async fn boards_and_their_last_values_are_still_known() {
    let (scene, _, _, head) = restarted().await;
    let mut subscriber = scene.gateway().subscriber("?boards=b").await;
    let board = subscriber.next_of("board").await;
    assert_eq!(board["last"]["values"], json!({"t": 10}), "{board}");
    assert_eq!(board["last"]["seq"], head, "{board}");
    // Boards that post are online or stale, never offline.
    let state = board["state"].as_str().unwrap();
    assert!(["online", "stale"].contains(&state), "{board}");
}

#[tokio::test]
async fn a_board_on_a_websocket_was_closed_by_the_stop() {
    let mut scene = Scene::start(HISTORY).await;
    let mut board = scene.gateway().ws("/board/porch", &[]).await;
    let mut subscriber = scene.gateway().subscriber("").await;
    board.send("t:1").await;
    subscriber.reading("porch").await;
    scene.restart().await;
    let mut subscriber = scene.gateway().subscriber("?boards=porch").await;
    let porch = subscriber.next_of("board").await;
    assert_eq!(
        (&porch["state"], &porch["reason"]),
        (&json!("offline"), &json!("closed"))
    );
    assert_eq!(porch["last"]["values"], json!({"t": 1}));
}

#[tokio::test]
async fn a_killed_board_is_not_online() {
    let mut scene = Scene::start(HISTORY).await;
    let mut board = scene.gateway().ws("/board/porch", &[]).await;
    let mut subscriber = scene.gateway().subscriber("").await;
    board.send("t:1").await;
    let reading = subscriber.next_of("reading").await;
    // What a commit holds is not undone by a kill.
    until_stored(&scene, reading["seq"].as_u64().unwrap()).await;
    scene.kill().await;
    let mut subscriber = scene.gateway().subscriber("?boards=porch").await;
    let porch = subscriber.next_of("board").await;
    assert_eq!(porch["state"], "offline", "{porch}");
}

#[tokio::test]
async fn without_a_history_everything_begins_anew() {
    let mut scene = Scene::start("").await;
    let stream = scene.gateway().subscriber("").await.stream().to_string();
    let seq = scene.gateway().post("a", "t:1").await;
    scene.restart().await;
    let back = format!("?stream={stream}&since={seq}");
    let back = scene.gateway().subscriber(&back).await;
    assert_ne!(back.stream(), stream);
    assert_eq!(back.hello["resumed"], false);
}

#[tokio::test]
async fn a_burst_from_nothing_keeps_its_numbers_and_the_stream() {
    let mut scene = Scene::start(HISTORY).await;
    let live = scene.gateway().subscriber("").await;
    let burst: String = (1..=9000).map(|number| format!("t:{number}\n")).collect();
    let last = scene.gateway().post("a", &burst).await;
    // Who was answered knows the number: it is not given out again, whatever was stored.
    scene.kill().await;
    let next = scene.gateway().post("b", "t:1").await;
    assert!(next > last, "{next} after {last}");
    let again = scene.gateway().subscriber("").await;
    assert_eq!(again.stream(), live.stream());
}
