//! A board that sends its counter over a WebSocket, and reconnects.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use tokio_util::sync::CancellationToken;

use super::{Books, RETRY, Shared, line};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Counts until `stop`, once in `pace`. A ping with the number follows each line: the
/// gateway reads in order, so its pong acknowledges all lines up to that number.
pub async fn board(
    gateway: SocketAddr,
    name: String,
    pace: Duration,
    books: Shared<Books>,
    began: Instant,
    stop: CancellationToken,
) {
    for session in 1.. {
        let address = format!("ws://{gateway}/board/{name}");
        let connected = tokio::select! {
            () = stop.cancelled() => return,
            connected = tokio_tungstenite::connect_async(address) => connected,
        };
        if let Ok((socket, _)) = connected {
            let session = Session {
                socket,
                name: &name,
                number: session,
                books: &books,
                began,
            };
            // Its end is no news: the books say what was not acknowledged.
            let _ = session.run(pace, &stop).await;
        }
        if stop.is_cancelled() {
            return;
        }
        tokio::time::sleep(RETRY).await;
    }
}

struct Session<'a> {
    socket: Socket,
    name: &'a str,
    number: u32,
    books: &'a Shared<Books>,
    began: Instant,
}

impl Session<'_> {
    async fn run(mut self, pace: Duration, stop: &CancellationToken) -> Result<(), Error> {
        let mut ticks = tokio::time::interval(pace);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return self.socket.close(None).await,
                heard = self.socket.next() => self.hear(heard)?,
                _ = ticks.tick() => self.count().await?,
            }
        }
    }

    async fn count(&mut self) -> Result<(), Error> {
        let n = self.books.lock().send(self.name, self.number);
        let text = Message::text(line(n, self.number));
        self.socket.feed(text).await?;
        let ping = Message::Ping(Bytes::from(n.to_string()));
        self.socket.send(ping).await
    }

    fn hear(&self, heard: Option<Result<Message, Error>>) -> Result<(), Error> {
        let heard = heard.unwrap_or(Err(Error::ConnectionClosed))?;
        let number = match &heard {
            Message::Pong(payload) => std::str::from_utf8(payload).ok(),
            _ => None,
        };
        if let Some(n) = number.and_then(|text| text.parse().ok()) {
            let at = self.began.elapsed();
            let mut books = self.books.lock();
            books.taken_up_to(self.name, n, self.number, at);
        }
        Ok(())
    }
}
