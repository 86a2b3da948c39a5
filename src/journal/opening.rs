//! How a subscription begins: resumed where it was, or with what was lost and a snapshot.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;

use super::groups::Wants;
use super::inner::Inner;
use super::thin::Thinner;
use super::{Cursor, Journal};
use crate::wire::Gap;
use crate::wire::request::{RawLines, Subscription};

/// How a subscription begins.
#[derive(Debug)]
pub struct Opening {
    /// The id of the numbering.
    pub stream: Arc<str>,
    /// The newest number at that moment.
    pub head: u64,
    /// Whether the stream goes on right after `since`.
    pub resumed: bool,
    /// What was lost since then.
    pub gap: Option<Gap>,
    /// `board` messages, unless resumed.
    pub snapshot: Vec<Bytes>,
    /// How many of the past events that were asked for are not in the backlog.
    pub missing: u64,
}

impl Journal {
    /// A cursor, and how its subscription begins, as one step: nothing is lost or
    /// repeated between the snapshot and the first live event.
    ///
    /// `stored` is the number up to which every matching event since the one asked for can
    /// be had elsewhere; then the cursor may begin where [`Cursor::is_held`] says no.
    pub fn subscribe(
        self: &Arc<Self>,
        wanted: &Subscription,
        stored: Option<u64>,
    ) -> (Cursor, Opening) {
        let mut inner = self.lock();
        let inner = &mut *inner;
        let bells = inner.show_everything();
        let head = inner.ring.head();
        let places = inner.places.iter();
        let names = places.map(|(_, place)| place.latest.name.as_str());
        let wants = Wants {
            boards: wanted.boards.clone(),
            // Raw lines are not thinned: who wants them is woken by each.
            period: wanted.period.filter(|_| wanted.lines == RawLines::No),
        };
        let (group, bell) = inner.groups.join(wants, head, names);
        inner.begin(group);
        let since = wanted.since.as_ref().filter(|(stream, since)| {
            let ours = |id: &String| inner.streams.know(id);
            *since <= head && stream.as_ref().is_none_or(ours)
        });
        let since = since.map(|(_, since)| *since);
        let resumed =
            since.filter(|since| inner.holds_after(group, stored.unwrap_or(0).max(*since)));
        let (position, missing) = match resumed {
            Some(since) => (since, 0),
            None => inner.position_of_last(group, wanted.history),
        };
        let lost = since.filter(|_| resumed.is_none());
        let opening = Opening {
            stream: inner.streams.current().clone(),
            head,
            resumed: resumed.is_some(),
            gap: lost.map(|since| inner.gap_since(group, since)),
            snapshot: if resumed.is_some() {
                Vec::new()
            } else {
                inner.snapshot(group)
            },
            missing,
        };
        if wanted.lines == RawLines::Yes {
            inner.lines.join();
            self.lines_wanted.store(true, Ordering::Relaxed);
        }
        let cursor = Cursor {
            journal: self.clone(),
            group,
            bell,
            streams: inner.streams.count(),
            position,
            counted: inner.groups.appended(group) - inner.count_after(group, position),
            live_after: if resumed.is_some() { 0 } else { head },
            thinner: wanted.period.map(Thinner::new),
            lines: wanted.lines,
        };
        self.show_all(&bells);
        (cursor, opening)
    }
}

impl Inner {
    /// Notes that a cursor of a group begins, or begins again: it has no windows for what was
    /// heard until now.
    pub(super) fn begin(&mut self, group: usize) {
        self.groups.begin(group, self.time);
    }
}
