//! Stand-in: deletes nothing.

use rusqlite::Connection;

use crate::clock::Timestamp;

/// What may stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Older events go, in microseconds.
    pub keep_micros: i64,
    /// The file without its log, in bytes.
    pub max_bytes: u64,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trimmed {
    /// Boards that lost events, and up to which number.
    pub gone: Vec<(i64, u64)>,
    /// How many events were deleted.
    pub events: u64,
    /// Whether there is more to do.
    pub more: More,
}

/// Whether to call again with the next commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum More {
    /// All is within bounds.
    No,
    /// This call did as much as one may.
    Yes,
}

/// Deletes nothing.
///
/// # Errors
/// SQLite's.
pub fn trim(_: &Connection, _: Timestamp, _: &Bounds) -> rusqlite::Result<Trimmed> {
    Ok(Trimmed {
        gone: Vec::new(),
        events: 0,
        more: More::No,
    })
}
