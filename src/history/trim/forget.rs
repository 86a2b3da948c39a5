//! Remembers what was deleted, and forgets boards and gaps that are over.
//! Knows nothing of times.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::history::reach::GATEWAY;

/// Notes that a board's events up to a number are gone; gives the id under which, that of
/// the gateway if the board is not known, and up to which number they are gone now.
pub fn raise(tx: &Connection, board: i64, seq: i64) -> rusqlite::Result<(i64, u64)> {
    let mut raise = tx
        .prepare_cached("UPDATE board SET gone = max(gone, ?2) WHERE id = ?1 RETURNING id, gone")?;
    let now = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    if let Some(raised) = raise.query_row([board, seq], now).optional()? {
        return Ok(raised);
    }
    tx.query_row(
        "INSERT INTO board (id, name, latest, gone) VALUES (?1, '', NULL, ?2)
         ON CONFLICT (id) DO UPDATE SET gone = max(gone, excluded.gone) RETURNING id, gone",
        [GATEWAY, seq],
        now,
    )
}

/// Deletes removed boards of which nothing else is left. Gives each, and its `gone`: nobody
/// will know then which numbers were theirs.
pub fn removed_boards(tx: &Connection) -> rusqlite::Result<Vec<(i64, i64)>> {
    let mut over = tx.prepare_cached(
        "DELETE FROM board WHERE latest IS NULL AND id <> ?1
         AND NOT EXISTS (SELECT 1 FROM event WHERE event.board = board.id)
         AND NOT EXISTS (SELECT 1 FROM channel WHERE channel.board = board.id)
         RETURNING id, gone",
    )?;
    let over = over.query_map([GATEWAY], |row| Ok((row.get(0)?, row.get(1)?)))?;
    over.collect()
}

/// Deletes gaps before a number. They may have held anybody's events, so whoever resumes
/// before them must be told of a loss: gives the numbers at which they end.
pub fn gaps(tx: &Connection, before: i64) -> rusqlite::Result<Vec<i64>> {
    let mut over = tx.prepare_cached("DELETE FROM gap WHERE last < ?1 RETURNING last")?;
    let over = over.query_map([before], |row| row.get(0))?;
    over.collect()
}
