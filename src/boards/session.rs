//! One opening of a link: bytes from the board become events, commands go back.
//! Knows nothing of ports or sockets.

use crate::boards::Reason;
use crate::boards::commands::Outgoing;
use crate::config::Pattern;

/// One opening of a port or one connection, from the first byte to the last.
/// Dropped without [`Session::end`] (a panic), the board is offline with `error`.
#[derive(Debug)]
pub struct Session {}

impl Session {
    /// A serial port: the bytes before the first line end may be torn, and each command
    /// gets `send_end`. With a `ready` pattern, a line that matches calls [`Session::ready`].
    pub fn serial(self, send_end: &str, ready: Option<Pattern>) -> Self {
        todo!("{send_end} {ready:?}")
    }

    /// Takes what one `read()` yielded and appends what it says as one batch.
    pub fn bytes(&mut self, bytes: &[u8]) {
        todo!("{bytes:?}")
    }

    /// The link is up: the board is `online`. Again is no event.
    pub fn ready(&mut self, detail: &str) {
        todo!("{detail}")
    }

    /// Waits for a command that may be written now; expired ones are answered on the way,
    /// and with `ack` or `nack` only one is out at a time. Cancel safe.
    pub async fn outgoing(&mut self) -> Outgoing {
        todo!()
    }

    /// The command's last byte was written: answers `written`, and waits for the board's
    /// answer where it has `ack` or `nack`.
    pub fn written(&mut self, outgoing: Outgoing) {
        drop(outgoing);
    }

    /// The link is down: an unfinished line is dropped and counted `torn`, commands in
    /// flight fail with `board_offline`.
    pub fn end(self, reason: Reason, detail: &str) {
        todo!("{reason:?} {detail}")
    }
}
