//! The same stream by Server-Sent Events and by long polling.

use crate::support::{Gateway, Raw, Value, json};

/// A stream of Server-Sent Events.
struct Events {
    raw: Raw,
    text: String,
}

impl Events {
    async fn open(gateway: &Gateway, query: &str, last: Option<&str>) -> Self {
        let mut raw = gateway.raw().await;
        let last = last
            .map(|id| format!("Last-Event-ID: {id}\r\n"))
            .unwrap_or_default();
        let host = gateway.address();
        raw.send(format!(
            "GET /api/events{query} HTTP/1.1\r\nHost: {host}\r\n{last}\r\n"
        ))
        .await;
        let head = raw.head().await;
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        assert!(
            head.contains("\r\nContent-Type: text/event-stream"),
            "{head}"
        );
        Self {
            raw,
            text: String::new(),
        }
    }

    /// The id and the message of the next event; comments are skipped.
    async fn next(&mut self) -> (Option<String>, Value) {
        loop {
            let event = self.block().await;
            assert!(!event.contains("event:"), "{event}");
            let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
            if let Some(data) = field("data:") {
                let id = field("id:").map(|id| id.trim().to_string());
                return (id, serde_json::from_str(data).unwrap());
            }
        }
    }

    /// Up to an empty line. The lines of chunked framing stand between events.
    async fn block(&mut self) -> String {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_string(), rest.to_string());
                self.text = rest;
                return block;
            }
            let more = self.raw.some().await;
            assert!(!more.is_empty(), "ended after {}", self.text);
            self.text.push_str(std::str::from_utf8(&more).unwrap());
        }
    }
}

#[tokio::test]
async fn events_carry_ids_and_the_snapshot_none() {
    let gateway = Gateway::start("").await;
    let first = gateway.post("a", "t:1").await;
    let mut events = Events::open(&gateway, "", None).await;
    let (id, hello) = events.next().await;
    let stream = hello["stream"].as_str().unwrap().to_string();
    assert_eq!(id, Some(format!("{stream}/{first}")));
    let (id, board) = events.next().await;
    assert_eq!((id, &board["board"]), (None, &json!("a")));
    let second = gateway.post("a", "t:2").await;
    let (id, reading) = events.next().await;
    assert_eq!(id, Some(format!("{stream}/{second}")));
    assert_eq!(reading["values"], json!({"t": 2}));
}

#[tokio::test]
async fn the_last_id_resumes() {
    let gateway = Gateway::start("").await;
    gateway.post("a", "t:1").await;
    let mut events = Events::open(&gateway, "?boards=a", None).await;
    let id = events.next().await.0.unwrap();
    drop(events);
    gateway.post("a", "t:2").await;
    gateway.post("b", "t:3").await;
    gateway.post("a", "t:4").await;
    let mut events = Events::open(&gateway, "?boards=a", Some(&id)).await;
    assert_eq!(events.next().await.1["resumed"], true);
    assert_eq!(events.next().await.1["values"], json!({"t": 2}));
    assert_eq!(events.next().await.1["values"], json!({"t": 4}));
}

fn kinds(poll: &Value) -> Vec<&str> {
    let messages = poll["messages"].as_array().unwrap().iter();
    messages
        .map(|message| message["type"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_first_poll_is_answered_at_once() {
    let gateway = Gateway::start("").await;
    let seq = gateway.post("a", "t:1").await;
    let poll = gateway.get_json("/api/poll").await;
    assert_eq!(poll["seq"], seq);
    assert_eq!(kinds(&poll), ["hello", "board"]);
    assert_eq!(poll["stream"], poll["messages"][0]["stream"]);
}

#[tokio::test]
async fn a_poll_gives_what_came_since() {
    let gateway = Gateway::start("").await;
    let since = gateway.post("a", "t:1").await;
    let seq = gateway.post("a", "t:2\nt:3").await;
    let poll = gateway.get_json(&format!("/api/poll?since={since}")).await;
    assert_eq!(poll["seq"], seq);
    let readings = poll["messages"].as_array().unwrap().iter();
    let values: Vec<_> = readings
        .filter(|m| m["type"] == "reading")
        .map(|m| &m["values"])
        .collect();
    assert_eq!(values, [&json!({"t": 2}), &json!({"t": 3})]);
}

#[tokio::test]
async fn a_poll_waits_for_the_first_message() {
    let gateway = Gateway::start("").await;
    let since = gateway.post("a", "t:1").await;
    let path = format!("/api/poll?since={since}&timeout=30");
    let (poll, _) = tokio::join!(gateway.get_json(&path), gateway.post("a", "t:2"));
    assert!(kinds(&poll).contains(&"reading"), "{poll}");
}

#[tokio::test]
async fn a_poll_that_waited_in_vain_is_empty() {
    let gateway = Gateway::start("").await;
    let since = gateway.post("a", "t:1").await;
    let poll = gateway
        .get_json(&format!("/api/poll?since={since}&timeout=1"))
        .await;
    assert_eq!(poll["seq"], since);
    assert!(!kinds(&poll).contains(&"reading"), "{poll}");
}
