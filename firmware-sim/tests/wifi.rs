//! Boards over WebSocket, as their libraries behave and misbehave.

use std::time::{Duration, Instant};

use crate::support::{Frame, Gateway, Raw, Socket, Subscriber, json};

mod frames;

mod handshake;

mod names;

/// A gateway that gives up on silent boards soon, and somebody who listens.
pub async fn impatient() -> (Gateway, Subscriber) {
    let gateway =
        Gateway::start("[wifi]\nping_interval = \"100ms\"\nsilent_after = \"500ms\"\n").await;
    let subscriber = gateway.subscriber("").await;
    (gateway, subscriber)
}

/// A gateway, somebody who listens, and a board `porch` that is online.
pub async fn porch() -> (Gateway, Subscriber, Socket) {
    let gateway = Gateway::start("").await;
    let mut subscriber = gateway.subscriber("").await;
    let board = gateway.ws("/board/porch", &[]).await;
    subscriber.state("porch", "online").await;
    (gateway, subscriber, board)
}

#[tokio::test]
async fn a_board_is_online_before_it_speaks() {
    let (_gateway, mut subscriber, mut board) = porch().await;
    board.send("{\"temperature\":23.5}").await;
    let reading = subscriber.next().await;
    assert_eq!(reading["board"], "porch");
    assert_eq!(reading["values"], json!({"temperature": 23.5}));
}

#[tokio::test]
async fn online_is_told_before_the_upgrade_is_answered() {
    let gateway = Gateway::start("").await;
    let _board = gateway.ws("/board/porch", &[]).await;
    let board = gateway.get_json("/api/boards/porch").await;
    assert_eq!(
        (&board["state"], &board["link"]),
        (&json!("online"), &json!("websocket"))
    );
}

#[tokio::test]
async fn a_message_ends_its_last_line() {
    let (_gateway, mut subscriber, mut board) = porch().await;
    board.send("a:1\nb:2").await;
    board.send_binary(b"c:3\r\n").await;
    assert_eq!(subscriber.reading("porch").await, json!({"a": 1}));
    assert_eq!(subscriber.reading("porch").await, json!({"b": 2}));
    assert_eq!(subscriber.reading("porch").await, json!({"c": 3}));
}

#[tokio::test]
async fn json_over_several_lines_is_one_reading() {
    let (_gateway, mut subscriber, mut board) = porch().await;
    board.send("{\n  \"a\": 1,\n  \"b\": 2\n}\n").await;
    assert_eq!(subscriber.reading("porch").await, json!({"a": 1, "b": 2}));
}

#[tokio::test]
async fn json_that_was_cut_short_is_text_and_the_board_stays() {
    let (_gateway, mut subscriber, mut board) = porch().await;
    board.send("{\"temp\":2").await;
    board.send("t:1").await;
    assert_eq!(subscriber.next().await["text"], "{\"temp\":2");
    assert_eq!(subscriber.reading("porch").await, json!({"t": 1}));
}

#[tokio::test]
async fn a_board_that_goes_is_closed() {
    let (_gateway, mut subscriber, board) = porch().await;
    board.close().await;
    let offline = subscriber.state("porch", "offline").await;
    assert_eq!(offline["reason"], "closed");
}

#[tokio::test]
async fn a_board_that_vanishes_without_a_close_is_offline_too() {
    let (_gateway, mut subscriber, board) = porch().await;
    drop(board);
    subscriber.state("porch", "offline").await;
}

#[tokio::test]
async fn the_newer_connection_of_a_board_wins() {
    let (gateway, mut subscriber, mut first) = porch().await;
    let mut second = gateway.ws("/board/porch", &[]).await;
    assert_eq!(first.close_code().await, 4000);
    second.send("t:1").await;
    let replaced = subscriber.next().await;
    assert_eq!(
        (&replaced["state"], &replaced["reason"]),
        (&json!("online"), &json!("replaced"))
    );
    let reading = subscriber.next().await;
    assert_eq!(reading["values"], json!({"t": 1}), "{reading}");
}

#[tokio::test]
async fn a_silent_board_times_out_although_it_is_connected() {
    let (gateway, mut subscriber) = impatient().await;
    // Nothing reads its socket, so nothing answers its pings.
    let _board = Raw::board(gateway.address(), "/board/porch").await;
    let offline = subscriber.state("porch", "offline").await;
    assert_eq!(offline["reason"], "timeout");
}

#[tokio::test]
async fn pongs_keep_a_board_online() {
    let (gateway, _subscriber) = impatient().await;
    let mut board = Raw::board(gateway.address(), "/board/porch").await;
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(1200) {
        let ping = board.frame().await.expect("a ping, not the end");
        assert_eq!((ping.opcode, ping.payload.len()), (Frame::PING, 0));
        board.send(Frame::new(Frame::PONG, "").bytes()).await;
    }
    assert_eq!(
        gateway.get_json("/api/boards/porch").await["state"],
        "online"
    );
}

#[tokio::test]
async fn a_silent_websocket_board_becomes_stale_first() {
    let gateway = Gateway::start("[[board]]\nboard = \"porch\"\nstale_after = \"300ms\"\n").await;
    let mut subscriber = gateway.subscriber("").await;
    let mut board = gateway.ws("/board/porch", &[]).await;
    subscriber.state("porch", "stale").await;
    board.send("t:1").await;
    assert_eq!(subscriber.next().await["state"], "online");
    assert_eq!(subscriber.reading("porch").await, json!({"t": 1}));
}

#[tokio::test]
async fn echo_gives_back_what_it_gets() {
    let gateway = Gateway::start("").await;
    let mut echo = gateway.ws("/echo", &[]).await;
    echo.send("hello").await;
    assert_eq!(echo.text().await, "hello");
    let long = "x".repeat(1 << 20);
    echo.send(long.clone()).await;
    assert!(echo.text().await == long);
}
