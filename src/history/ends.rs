//! The oldest and the newest event of a board, and the first from a time on, by steps in the
//! index.
//! Knows nothing of what is done with them.

use rusqlite::{Connection, OptionalExtension};

/// The oldest event of a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Oldest {
    /// Its board.
    pub board: i64,
    /// Its number.
    pub seq: i64,
    /// Its time, microseconds since 1970.
    pub time: i64,
}

/// The oldest event of every board that has events, by id of the board.
pub fn of_each_board(conn: &Connection) -> rusqlite::Result<Vec<Oldest>> {
    let mut next = conn.prepare_cached(
        "SELECT board, seq, time FROM event WHERE board > ?1 ORDER BY board, seq LIMIT 1",
    )?;
    let mut boards = Vec::new();
    let mut last = -1;
    loop {
        let oldest = next.query_row([last], |row| {
            Ok(Oldest {
                board: row.get(0)?,
                seq: row.get(1)?,
                time: row.get(2)?,
            })
        });
        let Some(oldest) = oldest.optional()? else {
            return Ok(boards);
        };
        last = oldest.board;
        boards.push(oldest);
    }
}

/// Number and time of a board's first event from a number on.
pub fn from(conn: &Connection, board: i64, seq: i64) -> rusqlite::Result<Option<(i64, i64)>> {
    let mut first = conn.prepare_cached(
        "SELECT seq, time FROM event WHERE board = ?1 AND seq >= ?2 ORDER BY seq LIMIT 1",
    )?;
    let first = first.query_row([board, seq], |row| Ok((row.get(0)?, row.get(1)?)));
    first.optional()
}

/// Number and time of a board's newest event up to a number.
pub fn newest(conn: &Connection, board: i64, until: i64) -> rusqlite::Result<Option<(i64, i64)>> {
    let mut newest = conn.prepare_cached(
        "SELECT seq, time FROM event WHERE board = ?1 AND seq <= ?2 ORDER BY seq DESC LIMIT 1",
    )?;
    let newest = newest.query_row([board, until], |row| Ok((row.get(0)?, row.get(1)?)));
    newest.optional()
}

/// A number from which a board's events up to `until` are those from a time on: the one
/// behind the newest if all are older. Times never go back from one number to the next.
pub fn first_at(conn: &Connection, board: i64, until: i64, time: i64) -> rusqlite::Result<i64> {
    let Some((last, newest)) = newest(conn, board, until)? else {
        return Ok(until.saturating_add(1));
    };
    // What has just passed is asked for most.
    if newest < time {
        return Ok(last + 1);
    }
    let (mut low, mut high) = (from(conn, board, 0)?.map_or(last, |(seq, _)| seq), last);
    while low < high {
        let middle = low + (high - low) / 2;
        match from(conn, board, middle)? {
            Some((seq, at)) if seq <= last && at < time => low = seq + 1,
            // Also where rows have been deleted meanwhile.
            _ => high = middle,
        }
    }
    Ok(high)
}
