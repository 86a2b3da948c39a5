//! Coming back: nothing is lost or repeated, or a gap says how much.

use super::{readings, with_readings};
use crate::support::{Gateway, json};

/// The smallest backlog.
const SMALL: &str = "[backlog]\nevents = 16\n";

#[tokio::test]
async fn who_comes_back_in_time_goes_on_where_he_was() {
    let (gateway, _) = with_readings("", 3).await;
    let first = gateway.subscriber("").await;
    let (stream, head) = (first.stream().to_string(), first.hello["seq"].clone());
    drop(first);
    gateway.post("a", "t:4\nt:5").await;
    let mut back = gateway
        .subscriber(&format!("?stream={stream}&since={head}"))
        .await;
    assert_eq!(back.hello["resumed"], true, "{}", back.hello);
    gateway.post("a", "t:6").await;
    for expected in 4..=6 {
        assert_eq!(back.next().await["values"], json!({"t": expected}));
    }
}

#[tokio::test]
async fn who_missed_nothing_resumes_at_the_head() {
    let (gateway, head) = with_readings("", 3).await;
    let mut back = gateway
        .subscriber(&format!("?since={head}&history=2"))
        .await;
    assert_eq!(back.hello["resumed"], true, "{}", back.hello);
    gateway.post("a", "t:4").await;
    // Neither snapshot nor history.
    assert_eq!(back.next().await["values"], json!({"t": 4}));
}

#[tokio::test]
async fn who_comes_back_too_late_is_told_of_a_gap() {
    let (gateway, head) = with_readings(SMALL, 40).await;
    let mut back = gateway.subscriber("?since=2&history=2").await;
    assert_eq!(
        (&back.hello["resumed"], &back.hello["seq"]),
        (&json!(false), &json!(head))
    );
    let gap = back.next().await;
    assert_eq!(gap["type"], "gap");
    assert_eq!((&gap["from"], &gap["to"]), (&json!(3), &json!(head)));
    let missed = gap["missed"].as_u64().unwrap();
    assert!(missed >= head - 2, "{gap}");
    if missed > head - 2 {
        assert_eq!(gap["atmost"], true, "{gap}");
    }
    let board = back.next().await;
    assert_eq!(
        (&board["type"], &board["last"]["seq"]),
        (&json!("board"), &json!(head))
    );
    assert_eq!(readings(&mut back, 2).await, [json!(39), json!(40)]);
    gateway.post("a", "t:41").await;
    assert_eq!(back.next().await["values"], json!({"t": 41}));
}

#[tokio::test]
async fn nobody_gets_a_gap_for_what_others_lost() {
    let gateway = Gateway::start(SMALL).await;
    let since = gateway.post("quiet", "t:1").await;
    for number in 0..40 {
        gateway.post("loud", &format!("t:{number}")).await;
    }
    let mut back = gateway
        .subscriber(&format!("?boards=quiet&since={since}"))
        .await;
    assert_eq!(back.hello["resumed"], true, "{}", back.hello);
    gateway.post("quiet", "t:2").await;
    assert_eq!(back.next().await["values"], json!({"t": 2}));
}

#[tokio::test]
async fn another_stream_is_a_new_beginning() {
    let (gateway, _) = with_readings("", 3).await;
    let mut back = gateway.subscriber("?stream=00000000&since=2").await;
    assert_eq!(back.hello["resumed"], false);
    assert_eq!(back.next().await["type"], "board");
}

#[tokio::test]
async fn a_number_from_the_future_is_a_new_beginning_without_a_gap() {
    let (gateway, head) = with_readings("", 3).await;
    let mut back = gateway.subscriber(&format!("?since={}", head + 100)).await;
    assert_eq!(back.hello["resumed"], false);
    assert_eq!(back.next().await["type"], "board");
    gateway.post("a", "t:4").await;
    assert_eq!(back.next().await["values"], json!({"t": 4}));
}

#[tokio::test]
async fn a_subscription_in_a_message_resumes_too() {
    let (gateway, head) = with_readings("", 5).await;
    let mut subscriber = gateway.subscriber("?boards=none").await;
    subscriber
        .send(&json!({"type": "subscribe", "since": head - 2, "boards": "a"}))
        .await;
    subscriber.next_hello().await;
    assert_eq!(subscriber.hello["resumed"], true);
    assert_eq!(readings(&mut subscriber, 2).await, [json!(4), json!(5)]);
}

#[tokio::test]
async fn a_replay_is_thinned_as_it_would_have_been_live() {
    let gateway = Gateway::start("").await;
    let since = gateway.post("a", "t:0").await;
    let burst: String = (1..=500).map(|number| format!("t:{number}\n")).collect();
    gateway.post("a", &burst).await;
    let mut back = gateway
        .subscriber(&format!("?since={since}&max_rate=1"))
        .await;
    assert_eq!(back.hello["resumed"], true);
    let mut seen = Vec::new();
    while seen.last() != Some(&json!(500)) {
        seen.extend(readings(&mut back, 1).await);
    }
    assert!(seen.len() < 10, "{seen:?}");
}
