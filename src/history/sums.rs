//! What each channel was in every minute and hour: smallest, largest, mean and how many.
//! Knows nothing of numbers, of commits, or of what is deleted.
//!
//! `minute` and `hour` hold everything before `progress.summed`, which is the beginning of
//! the minute that is open; events from there on are in neither. A row of `hour` is brought
//! up to date with every minute, so that whole hours can be read from `hour` alone.

mod minutes;

mod replay;

#[cfg(test)]
mod tests;

pub mod values;

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};

use super::sum::Sum;
use super::when::{MINUTE, floor};
use crate::clock::Timestamp;

/// Channels of one board that are summed; its others are only events. The place of a channel
/// is free again when the last of its minutes is deleted. As many as the journal remembers.
pub const MAX_CHANNELS: usize = crate::journal::MAX_KNOWN;

/// Minute and hour summaries; one minute is open at a time, because time never goes back.
/// In memory is that minute, by name: at most [`MAX_CHANNELS`] names for each board heard in
/// it. Ids are looked up anew in each minute, so deleting channels needs no word with this.
#[derive(Clone, Debug)]
pub struct Sums {
    /// When the open minute began, as in `progress.summed`.
    open: i64,
    boards: HashMap<i64, Board>,
}

/// One board in the open minute.
#[derive(Clone, Debug, Default)]
struct Board {
    cells: HashMap<Box<str>, Sum>,
    /// How many more channels the table takes; counted when the first new one comes.
    room: Option<i64>,
}

impl Sums {
    /// Continues where the database stands: reads the events of the minute that is open.
    /// Should there be events of more minutes, all but the last are summed and written; else
    /// nothing is written, so it can be read-only. In or outside a transaction.
    ///
    /// # Errors
    /// SQLite's; also if `progress` has no row.
    pub fn load(conn: &Connection) -> rusqlite::Result<Self> {
        let open = conn.query_row("SELECT summed FROM progress", [], |row| row.get(0))?;
        let boards = HashMap::new();
        let mut sums = Self { open, boards };
        replay::replay(&mut sums, conn)?;
        Ok(sums)
    }

    /// Takes a reading that was just inserted; `body` is {"values":{...}}, and one that is not
    /// counts as empty. When a later minute begins, writes the finished one, its hours, and
    /// `progress.summed`. A time before the open minute counts as in it.
    ///
    /// # Errors
    /// SQLite's. After a failed or rolled back transaction the caller must [`load`](Self::load)
    /// again, or go back to a clone from before it.
    pub fn add(
        &mut self,
        tx: &Connection,
        board: i64,
        time: Timestamp,
        body: &str,
    ) -> rusqlite::Result<()> {
        self.pass(tx, time)?;
        let open = self.boards.entry(board).or_default();
        for (name, value) in values::of(body) {
            if let Some(cell) = open.cells.get_mut(&*name) {
                cell.take(value);
            } else if open.learns(tx, board, &name)? {
                let cell = open.cells.entry(name.into()).or_default();
                cell.take(value);
            }
        }
        Ok(())
    }

    /// Any event's time passes: closes the minute although no reading came. Not for times
    /// that an event to come may precede.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn pass(&mut self, tx: &Connection, time: Timestamp) -> rusqlite::Result<()> {
        if time.0 < self.open.saturating_add(MINUTE) {
            return Ok(());
        }
        for (board, open) in &mut self.boards {
            minutes::write(tx, *board, self.open, open)?;
        }
        self.open = floor(time.0, MINUTE);
        self.boards.clear();
        let mut summed = tx.prepare_cached("UPDATE progress SET summed = ?1")?;
        summed.execute([self.open])?;
        Ok(())
    }
}

impl Board {
    /// Whether a channel that is new in this minute is summed; puts it into the table.
    fn learns(&mut self, tx: &Connection, board: i64, name: &str) -> rusqlite::Result<bool> {
        Ok(self.id(tx, board, name)?.is_some())
    }

    /// The id of a channel, which it is given if it has none and there is room.
    fn id(&mut self, tx: &Connection, board: i64, name: &str) -> rusqlite::Result<Option<i64>> {
        let mut known =
            tx.prepare_cached("SELECT id FROM channel WHERE board = ?1 AND name = ?2")?;
        let id = known.query_row((board, name), |row| row.get(0));
        if let Some(id) = id.optional()? {
            return Ok(Some(id));
        }
        let room = match self.room {
            Some(room) => room,
            None => room(tx, board)?,
        };
        self.room = Some((room - 1).max(0));
        if room == 0 {
            return Ok(None);
        }
        let mut new = tx.prepare_cached("INSERT INTO channel (board, name) VALUES (?1, ?2)")?;
        new.insert((board, name)).map(Some)
    }
}

fn room(tx: &Connection, board: i64) -> rusqlite::Result<i64> {
    let mut count = tx.prepare_cached("SELECT count(*) FROM channel WHERE board = ?1")?;
    let count: i64 = count.query_row([board], |row| row.get(0))?;
    Ok((MAX_CHANNELS as i64 - count).max(0))
}
