//! What a subscriber may choose: boards, rates, batches, lines.

use std::time::{Duration, Instant};

use super::{readings, with_readings};
use crate::support::{Gateway, Subscriber, json};

/// Which of five boards a choice lets through.
async fn check(query: &str, expected: &[&str]) {
    let gateway = Gateway::start("").await;
    let mut subscriber = gateway.subscriber(query).await;
    for board in ["attic", "lab-1", "lab-2", "labor", "x.y"] {
        gateway.post(board, "t:1").await;
    }
    let mut seen = Vec::new();
    while seen.len() < expected.len() {
        seen.push(
            subscriber.next_of("reading").await["board"]
                .as_str()
                .unwrap()
                .to_string(),
        );
    }
    assert_eq!(seen, expected, "{query}");
}

#[tokio::test]
async fn boards_are_chosen_by_name_or_glob() {
    check("", &["attic", "lab-1", "lab-2", "labor", "x.y"]).await;
    check("?boards=attic,x.y", &["attic", "x.y"]).await;
    check("?boards=lab-*,x*", &["lab-1", "lab-2", "x.y"]).await;
    check("?boards=*b*r", &["labor"]).await;
    check("?boards=x%2Ey", &["x.y"]).await;
}

#[tokio::test]
async fn the_snapshot_is_of_the_chosen_boards_only() {
    let gateway = Gateway::start("").await;
    gateway.post("a", "t:1").await;
    gateway.post("b", "t:2").await;
    let mut subscriber = gateway.subscriber("?boards=b").await;
    assert_eq!(subscriber.next().await["board"], "b");
    gateway.post("a", "t:3").await;
    gateway.post("b", "t:4").await;
    assert_eq!(subscriber.next().await["values"], json!({"t": 4}));
}

#[tokio::test]
async fn a_new_subscription_replaces_the_old() {
    let gateway = Gateway::start("").await;
    gateway.post("a", "t:1").await;
    gateway.post("b", "t:2").await;
    let mut subscriber = gateway.subscriber("?boards=a").await;
    assert_eq!(subscriber.next().await["board"], "a");
    subscriber
        .send(&json!({"type": "subscribe", "boards": ["b", "c*"]}))
        .await;
    subscriber.next_hello().await;
    assert_eq!(subscriber.next().await["board"], "b");
    gateway.post("a", "t:3").await;
    gateway.post("b", "t:4").await;
    assert_eq!(subscriber.next().await["values"], json!({"t": 4}));
    // What is left out takes its default.
    subscriber.send(&json!({"type": "subscribe"})).await;
    subscriber.next_hello().await;
    gateway.post("a", "t:5").await;
    assert_eq!(readings(&mut subscriber, 1).await, [json!(5)]);
}

#[tokio::test]
async fn at_a_low_rate_the_newest_always_arrives() {
    let gateway = Gateway::start("").await;
    let mut subscriber = gateway.subscriber("?max_rate=4").await;
    let burst: String = (1..=200).map(|number| format!("t:{number}\n")).collect();
    let start = Instant::now();
    gateway.post("a", &burst).await;
    // The first after a quiet period goes at once, the newest a period later.
    let mut seen = Vec::new();
    while seen.last() != Some(&json!(200)) {
        seen.extend(readings(&mut subscriber, 1).await);
    }
    assert!(seen.len() < 20, "{seen:?}");
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn each_set_of_channels_is_thinned_for_itself() {
    let gateway = Gateway::start("").await;
    let mut subscriber = gateway.subscriber("?max_rate=2").await;
    let burst: String = (1..=100)
        .map(|number| format!("t:{number}\nh:{number}\n"))
        .collect();
    gateway.post("a", &burst).await;
    let (mut t, mut h) = (0, 0);
    while t < 100 || h < 100 {
        let values = subscriber.reading("a").await;
        t = values["t"].as_u64().unwrap_or(t);
        h = values["h"].as_u64().unwrap_or(h);
    }
}

#[tokio::test]
async fn other_events_are_never_thinned() {
    let gateway = Gateway::start("").await;
    let mut subscriber = gateway.subscriber("?max_rate=0.5").await;
    let burst: String = (1..=50)
        .map(|number| format!("t:{number}\nnote {number}!\n"))
        .collect();
    gateway.post("a", &burst).await;
    for number in 1..=50 {
        assert_eq!(
            subscriber.next_of("text").await["text"],
            format!("note {number}!")
        );
    }
}

#[tokio::test]
async fn batches_hold_what_single_messages_would() {
    let gateway = Gateway::start("").await;
    let mut single = gateway.subscriber("").await;
    let mut batched = gateway.subscriber("?batch=true").await;
    let burst: String = (1..=300).map(|number| format!("t:{number}\n")).collect();
    gateway.post("a", &burst).await;
    for _ in 0..=300 {
        assert_eq!(batched.next().await, single.next().await);
    }
}

#[tokio::test]
async fn only_who_asks_gets_arrays() {
    let gateway = Gateway::start("").await;
    let mut plain = gateway.ws("/ws", &[]).await;
    assert!(plain.text().await.starts_with("{\"type\":\"hello\""));
    gateway.post("a", "t:1\nt:2\nt:3").await;
    for _ in 0..4 {
        let text = plain.text().await;
        assert!(text.starts_with("{\"type\":"), "{text}");
    }
}

/// What a subscriber with lines is told of `t:1, h:2` and `Booting…`, after the board's state.
async fn check_lines(subscriber: &mut Subscriber) {
    subscriber.state("a", "online").await;
    let mut told = Vec::new();
    for _ in 0..4 {
        told.push(subscriber.next().await);
    }
    let kinds: Vec<_> = told
        .iter()
        .map(|message| message["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["line", "reading", "line", "text"]);
    assert_eq!(
        (&told[0]["text"], &told[0]["board"]),
        (&json!("t:1, h:2"), &json!("a"))
    );
    assert_eq!(told[0].get("seq"), None);
    assert!(told[0]["time"].is_number());
}

#[tokio::test]
async fn lines_precede_the_events_that_came_from_them() {
    let gateway = Gateway::start("").await;
    let mut subscriber = gateway.subscriber("?lines=true").await;
    let mut board = gateway.ws("/board/a", &[]).await;
    board.send("t:1, h:2\nBooting…").await;
    check_lines(&mut subscriber).await;
}

#[tokio::test]
async fn posts_have_lines_too() {
    let gateway = Gateway::start("").await;
    let mut subscriber = gateway.subscriber("?lines=true").await;
    gateway.post("a", "t:1, h:2\nBooting…").await;
    check_lines(&mut subscriber).await;
}

#[tokio::test]
async fn history_gives_the_last_events_before_those_to_come() {
    let (gateway, _) = with_readings("", 10).await;
    let mut subscriber = gateway.subscriber("?history=3").await;
    assert_eq!(subscriber.next().await["type"], "board");
    gateway.post("a", "t:11").await;
    assert_eq!(
        readings(&mut subscriber, 4).await,
        [json!(8), json!(9), json!(10), json!(11)]
    );
}

#[tokio::test]
async fn history_is_of_the_chosen_boards_and_never_thinned() {
    let gateway = Gateway::start("").await;
    for number in 1..=5 {
        gateway.post("a", &format!("t:{number}")).await;
        gateway.post("b", &format!("t:{}", number * 100)).await;
    }
    let mut subscriber = gateway
        .subscriber("?boards=a&history=4&max_rate=0.01")
        .await;
    let expected = [json!(2), json!(3), json!(4), json!(5)];
    assert_eq!(readings(&mut subscriber, 4).await, expected);
}
