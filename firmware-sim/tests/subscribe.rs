//! Subscribers: what they are told first, what next, and how they choose.

use crate::support::{Answer, Gateway, Subscriber, Usb, Value, json};

mod behind;

mod choices;

mod resume;

/// A gateway and `count` readings `t:1`, `t:2`, … of board `a`; gives the last one's `seq`.
pub async fn with_readings(config: &str, count: u64) -> (Gateway, u64) {
    let gateway = Gateway::start(config).await;
    let mut last = 0;
    for number in 1..=count {
        last = gateway.post("a", &format!("t:{number}")).await;
    }
    (gateway, last)
}

/// The values of the next `count` readings, of whatever board.
pub async fn readings(subscriber: &mut Subscriber, count: usize) -> Vec<Value> {
    let mut readings = Vec::new();
    while readings.len() < count {
        readings.push(subscriber.next_of("reading").await["values"]["t"].clone());
    }
    readings
}

#[tokio::test]
async fn the_first_message_is_hello() {
    let (gateway, head) = with_readings("", 1).await;
    let subscriber = gateway.subscriber("").await;
    let hello = &subscriber.hello;
    assert_eq!(hello["seq"], head);
    assert_eq!(hello["resumed"], false);
    assert!(
        hello["stream"]
            .as_str()
            .is_some_and(|stream| !stream.is_empty()),
        "{hello}"
    );
    assert!(
        hello["gateway"].is_string() && hello["version"].is_string(),
        "{hello}"
    );
}

#[tokio::test]
async fn a_snapshot_precedes_what_is_live() {
    let (gateway, last) = with_readings("", 2).await;
    let first_b = gateway.post("b", "u:1,door:open").await;
    let mut subscriber = gateway.subscriber("").await;
    let mut boards = [subscriber.next().await, subscriber.next().await];
    boards.sort_by_key(|board| board["board"].as_str().unwrap().to_string());
    assert_eq!(boards[0]["board"], "a");
    assert_eq!(boards[0]["state"], "online");
    assert_eq!(boards[0]["seq"], last);
    assert_eq!(boards[0]["last"]["seq"], last);
    assert_eq!(boards[0]["last"]["values"], json!({"t": 2}));
    assert_eq!(boards[0]["channels"], json!({"t": {}}));
    assert_eq!(boards[1]["last"]["values"], json!({"u": 1, "door": "open"}));
    assert_eq!(subscriber.hello["seq"], first_b);
    gateway.post("a", "t:3").await;
    let live = subscriber.next().await;
    assert_eq!(
        (&live["type"], &live["values"]),
        (&json!("reading"), &json!({"t": 3}))
    );
}

#[tokio::test]
async fn the_last_values_are_those_of_each_channel() {
    let gateway = Gateway::start("").await;
    let older = gateway.post("a", "t:1").await;
    let newer = gateway.post("a", "h:2").await;
    assert!(newer > older);
    let mut subscriber = gateway.subscriber("").await;
    let board = subscriber.next().await;
    assert_eq!(board["last"]["values"], json!({"t": 1, "h": 2}));
    assert_eq!(board["last"]["seq"], newer);
    assert!(board["channels"]["t"]["time"].is_number(), "{board}");
    assert_eq!(board["channels"]["h"].get("time"), None, "{board}");
}

#[tokio::test]
async fn every_subscriber_is_told_the_same() {
    let gateway = Gateway::start("").await;
    let mut subscribers = Vec::new();
    for _ in 0..10 {
        subscribers.push(gateway.subscriber("").await);
    }
    gateway.post("a", "t:1\nt:2").await;
    let mut told = Vec::new();
    for subscriber in &mut subscribers {
        told.push([
            subscriber.next().await,
            subscriber.next().await,
            subscriber.next().await,
        ]);
    }
    assert!(told.iter().all(|events| *events == told[0]), "{told:?}");
}

#[tokio::test]
async fn what_cannot_be_understood_is_an_error_and_the_connection_stays() {
    let gateway = Gateway::start("").await;
    let mut subscriber = gateway.subscriber("?boards=a").await;
    for text in [
        "hello",
        "[1]",
        "{}",
        "{\"type\":\"dance\"}",
        "{\"type\":\"subscribe\",\"max_rate\":0}",
        "{\"type\":\"subscribe\",\"since\":\"x\"}",
        "{\"type\":\"command\",\"board\":\"a\",\"data\":\"x\"}",
    ] {
        subscriber.send_text(text).await;
        let error = subscriber.next().await;
        assert_eq!(error["type"], "error", "{text}: {error}");
        assert_eq!(error["code"], "bad_message", "{text}: {error}");
        assert!(error["message"].is_string(), "{text}: {error}");
    }
    // The old subscription stays.
    gateway.post("b", "t:0").await;
    gateway.post("a", "t:1").await;
    assert_eq!(subscriber.next_of("reading").await["board"], "a");
}

#[tokio::test]
async fn an_error_names_the_message_it_is_about() {
    let gateway = Gateway::start("").await;
    let mut subscriber = gateway.subscriber("").await;
    subscriber.send(&json!({"type": "dance", "id": 7})).await;
    assert_eq!(subscriber.next_of("error").await["id"], 7);
}

#[tokio::test]
async fn a_query_that_cannot_be_understood_is_400() {
    let gateway = Gateway::start("").await;
    for query in [
        "max_rate=0",
        "max_rate=fast",
        "history=-1",
        "since=x",
        "stream=abc",
        "batch=perhaps",
    ] {
        let refusal: Answer = gateway.refused_upgrade(&format!("/ws?{query}"), &[]).await;
        assert_eq!((refusal.status, refusal.body.len()), (400, 0), "{query}");
    }
}

#[tokio::test]
async fn what_a_subscriber_publishes_is_an_event() {
    let gateway = Gateway::start("").await;
    let mut listener = gateway.subscriber("").await;
    let mut phone = gateway.subscriber("?boards=none").await;
    phone
        .send(&json!({"type": "publish", "board": "phone", "values": {"tilt": 0.3}}))
        .await;
    phone
        .send(&json!({"type": "publish", "board": "phone", "line": "shake:1"}))
        .await;
    let online = listener.state("phone", "online").await;
    assert_eq!(online["link"], "publish");
    assert_eq!(listener.reading("phone").await, json!({"tilt": 0.3}));
    assert_eq!(listener.reading("phone").await, json!({"shake": 1}));
}

#[tokio::test]
async fn nobody_speaks_for_a_board_on_a_port() {
    let usb = Usb::absent("greenhouse");
    let gateway = Gateway::start(&usb.toml("")).await;
    let mut subscriber = gateway.subscriber("?boards=none").await;
    subscriber
        .send(&json!({"type": "publish", "board": "greenhouse", "line": "t:1"}))
        .await;
    let error = subscriber.next().await;
    assert_eq!(
        (&error["type"], &error["code"]),
        (&json!("error"), &json!("forbidden"))
    );
}

#[tokio::test]
async fn an_oversized_message_is_1009() {
    let gateway = Gateway::start("").await;
    let mut subscriber = gateway.subscriber("").await;
    subscriber.send_text(&"x".repeat((64 << 10) + 1)).await;
    assert_eq!(subscriber.close_code().await, 1009);
}
