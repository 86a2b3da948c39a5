//! A WebSocket by a library that is not the gateway's own.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::soon;

/// An open WebSocket, as a board's or a browser's library has it.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Fails the test unless the upgrade is accepted.
    pub async fn connect(gateway: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Self {
        let mut request = format!("ws://{gateway}{path}")
            .into_client_request()
            .unwrap();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            request
                .headers_mut()
                .insert(name, HeaderValue::from_str(value).unwrap());
        }
        let connected = soon("the upgrade", tokio_tungstenite::connect_async(request)).await;
        Self(
            connected
                .unwrap_or_else(|error| panic!("{path}: {error}"))
                .0,
        )
    }

    pub async fn send(&mut self, text: impl Into<String>) {
        let message = Message::text(text.into());
        soon("room to send", self.0.send(message)).await.unwrap();
    }

    pub async fn send_binary(&mut self, bytes: &[u8]) {
        let message = Message::binary(bytes.to_vec());
        soon("room to send", self.0.send(message)).await.unwrap();
    }

    /// The next text; fails the test if the connection ends instead.
    pub async fn text(&mut self) -> String {
        match soon("a text", self.next()).await {
            Ok(text) => text,
            Err(code) => panic!("closed with {code} instead of a text"),
        }
    }

    /// The code with which the connection ends; 1006 if it ends without one.
    pub async fn close_code(&mut self) -> u16 {
        loop {
            if let Err(code) = soon("a close", self.next()).await {
                return code;
            }
        }
    }

    /// Says goodbye and waits until the gateway has done so too.
    pub async fn close(mut self) {
        // It may have been closed already, which is as good.
        let _ = self.0.close(None).await;
        while let Some(Ok(_)) = soon("the close's echo", self.0.next()).await {}
    }

    /// A text, or the code of the end.
    pub async fn next(&mut self) -> Result<String, u16> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return Ok(text.to_string()),
                Some(Ok(Message::Close(frame))) => {
                    return Err(frame.map_or(1005, |frame| frame.code.into()));
                }
                Some(Ok(_)) => {}
                Some(Err(Error::ConnectionClosed)) | None => return Err(1006),
                Some(Err(_)) => return Err(1006),
            }
        }
    }
}
