//! How large the file is, how much of it is used, and giving back what is not.
//! Knows nothing of tables.

use rusqlite::Connection;

use super::More;

/// Room for what comes until the next call: a part of the bound, but not more than a few
/// seconds of the fastest boards.
const HEADROOM: (u64, u64) = (16, 4 << 20);

/// Pages that one call gives back at most. Each of them is a page that moves.
const STEP: u64 = 500;

/// Unused pages that a file keeps for itself: a part of the used ones, and some more.
const SPARE: (u64, u64) = (4, 256);

/// The pages of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    page: u64,
    pages: u64,
    free: u64,
}

impl Room {
    /// As it will be when this transaction is committed.
    pub fn now(tx: &Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            page: pragma(tx, "PRAGMA page_size")?,
            pages: pragma(tx, "PRAGMA page_count")?,
            free: pragma(tx, "PRAGMA freelist_count")?,
        })
    }

    /// How many bytes more are used than should be, so that the file stays within its bound.
    pub fn excess(&self, max_bytes: u64) -> u64 {
        let headroom = (max_bytes / HEADROOM.0).min(HEADROOM.1);
        let used = self.pages.saturating_sub(self.free) * self.page;
        used.saturating_sub(max_bytes - headroom)
    }

    /// How many unused pages are too many.
    fn spare(&self, max_bytes: u64) -> u64 {
        let used = self.pages.saturating_sub(self.free);
        let enough = used + used / SPARE.0 + SPARE.1;
        let goal = enough.min(max_bytes / self.page);
        self.pages.saturating_sub(goal).min(self.free)
    }
}

/// Gives unused pages at the end of the file back, if it is too large or mostly empty.
pub fn give_back(tx: &Connection, max_bytes: u64) -> rusqlite::Result<More> {
    let spare = Room::now(tx)?.spare(max_bytes);
    if spare == 0 {
        return Ok(More::No);
    }
    let step = spare.min(STEP);
    let mut vacuum = tx.prepare(&format!("PRAGMA incremental_vacuum({step})"))?;
    // It gives back one page a row, and stops where one stops reading.
    let mut rows = vacuum.query([])?;
    while rows.next()?.is_some() {}
    Ok(if spare > step { More::Yes } else { More::No })
}

fn pragma(tx: &Connection, text: &str) -> rusqlite::Result<u64> {
    let mut pragma = tx.prepare_cached(text)?;
    let number: i64 = pragma.query_row([], |row| row.get(0))?;
    Ok(number.unsigned_abs())
}
