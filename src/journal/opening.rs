//! How a subscription begins: resumed where it was, or with what was lost and a snapshot.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;

use super::inner::Loss;
use super::thin::Thinner;
use super::{Cursor, Journal};
use crate::wire::Gap;
use crate::wire::request::{RawLines, Subscription};

/// How a subscription begins.
#[derive(Debug)]
pub struct Opening {
    /// The newest number at that moment.
    pub head: u64,
    /// Whether the stream goes on right after `since`.
    pub resumed: bool,
    /// What was lost since then.
    pub gap: Option<Gap>,
    /// `board` messages, unless resumed.
    pub snapshot: Vec<Bytes>,
}

impl Journal {
    /// A cursor, and how its subscription begins, as one step: nothing is lost or
    /// repeated between the snapshot and the first live event.
    pub fn subscribe(self: &Arc<Self>, wanted: &Subscription) -> (Cursor, Opening) {
        let mut inner = self.lock();
        let inner = &mut *inner;
        let head = inner.ring.head();
        let places = inner.places.iter();
        let names = places.map(|(_, place)| place.latest.name.as_str());
        let (group, bell) = inner.groups.join(wanted.boards.clone(), head, names);
        let since = wanted.since.as_ref().filter(|(stream, since)| {
            *since <= head && stream.as_ref().is_none_or(|stream| *stream == self.stream)
        });
        let resumed = since.filter(|(_, since)| inner.lost_after(group, *since) == Loss::No);
        let position = match resumed {
            Some((_, since)) => *since,
            None => inner.position_of_last(group, wanted.history),
        };
        let opening = Opening {
            head,
            resumed: resumed.is_some(),
            gap: since
                .filter(|_| resumed.is_none())
                .map(|(_, since)| inner.gap_since(group, *since)),
            snapshot: if resumed.is_some() {
                Vec::new()
            } else {
                inner.snapshot(group)
            },
        };
        if wanted.lines == RawLines::Yes {
            inner.lines.join();
            self.lines_wanted.store(true, Ordering::Relaxed);
        }
        let cursor = Cursor {
            journal: self.clone(),
            group,
            bell,
            position,
            counted: inner.groups.appended(group) - inner.count_after(group, position),
            live_after: if resumed.is_some() { 0 } else { head },
            thinner: wanted.period.map(Thinner::new),
            lines: wanted.lines,
        };
        (cursor, opening)
    }
}
