//! Answers, without a socket.

use serde_json::{Value, json};

use super::*;
use crate::server::testing::{post, server};

/// Seconds that an answer may take on a clock that stands still but for timers.
const AT_ONCE: Duration = Duration::from_millis(100);

async fn ask(shared: &Shared, query: &str) -> Value {
    let found = Asked::from_query(query).unwrap().collect(shared).await;
    serde_json::from_slice(&found.into_json()).unwrap()
}

/// Types and numbers, as in `hello board reading:3`.
fn told(answer: &Value) -> String {
    let messages = answer["messages"].as_array().unwrap();
    let words = messages.iter().map(|message| {
        let kind = message["type"].as_str().unwrap();
        match (kind, message["seq"].as_u64()) {
            ("reading" | "text", Some(seq)) => format!("{kind}:{seq}"),
            _ => kind.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// What an answer holds, and where the next one goes on.
async fn check(shared: &Shared, query: &str, expected: &str, next: u64) {
    let answer = ask(shared, query).await;
    assert_eq!(told(&answer), expected, "{query}");
    assert_eq!(answer["seq"], next, "{query}");
    assert_eq!(answer["stream"], "s");
}

/// Two readings of `a`, 2 and 3, and one of `b`, 5; 1 and 4 say that they are online.
fn two_boards() -> std::sync::Arc<Shared> {
    let shared = server("", 1);
    post(&shared, "a", "t:1\nt:2");
    post(&shared, "b", "t:3");
    shared
}

#[tokio::test(start_paused = true)]
async fn the_first_answer_is_a_beginning() {
    let shared = two_boards();
    check(&shared, "", "hello board board", 5).await;
    check(&shared, "boards=b", "hello board", 5).await;
    check(&shared, "boards=none", "hello", 5).await;
    check(&shared, "history=2", "hello board board board reading:5", 5).await;
    check(&shared, "stream=other&since=2", "hello board board", 5).await;
    check(&shared, "since=6", "hello board board", 5).await;
}

#[tokio::test(start_paused = true)]
async fn the_next_answers_hold_what_came_since() {
    let shared = two_boards();
    check(&shared, "stream=s&since=2", "reading:3 board reading:5", 5).await;
    check(&shared, "since=3&boards=b", "board reading:5", 5).await;
    // What does not match is passed all the same.
    check(&shared, "since=1&boards=none", "", 5).await;
    check(
        &shared,
        "since=0&boards=a&lines=true",
        "board reading:2 reading:3",
        5,
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_waits_as_long_as_it_is_told_to() {
    let shared = two_boards();
    for (query, seconds) in [
        ("since=5", 30),
        ("since=5&timeout=7", 7),
        ("since=5&timeout=1e9", 60),
        ("since=5&timeout=0", 0),
    ] {
        let begin = Instant::now();
        check(&shared, query, "", 5).await;
        let waited = begin.elapsed();
        let told = Duration::from_secs(seconds);
        assert!(
            waited >= told && waited < told + AT_ONCE,
            "{query}: {waited:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_comes_while_it_waits_is_answered_at_once() {
    let shared = two_boards();
    let begin = Instant::now();
    let (answer, ()) = tokio::join!(ask(&shared, "since=5"), async { post(&shared, "a", "t:4") });
    assert_eq!(told(&answer), "reading:6");
    assert!(begin.elapsed() < AT_ONCE);
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_stops_answers_at_once() {
    let shared = two_boards();
    let begin = Instant::now();
    let (answer, ()) = tokio::join!(ask(&shared, "since=5"), async { shared.stop.cancel() });
    assert_eq!((told(&answer), &answer["seq"]), (String::new(), &json!(5)));
    shared.hub.journal.close();
    check(&shared, "since=4", "reading:5", 5).await;
    check(&shared, "since=5", "", 5).await;
    assert!(begin.elapsed() < AT_ONCE);
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_bounded_and_the_next_goes_on_behind_it() {
    for (events, body, rate) in [
        (2500, "t:1\n", ""),
        (500, "x", ""),
        (2500, "t:1\nx\n", "&max_rate=0.01"),
    ] {
        let shared = server("", 1);
        let body = if body == "x" {
            format!("{}\n", "x".repeat(2000))
        } else {
            body.to_owned()
        };
        for _ in 0..events {
            post(&shared, "a", &body);
        }
        let head = shared.hub.journal.head();
        let (mut seq, mut texts) = (0, 0);
        while seq < head {
            let answer = ask(&shared, &format!("since={seq}&timeout=0{rate}")).await;
            let messages = answer["messages"].as_array().unwrap();
            assert!(messages.len() <= MOST, "{}", messages.len());
            assert!(answer.to_string().len() <= (256 << 10) + 2000);
            texts += messages
                .iter()
                .filter(|message| message["type"] == "text")
                .count() as u64;
            seq = answer["seq"].as_u64().unwrap();
            assert_eq!(messages.last().unwrap()["seq"], seq);
            if rate.is_empty() {
                assert_eq!(
                    messages.first().unwrap()["seq"].as_u64().unwrap() + messages.len() as u64,
                    seq + 1
                );
            }
        }
        let wanted = if body == "t:1\n" { 0 } else { events };
        assert_eq!(texts, wanted, "{body}");
    }
}

const MOST: usize = 1000;

#[tokio::test(start_paused = true)]
async fn the_newest_reading_is_in_the_answer_whatever_the_rate() {
    let shared = server("", 1);
    for number in 0..20 {
        post(&shared, "a", &format!("t:{number}\nnote!\n"));
    }
    let answer = ask(&shared, "since=0&max_rate=0.01").await;
    let told = told(&answer);
    assert_eq!(told.matches("reading").count(), 2, "{told}");
    assert_eq!(told.matches("text").count(), 20, "{told}");
    // In order, although the reading was held back.
    assert!(told.ends_with("reading:40 text:41"), "{told}");
}

#[tokio::test(start_paused = true)]
async fn what_is_lost_is_a_gap_and_a_new_beginning() {
    let shared = server("[backlog]\nevents = 16\n", 1);
    for number in 0..40 {
        post(&shared, "a", &format!("t:{number}"));
    }
    check(&shared, "since=2", "hello gap board", 41).await;
}

#[test]
fn what_cannot_be_understood_says_so() {
    for query in [
        "timeout=x",
        "timeout=-1",
        "timeout=nan",
        "timeout=",
        "since=x",
        "stream=s",
        "max_rate=0",
    ] {
        assert!(Asked::from_query(query).is_err(), "{query}");
    }
    for query in ["timeout=0.5", "timeout=inf", "batch=true", "other=1"] {
        assert!(Asked::from_query(query).is_ok(), "{query}");
    }
}
