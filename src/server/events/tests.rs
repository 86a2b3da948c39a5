//! Answers, without a socket.

use http_body_util::BodyExt;

use super::*;
use crate::server::testing::{post, server};

fn ask(shared: &Arc<Shared>, query: &str, last_event_id: Option<&str>) -> Answer {
    let mut request = Request::get(format!("/api/events?{query}"));
    if let Some(id) = last_event_id {
        request = request.header(LAST_EVENT_ID, id);
    }
    events(&request.body(()).unwrap(), shared)
}

/// The ids and types that come until the stream is closed.
async fn told(answer: Answer) -> String {
    let text = answer.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8(text.to_vec()).unwrap();
    let mut told = Vec::new();
    for block in text.split_terminator("\n\n") {
        let id = block
            .strip_prefix("id: ")
            .and_then(|rest| rest.split_once('\n'));
        let (id, data) = id.unwrap_or(("-", block));
        let json = data
            .strip_prefix("data: ")
            .unwrap_or_else(|| panic!("{block}"));
        let json: serde_json::Value = serde_json::from_str(json).unwrap();
        told.push(format!("{id} {}", json["type"].as_str().unwrap()));
    }
    told.join(", ")
}

/// What is told of 5 events, of which 1 and 4 say that `a` and `b` are online.
async fn check(query: &str, last_event_id: Option<&str>, expected: &str) {
    let shared = server("", 1);
    post(&shared, "a", "t:1\nt:2");
    post(&shared, "b", "t:3");
    let answer = ask(&shared, query, last_event_id);
    assert_eq!(answer.status(), StatusCode::OK);
    shared.hub.journal.close();
    assert_eq!(told(answer).await, expected, "{query} {last_event_id:?}");
}

#[tokio::test]
async fn every_message_says_where_to_come_back_to() {
    check("", None, "s/5 hello, - board, - board").await;
    check("since=3", None, "s/3 hello, s/4 board, s/5 reading").await;
    check(
        "boards=b&history=1",
        None,
        "s/5 hello, - board, s/5 reading",
    )
    .await;
    check(
        "boards=a&history=1",
        None,
        "s/5 hello, - board, s/3 reading",
    )
    .await;
}

#[tokio::test]
async fn a_browser_that_comes_back_says_where_it_was() {
    check("", Some("s/4"), "s/4 hello, s/5 reading").await;
    check("since=0&stream=x", Some("s/4"), "s/4 hello, s/5 reading").await;
    check("", Some("gone/4"), "s/5 hello, - board, - board").await;
    for nonsense in ["", "s/", "/4", "s/x", "s", "s/-1", "s/99999999999999999999"] {
        check("since=4", Some(nonsense), "s/4 hello, s/5 reading").await;
    }
}

#[tokio::test]
async fn what_is_lost_is_a_place_to_come_back_to() {
    let shared = server("[backlog]\nevents = 16\n", 1);
    for number in 0..40 {
        post(&shared, "a", &format!("t:{number}"));
    }
    let answer = ask(&shared, "since=2", None);
    shared.hub.journal.close();
    assert_eq!(told(answer).await, "s/41 hello, s/41 gap, - board");
}

#[tokio::test]
async fn a_query_that_cannot_be_understood_is_400() {
    let shared = server("", 1);
    for query in ["max_rate=0", "since=x", "stream=s", "lines=perhaps"] {
        assert_eq!(
            ask(&shared, query, None).status(),
            StatusCode::BAD_REQUEST,
            "{query}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn silence_is_broken_by_comments() {
    let shared = server("", 1);
    let mut body = ask(&shared, "", None).into_body();
    let mut next = async || body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(
        next()
            .await
            .starts_with(b"id: s/0\ndata: {\"type\":\"hello\"")
    );
    for _ in 0..3 {
        let begin = Instant::now();
        assert_eq!(next().await, ":\n");
        let waited = begin.elapsed();
        assert!(waited >= QUIET && waited < QUIET * 11 / 10, "{waited:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_takes_nothing_is_slow_and_cut_off() {
    let shared = server("", 1);
    post(&shared, "a", &"note!\n".repeat(1000));
    let mut body = ask(&shared, "since=0", None).into_body();
    shared.sockets.close();
    shared.sockets.wait().await;
    assert_eq!(shared.hub.counters.slow.load(Relaxed), 1);
    assert_eq!(shared.hub.counters.subscribers.load(Relaxed), 0);
    let mut chunks = 0;
    while let Some(Ok(_)) = body.frame().await {
        chunks += 1;
    }
    assert_eq!(chunks, WAITING);
}

#[tokio::test(start_paused = true)]
async fn who_goes_is_noticed() {
    let shared = server("", 1);
    let begin = Instant::now();
    let mut body = ask(&shared, "", None).into_body();
    body.frame().await.unwrap().unwrap();
    assert_eq!(shared.hub.counters.subscribers.load(Relaxed), 1);
    drop(body);
    shared.sockets.close();
    shared.sockets.wait().await;
    assert!(begin.elapsed() < QUIET);
}
