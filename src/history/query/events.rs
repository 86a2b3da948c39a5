//! The readings of one board in a span of time, a portion at a time.
//! Knows nothing of channels.

use rusqlite::Connection;

use crate::clock::Timestamp;
use crate::history::ends;
use crate::wire::encode::Kind;

/// Bytes of bodies in a portion, after which it ends.
const PORTION_BYTES: usize = 1024 * 1024;

/// Whether there is more to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum More {
    /// Yes.
    Yes,
    /// That was all.
    No,
}

/// Times in microseconds since 1970; the end does not belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first that belongs to it.
    pub begin: i64,
    /// The first that does not.
    pub end: i64,
}

impl Span {
    /// Whether a time lies in it.
    pub fn holds(&self, time: Timestamp) -> bool {
        (self.begin..self.end).contains(&time.0)
    }
}

/// What of one board is on disk: its id, and the last number that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shelf {
    /// The board's id.
    pub board: i64,
    /// What is above is looked for elsewhere.
    pub until: i64,
}

impl Shelf {
    /// The number of the first event that is not older than a time; one above all if none
    /// is. Times never go back with numbers, so halving finds it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn seek(&self, conn: &Connection, time: i64) -> rusqlite::Result<i64> {
        ends::first_at(conn, self.board, self.until, time)
    }

    /// Whether more than so many events lie in a span.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn has_more_than(&self, conn: &Connection, span: Span, n: i64) -> rusqlite::Result<bool> {
        let (first, end) = (self.seek(conn, span.begin)?, self.seek(conn, span.end)?);
        if end - first <= n {
            return Ok(false);
        }
        let sql = "SELECT count(*) FROM (SELECT 1 FROM event
            WHERE board = ?1 AND seq >= ?2 AND seq < ?3 LIMIT ?4)";
        let mut count = conn.prepare_cached(sql)?;
        let count = count.query_row((self.board, first, end, n + 1), |row| row.get::<_, i64>(0))?;
        Ok(count > n)
    }
}

/// Where reading has come to.
#[derive(Clone, Copy, Debug)]
pub struct Events {
    shelf: Shelf,
    next: i64,
    end: i64,
}

impl Events {
    /// All of a shelf in a span.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn of(conn: &Connection, shelf: Shelf, span: Span) -> rusqlite::Result<Self> {
        let next = shelf.seek(conn, span.begin)?;
        let end = span.end;
        Ok(Self { shelf, next, end })
    }

    /// Gives the time and body of some further readings, of at most so many events.
    ///
    /// # Errors
    /// When the database cannot be read; `each` may have been called.
    pub fn portion(
        &mut self,
        conn: &Connection,
        events: usize,
        mut each: impl FnMut(Timestamp, &str),
    ) -> rusqlite::Result<More> {
        let sql = "SELECT seq, time, kind, body FROM event
            WHERE board = ?1 AND seq >= ?2 AND seq <= ?3 ORDER BY seq";
        let mut statement = conn.prepare_cached(sql)?;
        let mut rows = statement.query((self.shelf.board, self.next, self.shelf.until))?;
        let (mut left, mut bytes) = (events, 0);
        while left > 0 && bytes < PORTION_BYTES {
            let Some(row) = rows.next()? else {
                return Ok(More::No);
            };
            let time: i64 = row.get(1)?;
            if time >= self.end {
                return Ok(More::No);
            }
            self.next = row.get::<_, i64>(0)? + 1;
            if row.get::<_, i64>(2)? == Kind::Reading.code() {
                let body = row.get_ref(3)?.as_str()?;
                bytes += body.len();
                each(Timestamp(time), body);
            }
            left -= 1;
        }
        Ok(More::Yes)
    }
}
