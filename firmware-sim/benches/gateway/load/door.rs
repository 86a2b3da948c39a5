//! How subscribers and boards come to a server.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::source::Source;

/// A server, as the load sees it.
#[derive(Clone, Copy, Debug)]
pub enum Door {
    /// The gateway: WebSockets.
    Gateway(SocketAddr),
    /// The limit: bare connections, and messages of so many bytes.
    Limit(SocketAddr, usize),
}

impl Door {
    /// A new subscriber.
    pub fn subscriber(self) -> io::Result<TcpStream> {
        match self {
            Self::Gateway(address) => upgraded(address, "/ws"),
            Self::Limit(address, _) => connected(address),
        }
    }

    /// A WebSocket at this path of the gateway; at the limit just a connection.
    pub fn upgraded(self, path: &str) -> io::Result<TcpStream> {
        match self {
            Self::Gateway(address) => upgraded(address, path),
            Self::Limit(address, _) => connected(address),
        }
    }

    /// A board; for the limit only when all subscribers are there.
    pub fn board(self) -> io::Result<Source> {
        match self {
            Self::Gateway(address) => Ok(Source::WebSocket(upgraded(address, "/board/bench")?)),
            Self::Limit(address, length) => Ok(Source::Raw {
                socket: connected(address)?,
                length,
            }),
        }
    }
}

fn connected(address: SocketAddr) -> io::Result<TcpStream> {
    let socket = TcpStream::connect(address)?;
    socket.set_nodelay(true)?;
    Ok(socket)
}

fn upgraded(address: SocketAddr, path: &str) -> io::Result<TcpStream> {
    let mut socket = connected(address)?;
    // RFC 6455's own example of a key.
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    socket.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    // What follows the head is the greeting, which nobody here needs.
    while memchr::memmem::find(&answer, b"\r\n\r\n").is_none() {
        let count = socket.read(&mut buffer)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        answer.extend_from_slice(&buffer[..count]);
    }
    match answer.starts_with(b"HTTP/1.1 101 ") {
        true => Ok(socket),
        false => Err(io::Error::other(String::from_utf8_lossy(&answer))),
    }
}
