//! A TCP connection of which every byte is the test's own.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Frame, soon};

/// A connection of which every byte is the test's own.
pub struct Raw {
    stream: TcpStream,
    address: SocketAddr,
    /// What was read and not yet used.
    ahead: Vec<u8>,
}

impl Raw {
    pub async fn connect(gateway: SocketAddr) -> Self {
        let stream = soon("a connection", TcpStream::connect(gateway))
            .await
            .unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            address: gateway,
            ahead: Vec::new(),
        }
    }

    /// Connects and asks for an upgrade, and gives the answer's head.
    pub async fn board(gateway: SocketAddr, path: &str) -> Self {
        let mut raw = Self::connect(gateway).await;
        raw.send(raw.upgrade(path, &[])).await;
        let head = raw.head().await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        raw
    }

    /// A request for an upgrade; `headers` come first, and replace `Host` if they hold one
    /// (an empty one leaves it out).
    pub fn upgrade(&self, path: &str, headers: &[(&str, &str)]) -> Vec<u8> {
        let mut request = format!("GET {path} HTTP/1.1\r\n");
        if !headers.iter().any(|(name, _)| *name == "Host") {
            request += &format!("Host: {}\r\n", self.address);
        }
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request += &format!("{name}: {value}\r\n");
        }
        request += "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
                    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        request.into_bytes()
    }

    /// The connection, for a thread.
    pub fn into_std(self) -> std::net::TcpStream {
        let stream = self.stream.into_std().unwrap();
        stream.set_nonblocking(false).unwrap();
        stream
    }

    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        soon("room to send", self.stream.write_all(bytes.as_ref()))
            .await
            .unwrap();
    }

    /// Sends in this many writes.
    pub async fn send_in_pieces(&mut self, bytes: &[u8], pieces: usize) {
        for piece in bytes.chunks(bytes.len().div_ceil(pieces)) {
            self.send(piece).await;
        }
    }

    /// What one read gives; nothing at the end.
    pub async fn one_read(&mut self) -> Vec<u8> {
        let mut buffer = vec![0; 16384];
        // A reset is an end too: a gateway that gives up need not be polite.
        let count = soon("bytes", self.stream.read(&mut buffer))
            .await
            .unwrap_or(0);
        buffer.truncate(count);
        buffer
    }

    /// The next `count` bytes.
    pub async fn bytes(&mut self, count: usize) -> Vec<u8> {
        while self.ahead.len() < count {
            assert!(self.more().await, "closed before {count} bytes came");
        }
        let rest = self.ahead.split_off(count);
        std::mem::replace(&mut self.ahead, rest)
    }

    /// Everything until the gateway closes.
    pub async fn until_end(&mut self) -> Vec<u8> {
        let mut all = std::mem::take(&mut self.ahead);
        loop {
            let more = self.one_read().await;
            if more.is_empty() {
                return all;
            }
            all.extend_from_slice(&more);
        }
    }

    /// The head of an answer, without the empty line.
    pub async fn head(&mut self) -> String {
        loop {
            if let Some(end) = self
                .ahead
                .windows(4)
                .position(|window| window == b"\r\n\r\n")
            {
                let rest = self.ahead.split_off(end + 4);
                let head = std::mem::replace(&mut self.ahead, rest);
                return String::from_utf8(head[..end].to_vec()).unwrap();
            }
            assert!(self.more().await, "closed inside the head of an answer");
        }
    }

    /// The next chunk of an answer that comes in chunks; `None` at its end. Fails the test
    /// if the connection breaks before that.
    pub async fn chunk(&mut self) -> Option<Vec<u8>> {
        let mut length = Vec::new();
        while !length.ends_with(b"\r\n") {
            length.extend(self.bytes(1).await);
        }
        let length = String::from_utf8(length).unwrap();
        let length = usize::from_str_radix(length.trim(), 16).unwrap();
        let mut chunk = self.bytes(length + 2).await;
        chunk.truncate(length);
        (length > 0).then_some(chunk)
    }

    /// The next frame; `None` at the end.
    pub async fn frame(&mut self) -> Option<Frame> {
        loop {
            if let Some((frame, used)) = Frame::parse(&self.ahead) {
                self.ahead.drain(..used);
                return Some(frame);
            }
            if !self.more().await {
                assert!(
                    self.ahead.is_empty(),
                    "closed inside a frame: {:?}",
                    self.ahead
                );
                return None;
            }
        }
    }

    /// The next frame that is neither ping nor pong; fails the test at the end.
    pub async fn message(&mut self) -> Frame {
        loop {
            let frame = self.frame().await.expect("a frame, not the end");
            if !matches!(frame.opcode, Frame::PING | Frame::PONG) {
                return frame;
            }
        }
    }

    /// The code of the Close frame that ends the connection; 1006 if it ends without.
    pub async fn close_code(&mut self) -> u16 {
        while let Some(frame) = self.frame().await {
            if frame.opcode == Frame::CLOSE {
                return frame
                    .payload
                    .first_chunk()
                    .map_or(1005, |code| u16::from_be_bytes(*code));
            }
        }
        1006
    }

    async fn more(&mut self) -> bool {
        let more = self.one_read().await;
        self.ahead.extend_from_slice(&more);
        !more.is_empty()
    }
}
