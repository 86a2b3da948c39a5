//! A command between its sender and its board. Knows nothing of queues.

use std::time::Duration;

use tokio::time::Instant;

use super::Ticket;

/// A command that waits.
#[derive(Debug)]
pub(super) struct Waiting {
    pub bytes: Vec<u8>,
    pub ttl: Duration,
    pub received: Instant,
    pub ticket: Ticket,
}

/// A command that is due. Dropped before it was written, it fails with `board_offline`.
#[derive(Debug)]
pub struct Outgoing {
    pub(super) command: Waiting,
}

impl Outgoing {
    /// What to write, with the line end where the link has one.
    pub fn bytes(&self) -> &[u8] {
        &self.command.bytes
    }

    /// The board that it is for.
    pub fn board(&self) -> &str {
        self.command.ticket.board()
    }
}

impl Waiting {
    /// When it is too late to write it.
    pub(super) fn due(&self) -> Instant {
        self.received + self.ttl
    }
}
