//! How subscribers and boards come to a server.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::mqtt;
use super::source::{Source, frame};

/// A server, as the load sees it.
#[derive(Clone, Copy, Debug)]
pub enum Door {
    /// The gateway: WebSockets.
    Gateway(SocketAddr),
    /// The limit: bare connections, and messages of so many bytes.
    Limit(SocketAddr, usize),
    /// Another server of WebSockets: subscribers at `/sub`, the board at `/pub`.
    WebSocket(SocketAddr),
    /// Socket.IO over WebSocket.
    SocketIo(SocketAddr),
    /// MQTT over TCP, and messages of so many bytes.
    Mqtt(SocketAddr, usize),
}

/// How a client of Socket.IO 4 asks for a WebSocket.
const SOCKET_IO: &str = "/socket.io/?EIO=4&transport=websocket";

impl Door {
    /// A new subscriber.
    pub fn subscriber(self) -> io::Result<TcpStream> {
        match self {
            Self::Gateway(address) => upgraded(address, "/ws"),
            Self::WebSocket(address) => upgraded(address, "/sub"),
            Self::Limit(address, _) => connected(address),
            Self::SocketIo(address) => socket_io(address),
            Self::Mqtt(address, _) => mqtt_subscriber(address),
        }
    }

    /// A WebSocket at this path of the gateway; at what has no paths just a connection.
    pub fn upgraded(self, path: &str) -> io::Result<TcpStream> {
        match self {
            Self::Gateway(address) | Self::WebSocket(address) => upgraded(address, path),
            Self::Limit(address, _) => connected(address),
            Self::SocketIo(address) => socket_io(address),
            Self::Mqtt(address, _) => mqtt_client(address),
        }
    }

    /// A board; for the limit only when all subscribers are there.
    pub fn board(self) -> io::Result<Source> {
        match self {
            Self::Gateway(address) => Ok(Source::WebSocket(upgraded(address, "/board/bench")?)),
            Self::WebSocket(address) => Ok(Source::WebSocket(upgraded(address, "/pub")?)),
            Self::Limit(address, length) => Ok(Source::Raw {
                socket: connected(address)?,
                length,
            }),
            Self::SocketIo(address) => Ok(Source::SocketIo(socket_io(address)?)),
            Self::Mqtt(address, length) => Ok(Source::Mqtt {
                socket: mqtt_client(address)?,
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
    // What follows the head is the greeting, which nobody here needs.
    let answer = read_until(&mut socket, b"\r\n\r\n")?;
    match answer.starts_with(b"HTTP/1.1 101 ") {
        true => Ok(socket),
        false => Err(io::Error::other(String::from_utf8_lossy(&answer))),
    }
}

/// Joined to the default namespace, and told so.
fn socket_io(address: SocketAddr) -> io::Result<TcpStream> {
    let mut socket = upgraded(address, SOCKET_IO)?;
    let mut join = Vec::new();
    frame(b"40", &mut join);
    socket.write_all(&join)?;
    read_until(&mut socket, b"40{")?;
    Ok(socket)
}

fn mqtt_client(address: SocketAddr) -> io::Result<TcpStream> {
    let mut socket = connected(address)?;
    socket.write_all(&mqtt::CONNECT)?;
    read_until(&mut socket, &mqtt::CONNECTED)?;
    Ok(socket)
}

fn mqtt_subscriber(address: SocketAddr) -> io::Result<TcpStream> {
    let mut socket = mqtt_client(address)?;
    socket.write_all(&mqtt::SUBSCRIBE)?;
    read_until(&mut socket, &mqtt::SUBSCRIBED)?;
    Ok(socket)
}

/// All that came when this had come.
fn read_until(socket: &mut TcpStream, wanted: &[u8]) -> io::Result<Vec<u8>> {
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while memchr::memmem::find(&answer, wanted).is_none() {
        let count = socket.read(&mut buffer)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        answer.extend_from_slice(&buffer[..count]);
    }
    Ok(answer)
}
