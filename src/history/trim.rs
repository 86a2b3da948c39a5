//! Deletes what is too old or too much, oldest first, a little at a time.
//! Knows nothing of the writer, and keeps nothing between two calls but a hint.
//!
//! The order is always: the minutes and hours before a time, then the events before it. So
//! an old event that is left says that there may be old minutes too, and looking at the
//! oldest event of each board is enough to see that there is nothing to do.

mod events;

mod forget;

mod hint;

mod room;

mod spans;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use rusqlite::Connection;

use self::room::Room;
use super::ends::{self, Oldest};
use super::reach::GATEWAY;
use super::when::{MINUTE, floor};
use crate::clock::Timestamp;

/// Rows that one call deletes at most, so that a commit on a slow card stays short.
pub const MAX_ROWS: u64 = 20_000;

/// What may stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Older events go, in microseconds; by whole minutes, so some stay a minute longer.
    pub keep_micros: i64,
    /// The file without its log (`-wal`), in bytes.
    pub max_bytes: u64,
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trimmed {
    /// Ids of boards that lost events, each with the largest number among these, as now in
    /// `board.gone`. Board 0 stands for what concerns every subscriber.
    pub gone: Vec<(i64, u64)>,
    /// Ids of removed boards that are no longer in `board`; a board that comes again under
    /// such a name is new.
    pub forgotten: Vec<i64>,
    /// How many events were deleted.
    pub events: u64,
    /// Whether there is more to do.
    pub more: More,
}

/// Whether to call again with the next commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum More {
    /// All is within bounds, as far as it can be.
    #[default]
    No,
    /// This call did as much as one may.
    Yes,
}

/// Deletes what is too old or too much, at most [`MAX_ROWS`] rows at a time; also minutes,
/// hours, channels, gaps and removed boards that are over, and gives pages back to the file
/// system. However old, events of the minute that is open (`progress.summed`) stay until
/// another event closes it, unless the file is too large. A board may lose all its events;
/// it is forgotten only if it was removed (`latest` is NULL).
///
/// # Errors
/// SQLite's.
pub fn trim(tx: &Connection, now: Timestamp, bounds: &Bounds) -> rusqlite::Result<Trimmed> {
    let mut summed = tx.prepare_cached("SELECT summed FROM progress")?;
    let summed = summed.query_row([], |row| row.get(0))?;
    let kept = now.0.saturating_sub(bounds.keep_micros);
    let limit = floor(kept, MINUTE).min(summed);
    let mut trimmed = Trimmed::default();
    if hint::get(tx)? < limit || Room::now(tx)?.excess(bounds.max_bytes) > 0 {
        trimmed = Work::new(tx, summed)?.run(limit, bounds.max_bytes)?;
    }
    if room::give_back(tx, bounds.max_bytes)? == More::Yes {
        trimmed.more = More::Yes;
    }
    Ok(trimmed)
}

/// One call's work.
struct Work<'a> {
    tx: &'a Connection,
    /// The minutes before are closed.
    summed: i64,
    /// The oldest event of every board that has any.
    boards: Vec<Oldest>,
    /// Rows that may still be deleted.
    rows: u64,
    events: u64,
    gone: BTreeMap<i64, u64>,
    forgotten: Vec<i64>,
    more: More,
}

impl<'a> Work<'a> {
    fn new(tx: &'a Connection, summed: i64) -> rusqlite::Result<Self> {
        Ok(Self {
            tx,
            summed,
            boards: ends::of_each_board(tx)?,
            rows: MAX_ROWS,
            events: 0,
            gone: BTreeMap::new(),
            forgotten: Vec::new(),
            more: More::No,
        })
    }

    fn run(mut self, limit: i64, max_bytes: u64) -> rusqlite::Result<Trimmed> {
        self.delete_old(limit)?;
        self.delete_for_room(max_bytes)?;
        if !self.gone.is_empty() {
            self.forget()?;
        }
        // Events to come are not older than the open minute.
        let oldest = self.oldest().map_or(self.summed, |oldest| oldest.time);
        hint::set(self.tx, oldest)?;
        Ok(Trimmed {
            gone: self.gone.into_iter().collect(),
            forgotten: self.forgotten,
            events: self.events,
            more: self.more,
        })
    }

    /// The oldest event of all.
    fn oldest(&self) -> Option<Oldest> {
        self.boards.iter().min_by_key(|first| first.seq).copied()
    }

    fn delete_old(&mut self, limit: i64) -> rusqlite::Result<()> {
        while let Some(oldest) = self.oldest().filter(|oldest| oldest.time < limit) {
            if self.rows == 0 {
                self.more = More::Yes;
                break;
            }
            // Numbers are dense, so these are hardly fewer events.
            let last = oldest.seq.saturating_add_unsigned(self.rows - 1);
            self.delete(oldest, last, limit)?;
        }
        Ok(())
    }

    fn delete_for_room(&mut self, max_bytes: u64) -> rusqlite::Result<()> {
        loop {
            let excess = Room::now(self.tx)?.excess(max_bytes);
            let Some(oldest) = self.oldest().filter(|_| excess > 0) else {
                return Ok(());
            };
            if self.rows == 0 {
                self.more = More::Yes;
                return Ok(());
            }
            let step = events::worth(self.tx, oldest, excess)?.min(self.rows);
            let last = oldest.seq.saturating_add_unsigned(step - 1);
            self.delete(oldest, last, i64::MAX)?;
        }
    }

    /// Deletes events up to a number that are before a time, but first the minutes that end
    /// with them. If these are too many for this call, the events stay.
    fn delete(&mut self, oldest: Oldest, last: i64, limit: i64) -> rusqlite::Result<()> {
        let kept = events::first_behind(self.tx, &self.boards, last)?;
        let kept = kept.map_or(limit, |kept| kept.time.min(limit));
        let cut = floor(kept, MINUTE).min(self.summed);
        if floor(oldest.time, MINUTE) < cut {
            self.rows = spans::delete_before(self.tx, cut, self.summed, self.rows)?;
        }
        if self.rows > 0 {
            self.delete_events(last, limit)?;
        }
        Ok(())
    }

    fn delete_events(&mut self, last: i64, limit: i64) -> rusqlite::Result<()> {
        for first in std::mem::take(&mut self.boards) {
            if first.seq > last || first.time >= limit {
                continue;
            }
            let (seq, count) = events::delete(self.tx, first.board, last, limit)?;
            self.lost(first.board, seq)?;
            self.rows = self.rows.saturating_sub(count);
            self.events += count;
        }
        self.boards = ends::of_each_board(self.tx)?;
        Ok(())
    }

    /// What only old events were the reason to keep.
    fn forget(&mut self) -> rusqlite::Result<()> {
        let boards = forget::removed_boards(self.tx)?;
        self.forgotten = boards.iter().map(|&(board, _)| board).collect();
        let mut ends = match self.oldest() {
            Some(oldest) => forget::gaps(self.tx, oldest.seq)?,
            None => Vec::new(),
        };
        ends.extend(boards.iter().map(|&(_, gone)| gone));
        for seq in ends {
            self.lost(GATEWAY, seq)?;
        }
        Ok(())
    }

    fn lost(&mut self, board: i64, seq: i64) -> rusqlite::Result<()> {
        let (told, gone) = forget::raise(self.tx, board, seq)?;
        self.gone.insert(told, gone);
        Ok(())
    }
}
