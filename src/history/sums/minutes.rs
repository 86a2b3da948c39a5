//! Writes a finished minute, and brings the hours up to date that it lies in.
//! Knows nothing of readings.

use rusqlite::{Connection, params};

use super::Board;
use crate::history::sum::Sum;
use crate::history::when::{HOUR, floor};

/// Writes the rows of one board's channels for the minute that began at `start`.
pub fn write(tx: &Connection, board: i64, start: i64, open: &mut Board) -> rusqlite::Result<()> {
    let mut minute = tx.prepare_cached(
        "INSERT OR REPLACE INTO minute (channel, start, min, max, mean, count)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    // Channels were put into the table when they were first heard in this minute, but may
    // have been deleted since; then there is also more room.
    open.room = None;
    for (name, cell) in std::mem::take(&mut open.cells) {
        let Some(channel) = open.id(tx, board, &name)? else {
            continue;
        };
        let [min, max, mean] = cell.columns();
        minute.execute(params![channel, start, min, max, mean, cell.count as i64])?;
        write_hour(tx, channel, floor(start, HOUR))?;
    }
    Ok(())
}

/// An hour is what its minutes are, and not what it was and one more: so it is right
/// whatever was there before.
fn write_hour(tx: &Connection, channel: i64, start: i64) -> rusqlite::Result<()> {
    let mut minutes = tx.prepare_cached(
        "SELECT min, max, mean, count FROM minute
         WHERE channel = ?1 AND start >= ?2 AND start < ?3 ORDER BY start",
    )?;
    let mut hour = Sum::default();
    for minute in minutes.query_map([channel, start, start + HOUR], |row| Sum::read(row, 0))? {
        hour.join(&minute?);
    }
    let mut write = tx.prepare_cached(
        "INSERT OR REPLACE INTO hour (channel, start, min, max, mean, count)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let [min, max, mean] = hour.columns();
    write.execute(params![channel, start, min, max, mean, hour.count as i64])?;
    Ok(())
}
