//! `/echo`: answers each message with the same message, for bringing up a board.
//! Knows nothing of boards or readings.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use hyper::upgrade::OnUpgrade;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::websocket::{self, Ended, Message, Options, Reader, Writer};
use crate::wire::frame;

/// A longer message is closed with 1009.
const MAX_MESSAGE: usize = 16 * 1024 * 1024;

/// Between two pings to a client that says nothing.
const PING_INTERVAL: Duration = Duration::from_secs(20);

/// A client from which not even a pong came for this long is gone.
const SILENT_AFTER: Duration = Duration::from_secs(60);

/// How an echo ends.
enum End {
    /// With this Close.
    Close(Option<u16>, &'static str),
    /// Without one: nobody is there to read it.
    Gone,
}

/// Echoes until the client or the gateway ends. Holds one message at a time, and reads
/// the next only when the last is written. `accept_unmasked` as in [`Options`].
///
/// Cancelling cuts the client off.
pub async fn run(upgrade: OnUpgrade, accept_unmasked: bool, stop: CancellationToken) {
    let options = Options {
        accept_unmasked,
        // The same tolerance that the same board finds on its own path.
        accept_long_pongs: true,
        ..Options::strict(MAX_MESSAGE)
    };
    if let Ok((reader, writer)) = websocket::accept(upgrade, options).await {
        serve(reader, writer, &stop).await;
    }
}

async fn serve(mut reader: Reader, mut writer: Writer, stop: &CancellationToken) {
    let end = echo(&mut reader, &mut writer, stop).await;
    drop(reader);
    if let End::Close(code, reason) = end {
        writer.finish(code, reason).await;
    }
}

async fn echo(reader: &mut Reader, writer: &mut Writer, stop: &CancellationToken) -> End {
    loop {
        let written = match hear(reader, writer, stop).await {
            Ok(Message::Text(text)) => send(writer, frame::text(&text), stop).await,
            Ok(Message::Binary(bytes)) => send(writer, frame::binary(&bytes), stop).await,
            Ok(Message::Ping(payload)) => send(writer, frame::pong(&payload), stop).await,
            Ok(Message::Pong) => Ok(()),
            Ok(Message::Close(code)) => Err(End::Close(code, "")),
            Err(end) => Err(end),
        };
        if let Err(end) = written {
            return end;
        }
    }
}

/// Waits for a message, with a ping now and then. The reader's future lives through the
/// pings, because it must not be dropped half way.
async fn hear(
    reader: &mut Reader,
    writer: &mut Writer,
    stop: &CancellationToken,
) -> Result<Message, End> {
    let mut next = pin!(reader.next());
    let mut silence = pin!(sleep(SILENT_AFTER));
    loop {
        tokio::select! {
            biased;
            heard = &mut next => return heard.map_err(End::from),
            () = stop.cancelled() => return Err(End::going_away()),
            () = &mut silence => return Err(End::Gone),
            () = sleep(PING_INTERVAL) => {}
        }
        send(writer, frame::ping(), stop).await?;
    }
}

async fn send(writer: &mut Writer, frame: Bytes, stop: &CancellationToken) -> Result<(), End> {
    tokio::select! {
        sent = writer.send([frame]) => sent.map_err(|_| End::Gone),
        () = stop.cancelled() => Err(End::going_away()),
    }
}

impl End {
    fn going_away() -> Self {
        Self::Close(Some(1001), "going away")
    }
}

impl From<Ended> for End {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Protocol { code, why } => Self::Close(Some(code), why),
            Ended::Eof | Ended::Io(_) => Self::Gone,
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::server::websocket::testing::{masked, pair};

    /// Sends frames, then nothing more; compares what comes until the end.
    async fn check(sent: &[Vec<u8>], wanted: &[Bytes]) {
        let (client, reader, writer) = pair(Options::strict(MAX_MESSAGE)).await;
        let (mut from, mut to) = client.into_split();
        let sent = sent.concat();
        let talk = async {
            let mut got = Vec::new();
            let send = async {
                to.write_all(&sent).await.unwrap();
                to
            };
            let (_to, read) = tokio::join!(send, from.read_to_end(&mut got));
            read.unwrap();
            got
        };
        let stop = CancellationToken::new();
        let ((), got) = tokio::join!(serve(reader, writer, &stop), talk);
        assert!(got == wanted.concat(), "{} bytes", got.len());
    }

    #[tokio::test]
    async fn messages_come_back_as_they_were() {
        let large = vec![b'x'; MAX_MESSAGE];
        let sent = [
            masked(0x81, "ä".as_bytes()),
            masked(0x82, b"\xff"),
            masked(0x01, b"a"),
            masked(0x89, b"ping"),
            masked(0x8a, b""),
            masked(0x80, b"b"),
            masked(0x82, &large),
            masked(0x88, b"\x03\xe8bye"),
        ];
        let wanted = [
            frame::text("ä".as_bytes()),
            frame::binary(b"\xff"),
            frame::pong(b"ping"),
            frame::text(b"ab"),
            frame::binary(&large),
            frame::close(Some(1000), ""),
        ];
        check(&sent, &wanted).await;
    }

    #[tokio::test]
    async fn what_is_forbidden_is_answered_with_a_close() {
        let bad = frame::close(Some(1002), "opcode is reserved");
        check(&[masked(0x83, b"")], &[bad]).await;
        check(&[masked(0x88, b"")], &[frame::close(None, "")]).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_client_is_pinged_and_then_left() {
        check(&[], &[frame::ping(), frame::ping()]).await;
    }
}
