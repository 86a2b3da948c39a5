//! What a client sends, byte by byte, and what is read of it.

use std::pin::pin;
use std::time::Duration;

use futures_util::poll;
use tokio::io::AsyncWriteExt;
use tokio::task::yield_now;

use super::testing::{masked, pair, unmasked};
use super::{Ended, Message, Options};

const TEXT: u8 = 0x81;
const TEXT_BEGINS: u8 = 0x01;
const BINARY: u8 = 0x82;
const BINARY_BEGINS: u8 = 0x02;
const GOES_ON: u8 = 0x00;
const ENDS: u8 = 0x80;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;

const MAX: usize = 1000;

fn strict() -> Options {
    Options {
        stall: Duration::from_secs(5),
        ..Options::strict(MAX)
    }
}

fn lenient() -> Options {
    Options {
        accept_unmasked: true,
        accept_long_pongs: true,
        ..strict()
    }
}

/// Sends frames and closes; compares all that was read, up to and with the end.
async fn check(options: Options, frames: &[Vec<u8>], wanted: &str) {
    let (mut client, mut reader, _writer) = pair(options).await;
    let bytes = frames.concat();
    let send = async move {
        // The reader may end before all is sent.
        let _ = client.write_all(&bytes).await;
        client
    };
    let read = async {
        let mut told = Vec::new();
        loop {
            let next = reader.next().await;
            let last = !matches!(next, Ok(ref message) if !matches!(message, Message::Close(_)));
            told.push(tell(next));
            if last {
                return told.join(" | ");
            }
        }
    };
    let (_, told) = tokio::join!(async { drop(send.await) }, read);
    assert_eq!(told, wanted, "{frames:x?}");
}

fn tell(next: Result<Message, Ended>) -> String {
    let show = |payload: &[u8]| match payload {
        short @ [.., _] if short.len() < 20 => String::from_utf8_lossy(short).into_owned(),
        long => format!("{} bytes", long.len()),
    };
    match next {
        Ok(Message::Text(payload)) => format!("text {}", show(&payload)),
        Ok(Message::Binary(payload)) => format!("binary {}", show(&payload)),
        Ok(Message::Ping(payload)) => format!("ping {}", show(&payload)),
        Ok(Message::Pong) => "pong".to_owned(),
        Ok(Message::Close(code)) => format!("close {code:?}"),
        Err(Ended::Eof) => "eof".to_owned(),
        Err(Ended::Io(why)) => format!("io {why}"),
        Err(Ended::Protocol { code, why }) => format!("{code} {why}"),
    }
}

#[tokio::test]
async fn messages_are_read_whole_and_in_order() {
    let t = |text: &str| masked(TEXT, text.as_bytes());
    check(strict(), &[t("a"), t("ä")], "text a | text ä | eof").await;
    check(strict(), &[t("")], "text 0 bytes | eof").await;
    check(strict(), &[masked(BINARY, b"\x31")], "binary 1 | eof").await;
    check(
        strict(),
        &[masked(TEXT, &[b'x'; MAX])],
        "text 1000 bytes | eof",
    )
    .await;
    let beats = [
        masked(PING, b"p"),
        masked(PONG, b""),
        masked(PING, &[1; 125]),
    ];
    check(strict(), &beats, "ping p | pong | ping 125 bytes | eof").await;
}

#[tokio::test]
async fn fragments_become_one_message() {
    let cut = [masked(TEXT_BEGINS, b"\xc3"), masked(ENDS, b"\xa4")];
    check(strict(), &cut, "text ä | eof").await;
    let between = [
        masked(TEXT_BEGINS, b"a"),
        masked(PING, b"p"),
        masked(GOES_ON, b""),
        masked(ENDS, b"b"),
        masked(TEXT, b"c"),
    ];
    check(strict(), &between, "ping p | text ab | text c | eof").await;
    let raw = [masked(BINARY_BEGINS, b"\xff"), masked(ENDS, b"1")];
    check(strict(), &raw, "binary \u{fffd}1 | eof").await;
}

#[tokio::test]
async fn lengths_need_not_be_minimal() {
    let mask = [0; 4];
    let two = [&[TEXT, 0x80 | 126, 0, 1][..], &mask, b"a"].concat();
    let eight = [&[TEXT, 0x80 | 127, 0, 0, 0, 0, 0, 0, 0, 1][..], &mask, b"b"].concat();
    check(strict(), &[two, eight], "text a | text b | eof").await;
}

#[tokio::test]
async fn each_violation_has_its_code() {
    let cases: [(Vec<Vec<u8>>, &str); 17] = [
        (vec![unmasked(TEXT, b"a")], "1002 frame is not masked"),
        (vec![unmasked(PING, b"")], "1002 frame is not masked"),
        (vec![masked(0xc1, b"a")], "1002 reserved bit is set"),
        (vec![masked(0x83, b"a")], "1002 opcode is reserved"),
        (vec![masked(0x8b, b"")], "1002 opcode is reserved"),
        (vec![masked(0x09, b"")], "1002 control frame is fragmented"),
        (
            vec![masked(PING, &[0; 126])],
            "1002 ping is above 125 bytes",
        ),
        (
            vec![masked(PONG, &[0; 126])],
            "1002 pong is above 125 bytes",
        ),
        (vec![masked(ENDS, b"a")], "1002 continuation of no message"),
        (
            vec![masked(TEXT_BEGINS, b"a"), masked(TEXT, b"b")],
            "1002 message inside a message",
        ),
        (
            vec![masked(TEXT_BEGINS, b"a"), masked(BINARY_BEGINS, b"b")],
            "1002 message inside a message",
        ),
        (vec![masked(TEXT, b"\xff")], "1007 text is not utf-8"),
        (vec![masked(TEXT, b"\xc3")], "1007 text is not utf-8"),
        (
            vec![masked(TEXT_BEGINS, b"a"), masked(ENDS, b"\xc3")],
            "1007 text is not utf-8",
        ),
        (
            vec![masked(TEXT, &[b'x'; MAX + 1])],
            "1009 message is too large",
        ),
        (
            vec![masked(BINARY_BEGINS, &[0; MAX]), masked(ENDS, b"1")],
            "1009 message is too large",
        ),
        // A length of 2^63 must not be added to anything.
        (
            vec![vec![TEXT, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]],
            "1009 message is too large",
        ),
    ];
    for (frames, wanted) in cases {
        check(strict(), &frames, wanted).await;
    }
}

#[tokio::test]
async fn fragments_are_counted_however_small() {
    let mut frames = vec![masked(BINARY_BEGINS, b"")];
    frames.resize(1024, masked(GOES_ON, b""));
    frames.push(masked(ENDS, b"1"));
    check(strict(), &frames, "1009 message has too many fragments").await;
    frames.remove(1);
    check(strict(), &frames, "binary 1 | eof").await;
}

#[tokio::test]
async fn a_close_is_checked() {
    let close = |payload: &[u8]| vec![masked(CLOSE, payload)];
    let with = |code: u16, reason: &[u8]| close(&[&code.to_be_bytes(), reason].concat());
    check(strict(), &close(b""), "close None").await;
    for code in [1000, 1001, 1003, 1007, 1011, 1014, 3000, 4999] {
        let wanted = format!("close Some({code})");
        check(strict(), &with(code, b"bye"), &wanted).await;
    }
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535] {
        let wanted = "1002 close has a code that may not be sent";
        check(strict(), &with(code, b""), wanted).await;
    }
    check(strict(), &close(b"\x03"), "1002 close has half a code").await;
    let bad = "1007 reason of close is not utf-8";
    check(strict(), &with(1000, b"\xff"), bad).await;
    let long = "1002 close is above 125 bytes";
    check(strict(), &with(1000, &[b'x'; 124]), long).await;
    check(strict(), &with(1000, &[b'x'; 123]), "close Some(1000)").await;
}

#[tokio::test]
async fn boards_may_do_what_some_boards_do() {
    let bare = [unmasked(TEXT, b"a"), masked(TEXT, b"b")];
    check(lenient(), &bare, "text a | text b | eof").await;
    check(lenient(), &[masked(PONG, &[0; 300])], "pong | eof").await;
    let ping = [masked(PING, &[0; 126])];
    check(lenient(), &ping, "1002 ping is above 125 bytes").await;
}

#[tokio::test]
async fn a_cut_frame_is_an_end_of_file() {
    let whole = masked(TEXT, b"hello");
    for cut in 1..whole.len() {
        check(strict(), &[whole[..cut].to_vec()], "eof").await;
    }
}

#[tokio::test]
async fn a_pause_anywhere_loses_nothing_and_silence_costs_no_buffer() {
    let (mut client, mut reader, _writer) = pair(strict()).await;
    let frames = [
        masked(TEXT, b"one"),
        masked(PING, b"p"),
        masked(BINARY, &[0; 300]),
        masked(TEXT, b""),
    ];
    let told = ["text one", "ping p", "binary 300 bytes", "text 0 bytes"];
    for (frame, told) in frames.iter().zip(told) {
        for cut in 1..frame.len() {
            let mut next = pin!(reader.next());
            for piece in [&frame[..cut], &frame[cut..]] {
                assert!(poll!(next.as_mut()).is_pending(), "{told} cut at {cut}");
                client.write_all(piece).await.unwrap();
                client.flush().await.unwrap();
                // The reactor tells of what came only when the test itself waits.
                yield_now().await;
            }
            assert_eq!(tell(next.await), told, "cut at {cut}");
        }
        assert!(poll!(pin!(reader.next())).is_pending());
        assert!(!reader.has_buffer(), "after {told}");
    }
}
