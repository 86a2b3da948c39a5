//! The states of one board, newest first, without looking at its readings.
//! Knows nothing of how they are told.

use rusqlite::Connection;

use super::events::Shelf;
use crate::clock::Timestamp;

/// The partial index serves only a query that names its kind.
pub const SQL: &str = "SELECT seq, time, body FROM event
    WHERE board = ?1 AND kind = 2 AND time < ?2 AND seq <= ?3
    ORDER BY time DESC, seq DESC LIMIT ?4";

/// A `board` event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its number.
    pub seq: u64,
    /// Its time.
    pub time: Timestamp,
    /// `{"state":"online",…}`
    pub body: String,
}

/// The newest states of a shelf, oldest of them first, at most so many: those before a time
/// in microseconds, back to the last that is not behind the time from which on they matter.
///
/// # Errors
/// When the database cannot be read.
pub fn newest(
    conn: &Connection,
    shelf: Shelf,
    (from, to): (Option<Timestamp>, i64),
    most: usize,
) -> rusqlite::Result<Vec<Stored>> {
    let mut statement = conn.prepare_cached(SQL)?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut rows = statement.query((shelf.board, to, shelf.until, most))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let time = Timestamp(row.get(1)?);
        found.push(Stored {
            seq: row.get(0)?,
            time,
            body: row.get(2)?,
        });
        if from.is_some_and(|from| time <= from) {
            break;
        }
    }
    found.reverse();
    Ok(found)
}
