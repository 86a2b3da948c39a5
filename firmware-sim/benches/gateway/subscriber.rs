//! One subscriber that understands what it hears.

use std::net::SocketAddr;

use futures_util::StreamExt;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::Outcome;

/// A WebSocket to the gateway.
pub struct Subscriber {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The gateway's first message.
    pub hello: Value,
}

impl Subscriber {
    /// Connects and waits for the greeting. `query` is what stands behind `/ws`.
    /// Cancel safe: dropping it ends the connection.
    pub async fn connect(gateway: SocketAddr, query: &str) -> Outcome<Self> {
        let address = format!("ws://{gateway}/ws{query}");
        let (socket, _) = tokio_tungstenite::connect_async(address).await?;
        let hello = Value::Null;
        let mut subscriber = Self { socket, hello };
        subscriber.hello = subscriber.next().await?;
        Ok(subscriber)
    }

    /// The next message; fails when the connection ends. Cancel safe.
    pub async fn next(&mut self) -> Outcome<Value> {
        loop {
            let message = self.socket.next().await.ok_or("the connection ended")??;
            if message.is_text() {
                return Ok(serde_json::from_str(message.to_text()?)?);
            }
        }
    }
}
