//! What is known of a board's history at one moment: on disk, and what is not there yet.
//! Everything that is read afterwards is read as of that moment.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension};
use serde::de::IgnoredAny;

use super::events::Shelf;
use super::{MAX_COLUMNS, Question};
use crate::clock::Timestamp;
use crate::history::body;
use crate::history::when::{HOUR, MINUTE, floor};

/// A reading that is not on disk yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Late {
    /// Its time.
    pub time: Timestamp,
    /// `{"values":{…}}`
    pub body: String,
}

/// A board's history at one moment.
#[derive(Clone, Debug)]
pub struct View {
    /// Where it is on disk, if it is there.
    pub shelf: Option<Shelf>,
    /// The newest number on disk, of all boards.
    pub stored: u64,
    /// Minutes that begin before are complete.
    pub summed: i64,
    /// The time of the newest event.
    pub newest: Timestamp,
    /// The time of the oldest thing there is of the board.
    pub oldest: Option<Timestamp>,
    /// Its channels in order; those that only new readings have, have no id.
    pub channels: Vec<(Option<i64>, String)>,
    /// Its readings that are newer than what is on disk, in order.
    pub tail: Vec<Late>,
}

impl View {
    /// What is on disk.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn load(conn: &Connection, board: &str) -> rusqlite::Result<Self> {
        // What is read after the progress may be newer; what lies above it is not counted.
        let sql = "SELECT stored, summed, time FROM progress";
        let progress = conn
            .query_row(sql, (), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let (stored, summed, newest): (i64, i64, i64) = progress.unwrap_or_default();
        let sql = "SELECT id FROM board WHERE name = ?1";
        let board = conn.query_row(sql, [board], |row| row.get(0)).optional()?;
        let mut view = Self {
            shelf: board.map(|board| Shelf {
                board,
                until: stored,
            }),
            stored: u64::try_from(stored).unwrap_or(0),
            summed: floor(summed, MINUTE),
            newest: Timestamp(newest),
            oldest: None,
            channels: Vec::new(),
            tail: Vec::new(),
        };
        if let Some(shelf) = view.shelf {
            view.oldest = oldest(conn, shelf)?;
            view.channels = channels(conn, shelf.board)?;
        }
        Ok(view)
    }

    /// Adds what is not on disk: the board's readings above [`View::stored`], in order.
    pub fn with_tail(mut self, tail: Vec<Late>) -> Self {
        self.oldest = self.oldest.or(tail.first().map(|first| first.time));
        self.newest = self
            .newest
            .max(tail.last().map_or(self.newest, |last| last.time));
        self.add_channels(|add| {
            for late in &tail {
                let _ = body::values(&late.body, |name, _: IgnoredAny| add(&name));
            }
        });
        self.tail = tail;
        self
    }

    /// The columns that a question is about: those it names, or the board's first
    /// [`MAX_COLUMNS`].
    pub fn columns(&self, question: &Question) -> Vec<String> {
        if let Some(names) = &question.channels {
            return names.clone();
        }
        let names = self.channels.iter().map(|(_, name)| name.clone());
        names.take(MAX_COLUMNS).collect()
    }

    fn add_channels(&mut self, find: impl FnOnce(&mut dyn FnMut(&str))) {
        let known = self.channels.iter().map(|(_, name)| name.clone());
        let mut known: HashSet<String> = known.collect();
        find(&mut |name| {
            if !known.contains(name) {
                known.insert(name.to_owned());
                self.channels.push((None, name.to_owned()));
            }
        });
    }
}

fn channels(conn: &Connection, board: i64) -> rusqlite::Result<Vec<(Option<i64>, String)>> {
    let sql = "SELECT id, name FROM channel WHERE board = ?1 ORDER BY id";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([board], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

/// The first event, or the first summary if that is older by hours.
fn oldest(conn: &Connection, shelf: Shelf) -> rusqlite::Result<Option<Timestamp>> {
    let sql = "SELECT time FROM event WHERE board = ?1 AND seq <= ?2 ORDER BY seq LIMIT 1";
    let event: Option<i64> = conn
        .query_row(sql, (shelf.board, shelf.until), |row| row.get(0))
        .optional()?;
    let sql = "SELECT min(min(
            ifnull((SELECT min(start) FROM minute WHERE channel = id), 1e18),
            ifnull((SELECT min(start) FROM hour WHERE channel = id), 1e18)))
        FROM channel WHERE board = ?1";
    let sum: Option<f64> = conn.query_row(sql, [shelf.board], |row| row.get(0))?;
    let sum = sum
        .map(|start| start as i64)
        .filter(|start| *start < 1e18 as i64);
    let oldest = match (event, sum) {
        (Some(event), Some(sum)) if sum + HOUR <= event => Some(sum),
        (event, sum) => event.or(sum),
    };
    Ok(oldest.map(Timestamp))
}
