//! Reads again the events that are in no minute yet.
//! Knows nothing of how a minute is written.

use rusqlite::Connection;

use super::Sums;
use crate::clock::Timestamp;
use crate::history::ends;
use crate::history::when::MINUTE;
use crate::wire::encode::Kind;

/// Takes every reading from the open minute on, minute by minute over all boards: each
/// minute must be whole before the next begins. Memory does not grow with the events.
pub fn replay(sums: &mut Sums, conn: &Connection) -> rusqlite::Result<()> {
    let mut places = Vec::new();
    for first in ends::of_each_board(conn)? {
        let seq = ends::first_at(conn, first.board, i64::MAX, sums.open)?;
        places.push((first.board, seq));
    }
    // One statement for all that is read, and for what may have to be written; it works
    // within a transaction and without one.
    conn.execute_batch("SAVEPOINT replay")?;
    let replayed = minutes(sums, conn, &mut places);
    conn.execute_batch(match replayed {
        Ok(()) => "RELEASE replay",
        Err(_) => "ROLLBACK TO replay; RELEASE replay",
    })?;
    replayed
}

fn minutes(sums: &mut Sums, conn: &Connection, places: &mut [(i64, i64)]) -> rusqlite::Result<()> {
    // Usually all are of the open minute, and the first time round is the last.
    loop {
        let end = sums.open.saturating_add(MINUTE);
        let mut next: Option<i64> = None;
        for place in places.iter_mut() {
            let time = board(sums, conn, place, end)?;
            next = next.into_iter().chain(time).min();
        }
        match next {
            Some(time) => sums.pass(conn, Timestamp(time))?,
            None => return Ok(()),
        }
    }
}

/// Takes one board's readings before `end`; gives the time of its next event, if any.
fn board(
    sums: &mut Sums,
    conn: &Connection,
    (board, seq): &mut (i64, i64),
    end: i64,
) -> rusqlite::Result<Option<i64>> {
    let mut events = conn.prepare_cached(
        "SELECT seq, time, kind, body FROM event WHERE board = ?1 AND seq >= ?2 ORDER BY seq",
    )?;
    let mut rows = events.query([*board, *seq])?;
    while let Some(row) = rows.next()? {
        *seq = row.get(0)?;
        let time = row.get(1)?;
        if time >= end {
            return Ok(Some(time));
        }
        if row.get::<_, i64>(2)? == Kind::Reading.code() {
            let body = row.get_ref(3)?.as_str().unwrap_or_default();
            sums.add(conn, *board, Timestamp(time), body)?;
        }
        *seq += 1;
    }
    Ok(None)
}
