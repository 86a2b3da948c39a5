//! Frames as libraries send them, and as none should.

use crate::support::{Frame, Gateway, Raw, Subscriber, json};

async fn porch(config: &str) -> (Gateway, Subscriber, Raw) {
    let gateway = Gateway::start(config).await;
    let subscriber = gateway.subscriber("").await;
    let board = Raw::board(gateway.address(), "/board/porch").await;
    (gateway, subscriber, board)
}

/// Frames that are one reading `t` 1.
async fn check(frames: &[Frame]) {
    let (_gateway, mut subscriber, mut board) = porch("").await;
    for frame in frames {
        board.send(frame.bytes()).await;
    }
    assert_eq!(subscriber.reading("porch").await, json!({"t": 1}));
}

/// Frames that end the connection with this code, while the gateway goes on.
async fn check_closed(frames: &[Frame], code: u16) {
    let (gateway, mut subscriber, mut board) = porch("").await;
    for frame in frames {
        board.send(frame.bytes()).await;
    }
    assert_eq!(board.close_code().await, code, "{frames:?}");
    subscriber.state("porch", "offline").await;
    gateway.post("porch", "t:1").await;
    assert_eq!(subscriber.reading("porch").await, json!({"t": 1}));
}

#[tokio::test]
async fn any_mask_will_do() {
    check(&[Frame::text("t:1").masked_with([0; 4])]).await;
}

#[tokio::test]
async fn text_or_binary_is_the_same() {
    check(&[Frame::new(Frame::BINARY, "t:1")]).await;
}

#[tokio::test]
async fn lengths_need_not_be_minimal() {
    check(&[Frame::text("t:1").long_form()]).await;
}

#[tokio::test]
async fn fragments_are_put_together_around_pings() {
    check(&[
        Frame::text("t").unfinished(),
        Frame::new(Frame::PING, ""),
        Frame::new(Frame::CONTINUATION, ":").unfinished(),
        Frame::new(Frame::CONTINUATION, "1"),
    ])
    .await;
}

#[tokio::test]
async fn empty_messages_are_nothing() {
    check(&[Frame::text(""), Frame::text("\n"), Frame::text("t:1")]).await;
}

#[tokio::test]
async fn wrong_pongs_are_no_reason_to_part() {
    check(&[
        Frame::new(Frame::PONG, "never asked for"),
        Frame::text("t:1"),
    ])
    .await;
    check(&[Frame::new(Frame::PONG, "x".repeat(200)), Frame::text("t:1")]).await;
}

#[tokio::test]
async fn a_frame_may_come_byte_by_byte() {
    let (_gateway, mut subscriber, mut board) = porch("").await;
    let bytes = Frame::text("t:1").bytes();
    board.send_in_pieces(&bytes, bytes.len()).await;
    assert_eq!(subscriber.reading("porch").await, json!({"t": 1}));
}

#[tokio::test]
async fn a_ping_is_answered_with_its_payload() {
    let (_gateway, _subscriber, mut board) = porch("").await;
    board
        .send(Frame::new(Frame::PING, "are you there").bytes())
        .await;
    let pong = board.frame().await.unwrap();
    assert_eq!(
        (pong.opcode, &pong.payload[..]),
        (Frame::PONG, &b"are you there"[..])
    );
}

#[tokio::test]
async fn a_close_is_echoed() {
    let (_gateway, mut subscriber, mut board) = porch("").await;
    board
        .send(Frame::new(Frame::CLOSE, 1000u16.to_be_bytes()).bytes())
        .await;
    assert_eq!(board.close_code().await, 1000);
    assert_eq!(
        subscriber.state("porch", "offline").await["reason"],
        "closed"
    );
}

#[tokio::test]
async fn half_a_frame_and_an_end_is_a_lost_board() {
    let (_gateway, mut subscriber, mut board) = porch("").await;
    board.send(&Frame::text("t:1").bytes()[..4]).await;
    drop(board);
    let next = subscriber
        .wait_for(|message| message["state"] != "online")
        .await;
    assert_eq!(next["state"], "offline", "{next}");
}

#[tokio::test]
async fn unmasked_frames_are_refused_unless_allowed() {
    check_closed(&[Frame::text("t:1").unmasked()], 1002).await;
    let (_gateway, mut subscriber, mut board) = porch("[wifi]\naccept_unmasked = true\n").await;
    board.send(Frame::text("t:1").unmasked().bytes()).await;
    assert_eq!(subscriber.reading("porch").await, json!({"t": 1}));
}

#[tokio::test]
async fn protocol_errors_are_1002() {
    check_closed(&[Frame::text("t:1").reserved(0x40)], 1002).await;
    check_closed(&[Frame::new(3, "t:1")], 1002).await;
    check_closed(&[Frame::new(Frame::CONTINUATION, "t:1")], 1002).await;
    check_closed(&[Frame::text("t").unfinished(), Frame::text("u")], 1002).await;
    check_closed(&[Frame::new(Frame::PING, "").unfinished()], 1002).await;
}

#[tokio::test]
async fn text_that_is_no_utf8_is_1007_or_replaced() {
    // The RFC demands 1007 for text; a binary message may hold anything.
    check_closed(&[Frame::new(Frame::TEXT, b"t:\xff")], 1007).await;
    let (_gateway, mut subscriber, mut board) = porch("").await;
    board
        .send(Frame::new(Frame::BINARY, b"caf\xff").bytes())
        .await;
    assert_eq!(subscriber.next_of("text").await["text"], "caf\u{fffd}");
}

#[tokio::test]
async fn what_is_too_big_is_1009_before_it_has_come() {
    check_closed(&[Frame::text("t:1").claiming(1 << 40)], 1009).await;
    check_closed(&[Frame::text("t:1").claiming((64 << 10) + 1)], 1009).await;
    let part = "x".repeat(33 << 10);
    check_closed(
        &[
            Frame::text(&part).unfinished(),
            Frame::new(Frame::CONTINUATION, &part),
        ],
        1009,
    )
    .await;
}
