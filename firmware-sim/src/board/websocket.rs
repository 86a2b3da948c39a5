//! A WiFi board that keeps a WebSocket to the gateway.

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use tokio_util::sync::CancellationToken;

use super::{Address, Backoff, Note, Tell};
use crate::clockwork::{Act, Clockwork};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Runs a board that sends its lines as text messages, one each, and answers commands,
/// until `stop`. It connects again, with pauses that grow, whenever its connection ends.
/// Cancel safe in that nothing outlives it; the gateway then sees the connection break.
pub async fn run_websocket(
    gateway: Address,
    mut board: Clockwork,
    stop: CancellationToken,
    tell: Tell,
) {
    let start = Instant::now();
    let mut backoff = Backoff::new();
    loop {
        let end = tokio::select! {
            () = stop.cancelled() => return,
            connected = tokio_tungstenite::connect_async(gateway.to_string()) => connected,
        };
        let end = match end {
            Ok((socket, _)) => {
                backoff = Backoff::new();
                (tell)(&Note::Connected);
                let session = Session {
                    socket,
                    board: &mut board,
                    start,
                    tell,
                };
                session.run(&stop).await
            }
            Err(error) => End::Broken(error),
        };
        let pause = match end {
            End::Stopped => return,
            End::Fault(pause) => pause,
            End::Broken(error) => {
                let pause = backoff.next();
                (tell)(&Note::Lost(error.to_string(), pause));
                pause
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// How a connection came to its end.
enum End {
    Stopped,
    /// The script wants the board to be away for this long.
    Fault(std::time::Duration),
    Broken(tungstenite::Error),
}

impl From<tungstenite::Error> for End {
    fn from(error: tungstenite::Error) -> Self {
        Self::Broken(error)
    }
}

struct Session<'a> {
    socket: Socket,
    board: &'a mut Clockwork,
    start: Instant,
    tell: Tell,
}

impl Session<'_> {
    async fn run(mut self, stop: &CancellationToken) -> End {
        let banner = self.board.reset(self.start.elapsed());
        if let Err(end) = self.print(&banner).await {
            return end;
        }
        loop {
            let due = self.start + self.board.due();
            let done = tokio::select! {
                () = stop.cancelled() => {
                    // The farewell is a courtesy; without it the gateway sees an end of file.
                    let _ = self.socket.close(None).await;
                    return End::Stopped;
                }
                message = self.socket.next() => self.hear(message).await,
                () = sleep_until(due) => self.turn().await,
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    async fn turn(&mut self) -> Result<(), End> {
        let (act, fault) = self.board.turn(self.start.elapsed());
        if let Some(fault) = fault {
            (self.tell)(&Note::Fault(fault));
        }
        match act {
            Act::Print(bytes) => self.print(&bytes).await,
            // Without a Close frame: nothing runs in the board that could send one.
            Act::Reset => Err(End::Fault(Backoff::FIRST)),
            Act::Unplug(time) => Err(End::Fault(time)),
        }
    }

    async fn hear(
        &mut self,
        message: Option<Result<Message, tungstenite::Error>>,
    ) -> Result<(), End> {
        let message = message.unwrap_or(Err(tungstenite::Error::ConnectionClosed))?;
        let Message::Text(text) = message else {
            // Pings are answered by the library, as by those on real boards.
            return Ok(());
        };
        let answer = self.board.answer(&text);
        let said = String::from_utf8_lossy(&answer).trim_end().to_string();
        (self.tell)(&Note::Command(text.to_string(), said));
        self.print(&answer).await
    }

    /// One message a line. Rubbish goes out as a binary message, as text must be UTF-8.
    async fn print(&mut self, bytes: &[u8]) -> Result<(), End> {
        for line in bytes.split(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() {
                continue;
            }
            let message = match std::str::from_utf8(line) {
                Ok(text) => Message::text(text),
                Err(_) => Message::binary(line.to_vec()),
            };
            self.socket.feed(message).await?;
        }
        Ok(self.socket.flush().await?)
    }
}

#[cfg(test)]
mod tests;
