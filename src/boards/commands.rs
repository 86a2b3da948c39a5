//! Commands on their way to a board, and what became of them.

/// A command that is due. Dropped before it was written, it fails with `board_offline`.
#[derive(Debug)]
pub struct Outgoing {
    bytes: Vec<u8>,
}

impl Outgoing {
    /// What to write, with the line end where the link has one.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
