//! Posts that are refused, and how.

use super::gateway;
use crate::support::{Answer, Gateway, json};

#[tokio::test]
async fn a_body_without_a_line_is_400() {
    let config = "[limits]\nmax_line = 64\n";
    let gateway = Gateway::start(config).await;
    for body in ["", "\n", "  \r\n\r\n", &"x".repeat(100)] {
        let answer = gateway.http("POST", "/board/mailbox", &[], body).await;
        assert_eq!(answer.status, 400, "{body:?}: {}", answer.text());
        answer.code();
    }
}

#[tokio::test]
async fn a_bad_line_beside_a_good_one_is_no_error() {
    let gateway = Gateway::start("[limits]\nmax_line = 64\n").await;
    let body = format!("{}\nt:1", "x".repeat(100));
    let answer = gateway.http("POST", "/board/mailbox", &[], body).await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    assert_eq!(answer.json()["accepted"], 1);
    assert_eq!(gateway.dropped("mailbox", "too_long").await, 1);
}

#[tokio::test]
async fn neither_length_nor_chunked_is_411_without_a_body() {
    let (gateway, _subscriber) = gateway().await;
    let mut raw = gateway.raw().await;
    raw.send("POST /board/mailbox HTTP/1.1\r\n\r\n").await;
    let answer = Answer::parse(&raw.until_end().await);
    assert_eq!(
        (answer.status, answer.body.len()),
        (411, 0),
        "{}",
        answer.head
    );
}

#[tokio::test]
async fn what_is_too_big_is_read_and_413() {
    let (gateway, mut subscriber) = gateway().await;
    for length in [(64 << 10) + 1, 900 << 10] {
        let answer = gateway
            .http("POST", "/board/mailbox", &[], vec![b'x'; length])
            .await;
        assert_eq!(answer.status, 413, "{length}: {}", answer.text());
        answer.code();
    }
    gateway.post("mailbox", "t:1").await;
    assert_eq!(subscriber.reading("mailbox").await, json!({"t": 1}));
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_taken() {
    let (gateway, _subscriber) = gateway().await;
    let lines = "t:1\n".repeat((64 << 10) / 4);
    let answer = gateway.http("POST", "/board/mailbox", &[], lines).await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    assert_eq!(answer.json()["accepted"], 16384);
}

#[tokio::test]
async fn a_name_that_is_none_is_refused() {
    let (gateway, _subscriber) = gateway().await;
    for path in [
        "/board/-x".to_string(),
        format!("/board/{}", "x".repeat(65)),
    ] {
        let answer = gateway.http("POST", &path, &[], "t:1").await;
        assert!(
            matches!(answer.status, 400 | 404),
            "{path}: {}",
            answer.status
        );
        answer.code();
    }
}

#[tokio::test]
async fn other_methods_are_told_which_there_are() {
    let (gateway, _subscriber) = gateway().await;
    let answer = gateway.http("PUT", "/board/mailbox", &[], "t:1").await;
    assert_eq!(answer.status, 405);
    let allow = answer.header("Allow").unwrap_or_default();
    assert!(allow.contains("POST"), "{}", answer.head);
}

#[tokio::test]
async fn half_a_post_is_no_reading() {
    let (gateway, mut subscriber) = gateway().await;
    let mut raw = gateway.raw().await;
    raw.send("POST /board/mailbox HTTP/1.1\r\nContent-Length: 30\r\n\r\nt:1\nt:2")
        .await;
    drop(raw);
    gateway.post("mailbox", "t:3").await;
    assert_eq!(subscriber.reading("mailbox").await, json!({"t": 3}));
}
