//! The journal on disk: a cursor that writes events into SQLite, and what is read again.
//! A disk that is slow, full, broken or gone is a state, and slows nobody.
//! Knows nothing of sockets or of boards' links.

mod pages;

mod readers;

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::journal::{Journal, Numbering, Record};
use crate::name::{BoardName, Boards};

/// Events on disk. Shared by whoever reads them.
#[derive(Debug)]
pub struct History {}

/// What an earlier run left behind.
#[derive(Debug)]
pub struct Before {
    /// Where numbers go on.
    pub numbering: Numbering,
    /// Boards that were known, each with its `board` message as JSON.
    pub boards: Vec<(BoardName, String)>,
}

/// Whether events are being stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// `ok`, or what is wrong in one word: `full`, `read_only`, `locked`, `corrupt`, `error`.
    pub state: &'static str,
    /// What is wrong, for people, with the cure; empty if nothing is.
    pub detail: String,
    /// Events that are not stored yet.
    pub behind: u64,
    /// Bytes on disk.
    pub bytes: u64,
}

/// Events that follow a number.
#[derive(Debug)]
pub struct Page {
    /// Matching events and gaps, in order.
    pub items: Vec<Stored>,
    /// There is nothing else that matches up to this number.
    pub to: u64,
}

/// One thing on a page.
#[derive(Debug)]
pub enum Stored {
    /// An event.
    Event(Record),
    /// Numbers that were perhaps given out before a crash.
    Gap {
        /// First.
        from: u64,
        /// Last.
        to: u64,
    },
}

/// Why there is no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPage {
    /// What comes next is not stored yet: see [`History::stored_more`].
    NotYet,
    /// It cannot be read, or was deleted meanwhile.
    Lost,
}

impl History {
    /// The newest number up to which every matching event after `since` is stored, if all
    /// since then are.
    pub fn stored(&self, boards: &Boards, since: u64) -> Option<u64> {
        let _ = (boards, since);
        unimplemented!()
    }

    /// Matching events behind a number, some hundred at a time. Cancel safe.
    ///
    /// # Errors
    /// [`NoPage`].
    pub async fn page(&self, boards: &Boards, after: u64) -> Result<Page, NoPage> {
        let _ = (boards, after);
        unimplemented!()
    }

    /// Waits until more than this number is stored, or nothing is being stored because of
    /// a fault (then false). Cancel safe.
    pub async fn stored_more(&self, than: u64) -> bool {
        let _ = than;
        unimplemented!()
    }

    /// The number behind which the last `n` matching events up to `until` lie, or as many
    /// as there are. Cancel safe.
    pub async fn position_of_last(&self, boards: &Boards, n: u64, until: u64) -> u64 {
        let _ = (boards, n);
        until
    }

    /// Whether events are being stored now.
    pub fn status(&self) -> Status {
        unimplemented!()
    }
}

#[allow(unused)]
fn unused(_: Arc<Journal>, _: Timestamp) {}
