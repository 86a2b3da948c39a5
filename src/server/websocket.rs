//! WebSockets for the server: the handshake, one reader and one writer a connection.
//! This is the only place that names fastwebsockets. Knows nothing of messages.
//!
//! ```text
//! is_upgrade → check → Handshake::response (or Refusal::response)
//!                    → accept → Reader (one task) + Writer (one task)
//! ```

mod frames;
mod handshake;
mod input;
mod reader;
mod writer;

#[cfg(test)]
mod handshake_tests;
#[cfg(test)]
mod reader_tests;
#[cfg(test)]
pub(super) mod testing;
#[cfg(test)]
mod writer_tests;

use std::io;
use std::time::Duration;

use bytes::Bytes;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::listener::{HALF_OPEN, give_up_after};

pub use frames::Ended;
pub use handshake::{Handshake, Refusal, check, is_upgrade, offers_deflate};
pub use reader::{Message, Reader};
pub use writer::{Tap, WriteError, Writer};

/// A client that is owed something and takes nothing for this long is slow.
pub const STALL: Duration = Duration::from_secs(30);

/// What a connection tolerates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Bytes in a message, over all its fragments; above it the reader ends with 1009.
    pub max_message: usize,
    /// Takes frames without a mask, which some boards send; else 1002.
    pub accept_unmasked: bool,
    /// Takes a pong above 125 bytes, which some boards send; else 1002.
    pub accept_long_pongs: bool,
    /// The longest time without progress while something is to be written.
    pub stall: Duration,
}

impl Options {
    /// As RFC 6455 wants it, with messages of at most `max_message` bytes.
    pub fn strict(max_message: usize) -> Self {
        Self {
            max_message,
            accept_unmasked: false,
            accept_long_pongs: false,
            stall: STALL,
        }
    }
}

/// Waits until the 101 has gone out, then takes the socket. `upgrade` is what
/// `hyper::upgrade::on` gave for the request, before the answer was returned.
///
/// Cancel safe in that dropping it closes the connection.
///
/// # Errors
/// When the client went before the answer was written.
pub async fn accept(upgrade: OnUpgrade, options: Options) -> io::Result<(Reader, Writer)> {
    let upgraded = upgrade.await.map_err(io::Error::other)?;
    let parts = upgraded
        .downcast::<TokioIo<TcpStream>>()
        .map_err(|_| io::Error::other("upgraded connection is not a tcp socket"))?;
    // A copy, because even an empty rest would keep the HTTP server's buffer alive.
    let read_too_much = Bytes::copy_from_slice(&parts.read_buf);
    let socket = parts.io.into_inner();
    // A board that sleeps may be kept for longer than others.
    if options.stall > HALF_OPEN {
        give_up_after(&socket, options.stall);
    }
    Ok(split(socket, read_too_much, options))
}

/// Where a TLS stream would come in: everything behind it only reads and writes.
fn split(socket: TcpStream, read_too_much: Bytes, options: Options) -> (Reader, Writer) {
    let (read, write) = socket.into_split();
    let reader = Reader::new(read_too_much, read, options);
    (reader, Writer::new(write, options.stall))
}
