//! Stand-in: keeps nothing.

use rusqlite::Connection;

use crate::clock::Timestamp;

/// Minute and hour summaries.
#[derive(Clone, Debug)]
pub struct Sums;

impl Sums {
    /// Continues where the database stands.
    ///
    /// # Errors
    /// SQLite's.
    pub fn load(_: &Connection) -> rusqlite::Result<Self> {
        Ok(Self)
    }

    /// Takes a reading that was just inserted.
    ///
    /// # Errors
    /// SQLite's.
    pub fn add(&mut self, _: &Connection, _: i64, _: Timestamp, _: &str) -> rusqlite::Result<()> {
        Ok(())
    }

    /// Any event's time passes.
    ///
    /// # Errors
    /// SQLite's.
    pub fn pass(&mut self, _: &Connection, _: Timestamp) -> rusqlite::Result<()> {
        Ok(())
    }
}
