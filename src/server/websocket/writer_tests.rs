//! What a client gets, also one that reads slowly or not at all.

use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::testing::{masked, pair};
use super::{Options, WriteError, Writer};
use crate::wire::frame;

const STALL: Duration = Duration::from_secs(30);

/// More than loopback sockets buffer, in frames whose ends fall anywhere.
const LARGE: usize = 32 * 1024 * 1024;

async fn connected() -> (TcpStream, Writer) {
    let options = Options {
        stall: STALL,
        ..Options::strict(1000)
    };
    let (client, reader, writer) = pair(options).await;
    drop(reader);
    (client, writer)
}

/// Buffers of three frames each, of `LARGE` bytes or more in all.
fn large() -> Vec<Bytes> {
    let three = [7, 65_000, 100_001].map(|len| frame::binary(&vec![0x89; len]));
    let buffer = Bytes::from(three.concat());
    vec![buffer.clone(); LARGE / buffer.len() + 1]
}

/// Begins to send what a client does not read, until no more goes out.
async fn fill(writer: &mut Writer) {
    tokio::select! {
        biased;
        sent = writer.send(large()) => panic!("the kernel took all: {sent:?}"),
        () = std::future::ready(()) => {}
    }
}

async fn rest_of(mut client: TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    client.read_to_end(&mut bytes).await.unwrap();
    bytes
}

/// The frames in bytes, by their first byte and their payload's length, neighbours
/// that are equal told once; cut ones end with `…`.
fn tell(mut bytes: &[u8]) -> String {
    let mut told: Vec<String> = Vec::new();
    while !bytes.is_empty() {
        let (head, length) = match bytes[1] {
            127 => (
                10,
                u64::from_be_bytes(bytes[2..10].try_into().unwrap()) as usize,
            ),
            126 => (4, usize::from(u16::from_be_bytes([bytes[2], bytes[3]]))),
            short => (2, usize::from(short)),
        };
        let cut = if bytes.len() < head + length {
            "…"
        } else {
            ""
        };
        told.push(format!("{:x}:{length}{cut}", bytes[0]));
        bytes = &bytes[(head + length).min(bytes.len())..];
    }
    told.join(" ")
}

#[tokio::test]
async fn frames_go_out_whole_and_in_order() {
    let (client, mut writer) = connected().await;
    let wanted = large().concat();
    let send = async move {
        writer.send(large()).await.unwrap();
        writer.send([]).await.unwrap();
    };
    let ((), got) = tokio::join!(send, rest_of(client));
    assert!(got == wanted, "{} of {} bytes", got.len(), wanted.len());
}

#[tokio::test]
async fn more_buffers_than_one_write_takes_go_out() {
    let (client, mut writer) = connected().await;
    let frames = (0..1000).map(|n| frame::text(format!("{n}").as_bytes()));
    let wanted = frames.clone().collect::<Vec<_>>().concat();
    writer.send(frames).await.unwrap();
    drop(writer);
    assert_eq!(rest_of(client).await, wanted);
}

#[tokio::test]
async fn a_cancelled_send_goes_on_with_a_ping_between_two_frames() {
    let (client, mut writer) = connected().await;
    fill(&mut writer).await;
    let go_on = async move {
        writer.ping().await.unwrap();
        writer.pong(b"abc").await.unwrap();
    };
    let ((), got) = tokio::join!(go_on, rest_of(client));
    let told = tell(&got);
    assert_eq!(told.matches("89:0").count(), 1);
    assert!(told.ends_with("8a:3") && !told.contains('…'));
    let without = told.replacen("89:0 ", "", 1).replacen(" 8a:3", "", 1);
    assert_eq!(without, tell(&large().concat()));
}

#[tokio::test]
async fn a_close_completes_the_frame_and_drops_the_rest() {
    let (client, mut writer) = connected().await;
    fill(&mut writer).await;
    let ((), got) = tokio::join!(writer.finish(Some(1001), "going away"), rest_of(client));
    let told = tell(&got);
    assert!(told.ends_with(" 88:12") && !told.contains('…'));
    assert!(got.len() < LARGE);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_nothing_is_slow_after_the_stall() {
    let (client, mut writer) = connected().await;
    let begin = tokio::time::Instant::now();
    let sent = writer.send(large()).await;
    assert!(matches!(sent, Err(WriteError::Slow)), "{sent:?}");
    let waited = begin.elapsed();
    assert!(waited >= STALL && waited < STALL * 2, "{waited:?}");
    writer.finish(Some(4008), "slow").await;
    assert!(begin.elapsed() <= waited + Duration::from_secs(3));
    drop(client);
}

#[tokio::test]
async fn the_close_arrives_though_the_client_still_sends() {
    let (mut client, writer) = connected().await;
    // Closing a socket with unread bytes resets it, and a reset loses the Close.
    client.write_all(&masked(0x82, &[0; 10_000])).await.unwrap();
    let talk = async {
        let mut close = [0; 4];
        client.read_exact(&mut close).await.unwrap();
        client.write_all(&masked(0x88, &close[2..])).await.unwrap();
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).await.unwrap();
        drop(client);
        (close, rest)
    };
    let ((), (close, rest)) = tokio::join!(writer.finish(Some(1000), ""), talk);
    assert_eq!((close, rest), ([0x88, 2, 3, 0xe8], Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn a_missing_answer_to_a_close_is_not_waited_for() {
    let (client, writer) = connected().await;
    let begin = tokio::time::Instant::now();
    writer.finish(None, "").await;
    assert!(begin.elapsed() <= Duration::from_secs(2));
    assert_eq!(rest_of(client).await, [0x88, 0]);
}

#[tokio::test]
async fn a_client_that_went_is_an_error() {
    let (client, mut writer) = connected().await;
    client.set_zero_linger().unwrap();
    drop(client);
    let sent = writer.send(large()).await;
    assert!(matches!(sent, Err(WriteError::Io(_))), "{sent:?}");
}
