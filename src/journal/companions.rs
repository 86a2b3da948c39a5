//! Cursors with the same filter: one of them may read for all that are at the same place.

use std::sync::Arc;

use tokio::sync::Notify;

use super::Cursor;
use crate::wire::request::RawLines;

/// How far a cursor has come. Means something to cursors with the same filter only; two are
/// equal if nothing lies between them that their readers would have to be told.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    position: u64,
    counted: u64,
    streams: usize,
}

impl PartialEq for Mark {
    fn eq(&self, other: &Self) -> bool {
        (self.counted, self.streams) == (other.counted, other.streams)
    }
}

impl Cursor {
    /// How far it has come.
    pub fn mark(&self) -> Mark {
        Mark {
            position: self.position,
            counted: self.counted,
            streams: self.streams,
        }
    }

    /// Goes on where another with the same filter has come to.
    pub fn move_to(&mut self, mark: Mark) {
        (self.position, self.counted) = (mark.position, mark.counted);
        self.streams = mark.streams;
    }

    /// Whether it is given every event of its filter and nothing else, so that others like it
    /// are given the same bytes.
    pub fn is_plain(&self) -> bool {
        self.thinner.is_none() && self.lines == RawLines::No
    }

    /// Which filter it has, as long as any cursor has that filter.
    pub fn filter(&self) -> usize {
        self.group
    }

    /// Whether other cursors have the same filter.
    pub fn has_company(&self) -> bool {
        self.journal.lock().groups.cursors(self.group) > 1
    }

    /// Another one at the same place.
    pub fn twin(&self) -> Self {
        self.journal.lock().groups.enter(self.group);
        Self {
            journal: self.journal.clone(),
            bell: self.bell.clone(),
            thinner: None,
            lines: RawLines::No,
            ..*self
        }
    }

    /// Rings when there may be more to read.
    pub fn bell(&self) -> Arc<Notify> {
        self.bell.clone()
    }
}
