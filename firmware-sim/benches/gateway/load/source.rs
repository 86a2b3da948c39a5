//! Who says what subscribers hear: a board on a WebSocket or on a serial port, or the
//! publisher of the limit.

use std::io::{self, Write};
use std::net::TcpStream;
use std::path::Path;

use firmware_sim::pty::Port;
use tokio::runtime::{Builder, Runtime};

use super::marker::Marker;
use super::mqtt;

/// Where messages come from.
pub enum Source {
    /// A board's WebSocket.
    WebSocket(TcpStream),
    /// A board's serial port.
    Serial(Serial),
    /// Bytes that are forwarded as they are.
    Raw {
        /// To the limit.
        socket: TcpStream,
        /// Bytes of a message.
        length: usize,
    },
    /// An event of Socket.IO, whose argument is the line.
    SocketIo(TcpStream),
    /// A broker's publisher: it says all that subscribers hear.
    Mqtt {
        /// To the broker.
        socket: TcpStream,
        /// Bytes of a message.
        length: usize,
    },
}

/// A simulated port, and the runtime that it lives in.
pub struct Serial {
    // In this order: a port must be dropped before its runtime.
    port: Port,
    runtime: Runtime,
}

impl Serial {
    /// A board that is plugged in at `link`.
    pub fn plug_in(link: &Path) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let port = runtime.block_on(async { Port::plug_in(link) })?;
        Ok(Self { port, runtime })
    }

    /// Waits until the gateway has opened it.
    pub fn opened(&mut self) {
        self.runtime.block_on(self.port.opened());
    }
}

impl Source {
    /// Appends a message as it goes over this link.
    pub fn put(&self, marker: Marker, out: &mut Vec<u8>) {
        match self {
            Self::WebSocket(_) => frame(&line(marker), out),
            Self::Serial(_) => {
                out.extend_from_slice(&line(marker));
                out.push(b'\n');
            }
            Self::Raw { length, .. } => {
                let end = out.len() + length;
                marker.write(out);
                out.resize(end.max(out.len()), b'.');
            }
            Self::SocketIo(_) => {
                let packet = [br#"42["post","#, line(marker).as_slice(), b"]"].concat();
                frame(&packet, out);
            }
            Self::Mqtt { length, .. } => mqtt::publish(marker, *length, out),
        }
    }

    /// Sends messages; waits until they are taken.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::WebSocket(socket)
            | Self::SocketIo(socket)
            | Self::Raw { socket, .. }
            | Self::Mqtt { socket, .. } => socket.write_all(bytes),
            Self::Serial(Serial { port, runtime }) => match runtime.block_on(port.write(bytes))? {
                sent if sent == bytes.len() => Ok(()),
                _ => Err(io::Error::other("nobody has the port open")),
            },
        }
    }
}

/// What a sketch with three sensors prints.
pub fn line(marker: Marker) -> Vec<u8> {
    let mut line = br#"{"mark":""#.to_vec();
    marker.write(&mut line);
    line.extend_from_slice(br#"","temperature":23.5,"humidity":48.25,"light":512}"#);
    line
}

/// A client's text frame; its mask is zero, as some boards' is, and changes nothing.
pub fn frame(payload: &[u8], out: &mut Vec<u8>) {
    debug_assert!(payload.len() < 126, "longer ones have another head");
    out.extend_from_slice(&[0x81, 0x80 | payload.len() as u8, 0, 0, 0, 0]);
    out.extend_from_slice(payload);
}
