//! A TCP connection and WebSocket frames made by hand, to send what no library would.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::soon;

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

    /// What has come, or comes next; nothing at the end.
    pub async fn some(&mut self) -> Vec<u8> {
        match self.ahead.is_empty() {
            true => self.one_read().await,
            false => std::mem::take(&mut self.ahead),
        }
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
    pub async fn to_end(&mut self) -> Vec<u8> {
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

/// A WebSocket frame, to be made or as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The first byte: FIN, reserved bits and the opcode.
    pub first: u8,
    pub opcode: u8,
    pub mask: Option<[u8; 4]>,
    pub payload: Vec<u8>,
    form: Form,
}

/// How the length is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Shortest,
    /// Eight bytes, and this number whatever the payload is.
    Claimed(u64),
}

impl Frame {
    pub const CONTINUATION: u8 = 0;
    pub const TEXT: u8 = 1;
    pub const BINARY: u8 = 2;
    pub const CLOSE: u8 = 8;
    pub const PING: u8 = 9;
    pub const PONG: u8 = 10;
    const FIN: u8 = 0x80;

    /// A masked frame with FIN, as a client sends it.
    pub fn new(opcode: u8, payload: impl AsRef<[u8]>) -> Self {
        Self {
            first: Self::FIN | opcode,
            opcode,
            mask: Some([0x37, 0xfa, 0x21, 0x3d]),
            payload: payload.as_ref().to_vec(),
            form: Form::Shortest,
        }
    }

    pub fn text(payload: &str) -> Self {
        Self::new(Self::TEXT, payload)
    }

    /// More of the message follows.
    pub fn unfinished(mut self) -> Self {
        self.first &= !Self::FIN;
        self
    }

    pub fn unmasked(mut self) -> Self {
        self.mask = None;
        self
    }

    pub fn masked_with(mut self, mask: [u8; 4]) -> Self {
        self.mask = Some(mask);
        self
    }

    /// Sets reserved bits: 0x40, 0x20, 0x10.
    pub fn reserved(mut self, bits: u8) -> Self {
        self.first |= bits;
        self
    }

    /// Writes the length in eight bytes, needed or not.
    pub fn long_form(self) -> Self {
        let length = self.payload.len() as u64;
        self.claiming(length)
    }

    /// Claims a length that the payload need not have.
    pub fn claiming(mut self, length: u64) -> Self {
        self.form = Form::Claimed(length);
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let masked = if self.mask.is_some() { 0x80 } else { 0 };
        let mut bytes = vec![self.first];
        match (self.form, self.payload.len()) {
            (Form::Claimed(length), _) => {
                bytes.push(masked | 127);
                bytes.extend_from_slice(&length.to_be_bytes());
            }
            (Form::Shortest, length @ 0..126) => bytes.push(masked | length as u8),
            (Form::Shortest, length @ 126..65536) => {
                bytes.push(masked | 126);
                bytes.extend_from_slice(&(length as u16).to_be_bytes());
            }
            (Form::Shortest, length) => {
                bytes.push(masked | 127);
                bytes.extend_from_slice(&(length as u64).to_be_bytes());
            }
        }
        bytes.extend_from_slice(self.mask.as_ref().map_or(&[][..], |mask| mask));
        let mask = self.mask.unwrap_or_default();
        bytes.extend(
            self.payload
                .iter()
                .zip(mask.iter().cycle())
                .map(|(byte, mask)| byte ^ mask),
        );
        bytes
    }

    /// A frame as servers send it, and how many bytes it took; `None` if there is not all of it.
    fn parse(bytes: &[u8]) -> Option<(Self, usize)> {
        let (&first, &second) = (bytes.first()?, bytes.get(1)?);
        assert_eq!(second & 0x80, 0, "a server must not mask");
        let (length, start) = match second {
            126 => (
                u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?) as usize,
                4,
            ),
            127 => (
                u64::from_be_bytes(*bytes.get(2..)?.first_chunk()?) as usize,
                10,
            ),
            short => (short as usize, 2),
        };
        let payload = bytes.get(start..start + length)?.to_vec();
        let opcode = first & 0x0f;
        let frame = Self {
            first,
            opcode,
            mask: None,
            payload,
            form: Form::Shortest,
        };
        Some((frame, start + length))
    }
}
