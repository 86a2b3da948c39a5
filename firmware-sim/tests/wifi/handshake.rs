//! The upgrade, byte by byte: what small libraries need it to be.

use std::time::{Duration, Instant};

use crate::support::{Answer, Frame, Gateway, Raw, json};

/// The answer to the key that [`Raw::upgrade`] sends (RFC 6455, 1.3).
const ACCEPT: &str = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

#[tokio::test]
async fn a_handshake_may_come_in_31_pieces() {
    let gateway = Gateway::start("").await;
    let mut board = gateway.raw().await;
    let request = board.upgrade("/board/porch", &[("User-Agent", "arduino")]);
    board.send_in_pieces(&request, 31).await;
    assert!(board.head().await.starts_with("HTTP/1.1 101 "));
}

#[tokio::test]
async fn the_answer_is_short_and_in_one_piece() {
    let gateway = Gateway::start("").await;
    let mut board = gateway.raw().await;
    let request = board.upgrade(
        "/board/porch",
        &[("Sec-WebSocket-Protocol", "arduino, other")],
    );
    board.send(request).await;
    let answer = String::from_utf8(board.one_read().await).unwrap();
    assert!(
        answer.len() <= 400 && answer.ends_with("\r\n\r\n"),
        "{answer}"
    );
    let lines: Vec<&str> = answer.trim_end().split("\r\n").collect();
    assert!(lines.len() <= 6, "{answer}");
    assert_eq!(lines[0], "HTTP/1.1 101 Switching Protocols");
    for header in [
        "Upgrade: websocket",
        "Connection: Upgrade",
        ACCEPT,
        "Sec-WebSocket-Protocol: arduino",
    ] {
        // hyper writes `Sec-Websocket-Accept`, which every library takes.
        let is_there = lines.iter().any(|line| line.eq_ignore_ascii_case(header));
        assert!(is_there, "{header} in {answer}");
    }
}

#[tokio::test]
async fn no_subprotocol_is_answered_where_none_was_offered() {
    let gateway = Gateway::start("").await;
    let mut board = gateway.raw().await;
    let request = board.upgrade("/board/porch", &[]);
    board.send(request).await;
    let head = board.head().await;
    assert_eq!(head.split("\r\n").count(), 4, "{head}");
}

#[tokio::test]
async fn a_board_needs_no_host_and_may_have_any_origin_that_no_page_has() {
    let gateway = Gateway::start("").await;
    let headers: [&[(&str, &str)]; 4] = [
        &[("Host", "")],
        &[("Host", "127.0.0.1")],
        &[("Origin", "file://")],
        &[("Origin", "https://github.com/gilmaimon/TinyWebsockets")],
    ];
    for headers in headers {
        let mut board = gateway.raw().await;
        let request = board.upgrade("/board/porch", headers);
        board.send(request).await;
        let head = board.head().await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{headers:?}: {head}");
    }
}

/// Sends a request and checks that it is refused as boards can bear it.
async fn check(gateway: &Gateway, request: &str, status: u16) {
    let mut raw = gateway.raw().await;
    raw.send(request.replace("HOST", &gateway.address().to_string()))
        .await;
    let answer = Answer::parse(&raw.until_end().await);
    assert_eq!(answer.status, status, "{request}\n{}", answer.head);
    assert_eq!(
        answer.header("Content-Length"),
        Some("0"),
        "{}",
        answer.head
    );
    assert_eq!(
        answer.header("Connection"),
        Some("close"),
        "{}",
        answer.head
    );
    assert!(answer.body.is_empty(), "{}", answer.text());
}

#[tokio::test]
async fn refusals_have_no_body_and_close() {
    let gateway = Gateway::start("").await;
    let upgrade = |key: &str, version: &str| {
        format!(
            "GET /board/porch HTTP/1.1\r\nHost: HOST\r\nUpgrade: websocket\r\n\
             Connection: Upgrade\r\n{key}{version}\r\n"
        )
    };
    let (key, version) = (
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        "Sec-WebSocket-Version: 13\r\n",
    );
    check(&gateway, &upgrade("", version), 400).await;
    check(
        &gateway,
        &upgrade("Sec-WebSocket-Key: c2hvcnQ=\r\n", version),
        400,
    )
    .await;
    check(
        &gateway,
        &upgrade("Sec-WebSocket-Key: not base64!!\r\n", version),
        400,
    )
    .await;
    check(&gateway, &upgrade(key, "Sec-WebSocket-Version: 8\r\n"), 426).await;
}

#[tokio::test]
async fn without_an_upgrade_the_answer_says_what_is_needed() {
    let gateway = Gateway::start("").await;
    for path in ["/ws", "/board/porch", "/echo"] {
        let answer = gateway.http("GET", path, &[], "").await;
        assert_eq!(answer.status, 426, "{path}");
        answer.code();
    }
}

#[tokio::test]
async fn nothing_is_sent_before_the_board_is_ready_for_it() {
    let gateway = Gateway::start("").await;
    let mut board = Raw::board(gateway.address(), "/board/porch").await;
    let answered = Instant::now();
    let command = json!({"id": 1, "data": "LED ON"}).to_string();
    let command = gateway.http("POST", "/api/boards/porch/command", &[], command);
    let (frame, answer) = tokio::join!(board.message(), command);
    assert_eq!(frame.payload, b"LED ON");
    assert!(
        answered.elapsed() >= Duration::from_millis(95),
        "{:?}",
        answered.elapsed()
    );
    assert_eq!(answer.json()["status"], "written");
}

#[tokio::test]
async fn a_board_that_has_spoken_is_answered_at_once() {
    let gateway = Gateway::start("").await;
    let mut subscriber = gateway.subscriber("").await;
    let mut board = gateway.raw().await;
    let mut request = board.upgrade("/board/porch", &[]);
    request.extend(Frame::text("t:1").bytes());
    request.extend(Frame::new(Frame::PING, "now").bytes());
    // The frames come in the same piece as the request.
    board.send(request).await;
    board.head().await;
    let pong = board.frame().await.unwrap();
    assert_eq!((pong.opcode, &pong.payload[..]), (Frame::PONG, &b"now"[..]));
    assert_eq!(subscriber.reading("porch").await, json!({"t": 1}));
}
