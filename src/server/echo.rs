//! `/echo`: answers each message with the same message, for bringing up a board.
//! Knows nothing of boards or readings.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use hyper::upgrade::OnUpgrade;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::websocket::{self, Ended, Message, Options, Reader, Writer, frame};

/// A longer message is closed with 1009.
const MAX_MESSAGE: usize = 16 * 1024 * 1024;

/// Between two pings to a client that says nothing.
const PING_INTERVAL: Duration = Duration::from_secs(20);

/// A client that answers none of this many pings is gone.
const PINGS: usize = 3;

/// How an echo ends.
enum End {
    /// With this Close.
    Close(Option<u16>, &'static str),
    /// Without one: nobody is there to read it.
    Gone,
}

/// Echoes until the client or the gateway ends. Holds one message at a time, and reads
/// the next only when the last is written. `unmasked` as in [`Options`].
///
/// Cancelling cuts the client off.
pub async fn run(upgrade: OnUpgrade, accept_unmasked: bool, stop: CancellationToken) {
    let options = Options {
        accept_unmasked,
        // The same tolerance that the same board finds on its own path.
        accept_long_pongs: true,
        ..Options::strict(MAX_MESSAGE)
    };
    let Ok((mut reader, mut writer)) = websocket::accept(upgrade, options).await else {
        return;
    };
    let end = echo(&mut reader, &mut writer, &stop).await;
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
    for _ in 0..=PINGS {
        tokio::select! {
            heard = &mut next => return heard.map_err(End::from),
            () = stop.cancelled() => return Err(End::going_away()),
            () = sleep(PING_INTERVAL) => {}
        }
        send(writer, frame::ping(), stop).await?;
    }
    Err(End::Gone)
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
