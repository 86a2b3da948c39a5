//! Long polling: the same stream, an answer at a time.

use std::time::Duration;

use rustix::process::Signal;
use tokio::task::JoinSet;

use crate::support::{Answer, Gateway, Value, json};

async fn poll(gateway: &Gateway, query: &str) -> Value {
    gateway.get_json(&format!("/api/poll?{query}")).await
}

/// The query of the next poll.
fn next(answer: &Value) -> String {
    format!(
        "stream={}&since={}",
        answer["stream"].as_str().unwrap(),
        answer["seq"]
    )
}

fn messages(answer: &Value) -> &[Value] {
    answer["messages"].as_array().unwrap()
}

#[tokio::test]
async fn answers_follow_one_another_without_a_loss() {
    let gateway = Gateway::start("").await;
    gateway.post("a", "t:0").await;
    let mut subscriber = gateway.subscriber("?boards=a").await;
    let mut answer = poll(&gateway, "boards=a").await;
    let opening = messages(&answer);
    assert_eq!(opening[0], subscriber.hello);
    assert_eq!(opening[1..], [subscriber.next().await]);
    let mut posting = JoinSet::new();
    let address = gateway.address();
    posting.spawn(async move {
        for number in 1..=300 {
            for board in ["b", "a"] {
                let (path, body) = (format!("/board/{board}"), format!("t:{number}"));
                Answer::to(address, "POST", &path, &[], body.as_bytes()).await;
            }
        }
    });
    let mut expected = 1;
    while expected <= 300 {
        answer = poll(&gateway, &format!("{}&boards=a&timeout=5", next(&answer))).await;
        assert!(!messages(&answer).is_empty());
        for message in messages(&answer) {
            assert_eq!(message["values"], json!({"t": expected}));
            expected += 1;
        }
    }
}

#[tokio::test]
async fn an_answer_waits_for_its_first_message() {
    let gateway = Gateway::start("").await;
    let first = poll(&gateway, "").await;
    let query = next(&first);
    let (answer, _) = tokio::join!(poll(&gateway, &query), gateway.post("a", "t:1"));
    assert_eq!(messages(&answer)[0]["type"], "board");
    let nothing = poll(&gateway, "since=2&timeout=0").await;
    assert_eq!((messages(&nothing).len(), &nothing["seq"]), (0, &json!(2)));
    assert_eq!(nothing["stream"], first["stream"]);
}

#[tokio::test]
async fn what_has_been_lost_is_a_gap_and_a_new_beginning() {
    let gateway = Gateway::start("[backlog]\nevents = 16\n").await;
    let burst: String = (1..=100).map(|number| format!("t:{number}\n")).collect();
    let head = gateway.post("a", &burst).await;
    let answer = poll(&gateway, "since=2").await;
    let kinds: Vec<_> = messages(&answer)
        .iter()
        .map(|message| &message["type"])
        .collect();
    assert_eq!(kinds, ["hello", "gap", "board"]);
    assert_eq!(answer["seq"], head);
    assert_eq!(messages(&answer)[1]["to"], head);
}

#[tokio::test]
async fn a_query_that_cannot_be_understood_is_400() {
    let gateway = Gateway::start("").await;
    for query in ["max_rate=0", "since=x", "stream=abc", "timeout=soon"] {
        let answer = gateway
            .http("GET", &format!("/api/poll?{query}"), &[], "")
            .await;
        assert_eq!(
            (answer.status, &*answer.code()),
            (400, "bad_query"),
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_gateway_that_stops_does_not_wait_for_who_waits() {
    let mut gateway = Gateway::start("").await;
    let mut raw = gateway.raw().await;
    let request = format!(
        "GET /api/poll?since=0 HTTP/1.1\r\nHost: {}\r\n\r\n",
        gateway.address()
    );
    raw.send(request).await;
    until_subscribers(&gateway, 1).await;
    gateway.signal(Signal::TERM);
    let answer = Answer::parse(&raw.until_end().await);
    assert_eq!(messages(&answer.json()), [] as [Value; 0]);
    let status = gateway.wait_exit(Duration::from_secs(10)).await;
    assert_eq!(status.code(), Some(0));
    assert!(
        !gateway.said().contains("without waiting"),
        "{}",
        gateway.said()
    );
}

#[tokio::test]
async fn who_goes_away_waits_no_longer() {
    let gateway = Gateway::start("").await;
    let mut raw = gateway.raw().await;
    let request = format!(
        "GET /api/poll?since=0 HTTP/1.1\r\nHost: {}\r\n\r\n",
        gateway.address()
    );
    raw.send(request).await;
    until_subscribers(&gateway, 1).await;
    drop(raw);
    until_subscribers(&gateway, 0).await;
}

/// Waits until `/metrics` says so.
async fn until_subscribers(gateway: &Gateway, count: usize) {
    let line = format!("\nboardcast_subscribers {count}\n");
    let wait = async { while !gateway.metrics().await.0.contains(&line) {} };
    crate::support::soon("subscribers", wait).await;
}
