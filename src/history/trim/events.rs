//! Deletes events of a board up to a number.
//! Knows nothing of why.

use rusqlite::{Connection, OptionalExtension};

use crate::history::ends::{self, Oldest};

/// At most so many events are deleted before looking again whether the file is small enough:
/// the ones behind may be much larger than the oldest, by which their size is guessed.
const STEP: u64 = 1000;

/// Not fewer, or one page with a thousand boards' rows would be freed row by row.
const LEAST: u64 = 16;

/// What a row takes besides its body: the key, the time, and the page's own bookkeeping.
const ROW: u64 = 24;

/// Deletes a board's events up to a number that are before a time. Gives the largest number
/// that was deleted, and how many. The caller has seen that there is at least one.
pub fn delete(tx: &Connection, board: i64, last: i64, limit: i64) -> rusqlite::Result<(i64, u64)> {
    // Reads only what goes, and one more.
    let mut kept = tx.prepare_cached(
        "SELECT seq FROM event WHERE board = ?1 AND seq <= ?2 AND time >= ?3
         ORDER BY seq LIMIT 1",
    )?;
    let kept = kept.query_row([board, last, limit], |row| row.get(0));
    let end = kept.optional()?.unwrap_or(last.saturating_add(1));
    let mut newest =
        tx.prepare_cached("SELECT max(seq) FROM event WHERE board = ?1 AND seq < ?2")?;
    let seq: i64 = newest.query_row([board, end], |row| row.get(0))?;
    let mut delete = tx.prepare_cached("DELETE FROM event WHERE board = ?1 AND seq <= ?2")?;
    let count = delete.execute([board, seq])?;
    Ok((seq, count as u64))
}

/// The oldest event behind a number.
pub fn first_behind(
    tx: &Connection,
    boards: &[Oldest],
    last: i64,
) -> rusqlite::Result<Option<Oldest>> {
    let mut first: Option<Oldest> = None;
    for &(mut next) in boards {
        if next.seq <= last {
            let Some((seq, time)) = ends::from(tx, next.board, last.saturating_add(1))? else {
                continue;
            };
            (next.seq, next.time) = (seq, time);
        }
        if first.is_none_or(|first| next.seq < first.seq) {
            first = Some(next);
        }
    }
    Ok(first)
}

/// How many events are perhaps so many bytes, judged by the oldest.
pub fn worth(tx: &Connection, oldest: Oldest, bytes: u64) -> rusqlite::Result<u64> {
    let mut length =
        tx.prepare_cached("SELECT length(body) FROM event WHERE board = ?1 AND seq = ?2")?;
    let length: i64 = length.query_row([oldest.board, oldest.seq], |row| row.get(0))?;
    Ok((bytes / (length.unsigned_abs() + ROW)).clamp(LEAST, STEP))
}
