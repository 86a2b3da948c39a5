//! What happens under the journal's lock.

use bytes::Bytes;

use super::batch::Batch;
use super::groups::{Added, Bells, Filter, Groups, News};
use super::lines::RecentLines;
use super::numbering::{Numbering, Streams};
use super::places::{Places, Tally};
use super::ring::{Entry, NOBODY, Ring, Writing};
use super::{OVERHEAD, Slot};
use crate::clock::Timestamp;
use crate::config::Backlog;
use crate::wire::encode::{self, Kind};
use crate::wire::{Gap, State};

/// What the lock protects.
#[derive(Debug)]
pub(super) struct Inner {
    pub streams: Streams,
    /// The first number that this process gives out.
    pub begin: u64,
    pub ring: Ring,
    pub places: Places,
    pub groups: Groups,
    pub lines: RecentLines,
    /// Time of the newest event.
    pub time: Timestamp,
    /// Events that belong to no board.
    nobody: Tally,
    pub closed: bool,
}

/// Whether a matching event has left the backlog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// None has.
    No,
    /// At least one has.
    Yes,
    /// One of a board that was removed so long ago that its name is forgotten.
    Unknown,
}

impl Inner {
    pub(super) fn new(numbering: Numbering, backlog: Backlog, remembered: usize) -> Self {
        Self {
            streams: Streams::new(numbering.streams, numbering.reserved),
            begin: numbering.first,
            ring: Ring::new(backlog, numbering.first),
            places: Places::new(remembered),
            groups: Groups::new(backlog),
            lines: RecentLines::default(),
            time: numbering.time,
            nobody: Tally::default(),
            closed: false,
        }
    }

    pub(super) fn append(&mut self, slot: Slot, at: Timestamp, batch: &Batch) -> Bells {
        self.time = self.time.max(at);
        let (time, slot) = (self.time, slot.0);
        let writing = self.ring.begin(slot, batch.room());
        let first = self.ring.head() + 1;
        let place = self.places.get_mut(slot);
        let (latest, tally, salt) = (&mut place.latest, &mut place.tally, place.salt);
        let mut news = News::NONE;
        for (item, tail) in batch.events() {
            let shape = item.shape.wrapping_add(salt);
            let seq = self.ring.push(&writing, item.kind, shape, time, tail);
            if item.kind == Kind::Reading {
                latest.reading(shape, seq, time, tail);
                news = news.and(self.groups.hear(slot, shape, time));
            } else {
                news = News::ALL;
            }
        }
        let head = self.ring.head();
        latest.event(head, time);
        for (channel, unit) in &batch.units {
            if latest.lacks_unit(channel, unit) {
                latest.unit(channel, unit);
            }
        }
        tally.newest = head;
        if self.lines.wanted() {
            for (index, line) in &batch.lines {
                let frame = encode::line(latest.name.as_str(), time, line);
                self.lines.push(first + *index as u64, frame);
            }
        }
        self.commit(writing);
        let added = Added {
            last: head,
            events: batch.len(),
            bytes: batch.room(),
            news,
        };
        self.groups.count(slot, &added)
    }

    pub(super) fn append_one(
        &mut self,
        kind: Kind,
        slot: u32,
        at: Timestamp,
        tail: &[u8],
    ) -> Bells {
        self.time = self.time.max(at);
        let writing = self.ring.begin(slot, tail.len() + OVERHEAD);
        let seq = self.ring.push(&writing, kind, 0, self.time, tail);
        if slot != NOBODY {
            let place = self.places.get_mut(slot);
            place.latest.event(seq, self.time);
            place.tally.newest = seq;
        }
        self.commit(writing);
        let added = Added {
            last: seq,
            events: 1,
            bytes: tail.len(),
            news: News::ALL,
        };
        match slot {
            NOBODY => self.groups.count_all(&added),
            slot => self.groups.count(slot, &added),
        }
    }

    fn commit(&mut self, writing: Writing) {
        let (places, nobody) = (&mut self.places, &mut self.nobody);
        self.ring.commit(writing, |seq, entry| {
            let tally = match entry.slot {
                NOBODY => &mut *nobody,
                slot => &mut places.get_mut(slot).tally,
            };
            tally.evicted += 1;
            tally.last_evicted = seq;
        });
    }

    /// The tallies of what a group's filter matches.
    fn tallies(&self, group: usize) -> impl Iterator<Item = &Tally> {
        let filter = self.groups.filter(group);
        let matching = self.places.iter();
        matching
            .filter(move |(slot, _)| filter.matches(*slot))
            .map(|(_, place)| &place.tally)
            .chain([&self.nobody])
    }

    /// Matching events held after a number.
    pub(super) fn count_after(&self, group: usize, seq: u64) -> u64 {
        let filter = self.groups.filter(group);
        self.ring
            .from(seq + 1)
            .filter(|(_, entry)| filter.matches(entry.slot))
            .count() as u64
    }

    /// Matching events held after a number that may be seen.
    pub(super) fn count_seen(&self, group: usize, seq: u64) -> u64 {
        self.count_after(group, seq) - self.count_after(group, self.visible().max(seq))
    }

    /// Whether a matching event after this number has left the backlog.
    pub(super) fn lost_after(&self, group: usize, seq: u64) -> Loss {
        if seq + 1 >= self.ring.first() {
            return Loss::No;
        }
        // Without this, a thousand quiet boards beside a busy one would each be looked at
        // for each event of one of them.
        if let Some(mut chunks) = self.groups.recent(group, seq) {
            return match chunks.next() {
                Some(last) if !self.ring.holds(last, seq + 1) => Loss::Yes,
                _ => Loss::No,
            };
        }
        if self.tallies(group).any(|tally| tally.last_evicted > seq) {
            Loss::Yes
        } else if self.places.forgotten().last_evicted > seq {
            Loss::Unknown
        } else {
            Loss::No
        }
    }

    /// Whether every matching event after this number is in the backlog.
    pub(super) fn holds_after(&self, group: usize, seq: u64) -> bool {
        seq + 1 >= self.begin && self.lost_after(group, seq) == Loss::No
    }

    /// Whether events that belong to no board that is remembered have left the backlog.
    pub(super) fn others_lost_behind(&self, seq: u64) -> bool {
        self.nobody.last_evicted > seq || self.places.forgotten().last_evicted > seq
    }

    /// Where to begin in order to see the last `n` matching events that are held, and how
    /// many of them are not.
    pub(super) fn position_of_last(&self, group: usize, n: u64) -> (u64, u64) {
        let filter = self.groups.filter(group);
        let matches = |entry: &Entry| filter.matches(entry.slot);
        let held = self.ring.from(0).rev().filter(|(_, entry)| matches(entry));
        let visible = self.visible();
        let held = held.skip_while(|(seq, _)| *seq > visible);
        let (mut position, mut missing) = (visible, n);
        for (seq, _) in held.take(usize::try_from(n).unwrap_or(usize::MAX)) {
            (position, missing) = (seq - 1, missing - 1);
        }
        (position, missing)
    }

    /// What a subscriber lost that asked for everything after `since`. How many of the
    /// lost ones matched is not known by number, so the count may be too high.
    pub(super) fn gap_since(&self, group: usize, since: u64) -> Gap {
        let gone = self.ring.first() - 1 - since;
        // What an earlier process numbered is not known by board here.
        let earlier = (self.begin - 1).saturating_sub(since);
        let forgotten = self.places.forgotten();
        let tallies = self.tallies(group).chain([forgotten]);
        let lost = tallies.filter(|tally| tally.last_evicted > since);
        let matching: u64 = lost.map(|tally| tally.evicted).sum();
        // Every number was an event, so who wants all of them knows how many he lost.
        let exact = earlier == 0
            && (matches!(self.groups.filter(group), Filter::All)
                || since == 0 && forgotten.evicted == 0);
        Gap {
            from: since + 1,
            to: self.visible(),
            missed: gone.min(earlier + matching) + self.count_seen(group, since),
            atmost: !exact,
        }
    }

    /// `board` messages of what a group's filter matches.
    pub(super) fn snapshot(&mut self, group: usize) -> Vec<Bytes> {
        let filter = self.groups.filter(group);
        let places = self.places.iter_mut();
        places
            .filter(|(slot, place)| {
                filter.matches(*slot) && place.latest.change.state != State::Removed
            })
            .map(|(_, place)| place.latest.snapshot())
            .collect()
    }
}
