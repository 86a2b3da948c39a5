//! All events behind a number, for whoever stores them.

use bytes::Bytes;

use super::Journal;
use super::inner::Inner;
use super::ring::NOBODY;
use crate::clock::Timestamp;
use crate::name::BoardName;
use crate::wire::encode::{self, Kind};

/// One event.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its number.
    pub seq: u64,
    /// Its time.
    pub time: Timestamp,
    /// What it is.
    pub kind: Kind,
    /// Whose it is; `None` for the gateway's own.
    pub board: Option<BoardName>,
    /// Its message as a frame; it keeps its block of the backlog alive.
    pub frame: Bytes,
}

impl Record {
    /// Its message without what the other fields say, as a JSON object:
    /// `{"values":{"t":1}}`.
    pub fn body(&self) -> String {
        encode::body(
            &self.frame,
            self.kind,
            self.board.as_ref().map(BoardName::as_str),
        )
    }
}

/// What comes behind a number.
#[derive(Debug)]
pub struct Passage {
    /// What has left the backlog and cannot be had any more.
    pub lost: Option<Lost>,
    /// Events in order, at most as many as were asked for.
    pub records: Vec<Record>,
    /// The newest number there is.
    pub head: u64,
}

/// Events that have left the backlog.
#[derive(Debug)]
pub struct Lost {
    /// First number.
    pub from: u64,
    /// Last number.
    pub to: u64,
    /// Whose they were, as far as is remembered.
    pub boards: Vec<BoardName>,
    /// Some were the gateway's own, or of boards that are not remembered.
    pub others: bool,
}

impl Journal {
    /// The events behind `seq`, at most `limit`.
    pub fn after(&self, seq: u64, limit: usize) -> Passage {
        let inner = self.lock();
        let records = inner.ring.frames(seq + 1).take(limit);
        let records = records.map(|(seq, entry, frame)| Record {
            seq,
            time: entry.time,
            kind: entry.kind,
            board: inner.name_of(entry.slot),
            frame,
        });
        Passage {
            lost: inner.lost_behind(seq),
            records: records.collect(),
            head: inner.ring.head(),
        }
    }
}

impl Inner {
    /// The board that has a place.
    fn name_of(&self, slot: u32) -> Option<BoardName> {
        (slot != NOBODY).then(|| self.places.get(slot).latest.name.clone())
    }

    fn lost_behind(&self, seq: u64) -> Option<Lost> {
        let first = self.ring.first();
        if seq + 1 >= first {
            return None;
        }
        let places = self.places.iter().map(|(_, place)| place);
        let lost = places.filter(|place| place.tally.last_evicted > seq);
        Some(Lost {
            from: seq + 1,
            to: first - 1,
            boards: lost.map(|place| place.latest.name.clone()).collect(),
            others: self.others_lost_behind(seq),
        })
    }
}
