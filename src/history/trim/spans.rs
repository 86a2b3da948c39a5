//! Deletes minutes and hours that are over, and channels of which nothing is left.
//! Knows nothing of events, except when a board's last was.

use rusqlite::{Connection, OptionalExtension};

use crate::history::ends;
use crate::history::when::{HOUR, MINUTE, floor};

/// Deletes minutes that began before `cut`, the hours that have none any more, and channels
/// that have neither, at most `rows` rows. Gives how many more rows may be deleted: 0 if it
/// did not come to the end.
pub fn delete_before(
    tx: &Connection,
    cut: i64,
    summed: i64,
    mut rows: u64,
) -> rusqlite::Result<u64> {
    let mut next =
        tx.prepare_cached("SELECT id, board FROM channel WHERE id > ?1 ORDER BY id LIMIT 1")?;
    let mut last = 0;
    while rows > 0 {
        let channel = next.query_row([last], |row| Ok((row.get(0)?, row.get(1)?)));
        let Some((id, board)) = channel.optional()? else {
            break;
        };
        let deleted = match oldest(tx, id)? {
            Some(start) if start >= cut => 0,
            Some(start) => minutes(tx, id, (start, cut), rows)?,
            // New in the open minute, or its minute was lost when something crashed.
            None if ends::newest(tx, board, i64::MAX)?.is_some_and(|(_, time)| time >= summed) => 0,
            None => channel_and_hours(tx, id)?,
        };
        rows = rows.saturating_sub(deleted);
        // What was cut into is looked at again.
        if deleted == 0 {
            last = id;
        }
    }
    Ok(rows)
}

/// Deletes a channel's minutes from one to another, or the oldest of them; and what becomes
/// empty by that.
fn minutes(
    tx: &Connection,
    channel: i64,
    (start, end): (i64, i64),
    rows: u64,
) -> rusqlite::Result<u64> {
    // There cannot be more rows than minutes.
    let most = MINUTE.saturating_mul(rows.try_into().unwrap_or(i64::MAX));
    let end = end.min(start.saturating_add(most));
    let mut delete = tx.prepare_cached("DELETE FROM minute WHERE channel = ?1 AND start < ?2")?;
    let deleted = delete.execute([channel, end])? as u64;
    let Some(kept) = oldest(tx, channel)? else {
        return Ok(deleted + channel_and_hours(tx, channel)?);
    };
    let mut hours = tx.prepare_cached("DELETE FROM hour WHERE channel = ?1 AND start < ?2")?;
    Ok(deleted + hours.execute([channel, floor(kept, HOUR)])? as u64)
}

/// The sums look for the channel's id in each minute, and give it another if it comes again.
fn channel_and_hours(tx: &Connection, channel: i64) -> rusqlite::Result<u64> {
    let mut hours = tx.prepare_cached("DELETE FROM hour WHERE channel = ?1")?;
    let mut delete = tx.prepare_cached("DELETE FROM channel WHERE id = ?1")?;
    Ok((hours.execute([channel])? + delete.execute([channel])?) as u64)
}

/// When a channel's oldest minute began.
fn oldest(tx: &Connection, channel: i64) -> rusqlite::Result<Option<i64>> {
    let mut oldest =
        tx.prepare_cached("SELECT start FROM minute WHERE channel = ?1 ORDER BY start LIMIT 1")?;
    oldest.query_row([channel], |row| row.get(0)).optional()
}
