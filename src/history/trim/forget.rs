//! Remembers what was deleted, and forgets boards and gaps that are over.
//! Knows nothing of times.

use rusqlite::{Connection, OptionalExtension};

/// The id of the gateway's own events in `board`. What it lost, every subscriber lost.
pub const GATEWAY: i64 = 0;

/// Notes that a board's events up to a number are gone; gives the id under which, that of
/// the gateway if the board is not known, and the largest number that is noted there now.
pub fn raise(tx: &Connection, board: i64, seq: i64) -> rusqlite::Result<(i64, i64)> {
    let mut raise =
        tx.prepare_cached("UPDATE board SET gone = max(gone, ?2) WHERE id = ?1 RETURNING gone")?;
    let raised = raise.query_row([board, seq], |row| row.get(0)).optional()?;
    if let Some(gone) = raised {
        return Ok((board, gone));
    }
    let gone = tx.query_row(
        "INSERT INTO board (id, name, latest, gone) VALUES (?1, '', NULL, ?2)
         ON CONFLICT (id) DO UPDATE SET gone = max(gone, excluded.gone) RETURNING gone",
        [GATEWAY, seq],
        |row| row.get(0),
    )?;
    Ok((GATEWAY, gone))
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
