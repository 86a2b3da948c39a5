//! Server-Sent Events: the same stream for whoever reads them.

use std::time::Duration;

use rustix::process::Signal;

use crate::support::{Answer, Events, Gateway, Value, json};

mod behind;

mod browser;

async fn events(gateway: &Gateway, query: &str) -> Events {
    Events::connect(gateway.address(), query, &[]).await
}

/// The values of the next `count` readings.
async fn readings(events: &mut Events, count: usize) -> Vec<Value> {
    let mut values = Vec::new();
    while values.len() < count {
        values.push(events.next_of("reading").await.data["values"]["t"].clone());
    }
    values
}

#[tokio::test]
async fn events_are_those_of_a_websocket() {
    let gateway = Gateway::start("").await;
    gateway.post("a", "t:0").await;
    let mut subscriber = gateway.subscriber("").await;
    let mut events = events(&gateway, "").await;
    let hello = events.next().await.unwrap();
    let stream = subscriber.stream().to_owned();
    assert_eq!(hello.data, subscriber.hello);
    assert_eq!(hello.id, Some(format!("{stream}/2")));
    let board = events.next().await.unwrap();
    assert_eq!((board.data, board.id), (subscriber.next().await, None));
    gateway.post("b", "t:1\nBooting…\nt:2").await;
    for seq in 3..=6 {
        let event = events.next().await.unwrap();
        assert_eq!(event.data, subscriber.next().await);
        assert_eq!(event.id, Some(format!("{stream}/{seq}")));
    }
}

#[tokio::test]
async fn the_answer_is_not_kept_by_anybody_on_its_way() {
    let gateway = Gateway::start("").await;
    let events = events(&gateway, "").await;
    let head = events.head.replace("\r\n", "\n");
    let wanted = "HTTP/1.1 200 OK\nContent-Type: text/event-stream\nCache-Control: no-store\n\
                  X-Accel-Buffering: no\nTransfer-Encoding: chunked";
    assert_eq!(head, wanted);
    let answer = gateway.http("HEAD", "/api/events", &[], "").await;
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    assert_eq!(answer.header("Content-Type"), Some("text/event-stream"));
}

#[tokio::test]
async fn a_query_chooses_as_it_does_for_a_websocket() {
    let gateway = Gateway::start("").await;
    gateway.post("a", "t:1").await;
    gateway.post("lab-1", "t:2\nt:3").await;
    let mut events = events(&gateway, "?boards=lab-*&history=1&lines=true&batch=true").await;
    assert_eq!(events.next_of("board").await.data["board"], "lab-1");
    gateway.post("a", "t:4").await;
    gateway.post("lab-1", "t:5").await;
    assert_eq!(
        events.next_of("reading").await.data["values"],
        json!({"t": 3})
    );
    let line = events.next().await.unwrap();
    assert_eq!((&line.data["type"], line.id), (&json!("line"), None));
    assert_eq!(events.next().await.unwrap().data["values"], json!({"t": 5}));
}

#[tokio::test]
async fn at_a_low_rate_the_newest_always_arrives() {
    let gateway = Gateway::start("").await;
    let mut events = events(&gateway, "?max_rate=4").await;
    let burst: String = (1..=200).map(|number| format!("t:{number}\n")).collect();
    gateway.post("a", &burst).await;
    let mut seen = Vec::new();
    while seen.last() != Some(&json!(200)) {
        seen.extend(readings(&mut events, 1).await);
    }
    assert!(seen.len() < 20, "{seen:?}");
}

#[tokio::test]
async fn a_query_that_cannot_be_understood_is_400() {
    let gateway = Gateway::start("").await;
    for query in ["max_rate=0", "since=x", "stream=abc", "history=-1"] {
        let answer: Answer = gateway
            .http("GET", &format!("/api/events?{query}"), &[], "")
            .await;
        assert_eq!(
            (answer.status, &*answer.code()),
            (400, "bad_query"),
            "{query}"
        );
    }
}

#[tokio::test]
async fn pages_of_listed_origins_may_read_them() {
    let gateway = Gateway::start("[server]\nallowed_origins = [\"http://localhost:5173\"]\n").await;
    let headers = [("Origin", "http://localhost:5173")];
    let listed = Events::connect(gateway.address(), "", &headers).await;
    let allowed = "Access-Control-Allow-Origin: http://localhost:5173";
    assert!(listed.head.contains(allowed), "{}", listed.head);
    let headers = [("Origin", "http://evil.example")];
    let other = Events::connect(gateway.address(), "", &headers).await;
    assert!(!other.head.contains("Access-Control"), "{}", other.head);
}

#[tokio::test]
async fn a_gateway_that_stops_ends_the_answer() {
    let mut gateway = Gateway::start("").await;
    let mut events = events(&gateway, "").await;
    let board = gateway.ws("/board/a", &[]).await;
    events.next_of("board").await;
    gateway.signal(Signal::TERM);
    let last = events.next_of("board").await;
    assert_eq!(last.data["state"], "offline", "{last:?}");
    assert!(
        events.next().await.is_none(),
        "something came after the end"
    );
    drop(board);
    let status = gateway.wait_exit(Duration::from_secs(10)).await;
    assert_eq!(status.code(), Some(0));
    assert!(
        !gateway.said().contains("without waiting"),
        "{}",
        gateway.said()
    );
}

#[tokio::test]
async fn who_reads_events_is_a_subscriber() {
    let gateway = Gateway::start("").await;
    let subscribers = async || {
        let metrics = gateway.metrics().await.0;
        metrics.contains("\nboardcast_subscribers 1\n")
    };
    let mut events = events(&gateway, "").await;
    events.next_of("hello").await;
    assert!(subscribers().await);
    drop(events);
    while subscribers().await {}
}
