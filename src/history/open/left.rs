//! What an earlier run left in the file.

use std::path::Path;

use rusqlite::{Connection, Row};

use super::super::reach::Reach;
use super::super::readers::open_to_read;
use crate::clock::Timestamp;
use crate::name::BoardName;

/// How far a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The newest number that may have been given out.
    pub reserved: u64,
    /// The newest one that is stored, or known to be lost.
    pub stored: u64,
    /// Its time.
    pub time: Timestamp,
}

impl Progress {
    /// As the file says.
    ///
    /// # Errors
    /// SQLite's.
    pub fn read(conn: &Connection) -> rusqlite::Result<Self> {
        let mut query = conn.prepare_cached("SELECT reserved, stored, time FROM progress")?;
        query.query_row([], |row| {
            Ok(Self {
                reserved: row.get(0)?,
                stored: row.get(1)?,
                time: Timestamp(row.get(2)?),
            })
        })
    }
}

/// What an earlier run left.
#[derive(Clone, Debug)]
pub struct Left {
    /// How far it came.
    pub progress: Progress,
    /// Ids of its numbers, the newest last.
    pub ids: Vec<String>,
    /// What is complete.
    pub reach: Reach,
    /// Boards that were known, each with its `board` message as JSON.
    pub boards: Vec<(BoardName, String)>,
}

impl Left {
    /// Reads it.
    ///
    /// # Errors
    /// SQLite's.
    pub fn read(conn: &Connection) -> rusqlite::Result<Self> {
        let progress = Progress::read(conn)?;
        Ok(Self {
            progress,
            ids: ids(conn)?,
            reach: Reach::load(conn, progress.stored)?,
            boards: boards(conn)?,
        })
    }

    /// Reads it from a file that may not be written.
    ///
    /// # Errors
    /// SQLite's.
    pub fn read_only(path: &Path) -> rusqlite::Result<Self> {
        Self::read(&open_to_read(path)?)
    }
}

fn ids(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut query = conn.prepare("SELECT id FROM stream ORDER BY rowid")?;
    query.query_map([], |row| row.get(0))?.collect()
}

fn boards(conn: &Connection) -> rusqlite::Result<Vec<(BoardName, String)>> {
    let mut query = conn.prepare("SELECT name, latest FROM board WHERE latest IS NOT NULL")?;
    let board = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get(1)?));
    let boards = query.query_map([], board)?;
    let named = boards.map(|board| {
        board.map(|(name, latest)| BoardName::new(&name).ok().map(|name| (name, latest)))
    });
    named.filter_map(Result::transpose).collect()
}
