//! What happens under the journal's lock.

use bytes::Bytes;

use super::batch::Batch;
use super::ring::{Entry, NOBODY};
use super::{Inner, OVERHEAD, Place, Slot, Tally};
use crate::clock::Timestamp;
use crate::wire::encode::{self, Kind};
use crate::wire::{Gap, State};

impl Inner {
    pub(super) fn append(&mut self, slot: Slot, at: Timestamp, batch: &Batch) {
        self.time = self.time.max(at);
        let (time, slot) = (self.time, slot.0);
        let writing = self.ring.begin(batch.room());
        let first = self.ring.head() + 1;
        let Place { latest, tally } = &mut self.slots[slot as usize];
        for (item, tail) in batch.events() {
            let seq = self.ring.push(item.kind, slot, item.shape, time, tail);
            if item.kind == Kind::Reading {
                latest.reading(item.shape, seq, time, tail);
            }
        }
        let head = self.ring.head();
        latest.event(head, time);
        for (channel, unit) in &batch.units {
            if latest.lacks_unit(channel, unit) {
                latest.unit(channel, unit);
            }
        }
        tally.appended += batch.len() as u64;
        tally.newest = head;
        if self.lines.wanted() {
            for (index, line) in &batch.lines {
                let frame = encode::line(latest.name.as_str(), time, line);
                self.lines.push(first + *index as u64, frame);
            }
        }
        self.commit(writing);
    }

    pub(super) fn append_one(&mut self, kind: Kind, slot: u32, at: Timestamp, tail: &[u8]) {
        self.time = self.time.max(at);
        let writing = self.ring.begin(tail.len() + OVERHEAD);
        let seq = self.ring.push(kind, slot, 0, self.time, tail);
        if let Some(place) = self.slots.get_mut(slot as usize) {
            place.latest.event(seq, self.time);
        }
        let tally = self.tally(slot);
        tally.appended += 1;
        tally.newest = seq;
        self.commit(writing);
    }

    fn commit(&mut self, writing: super::ring::Writing) {
        let (slots, nobody) = (&mut self.slots, &mut self.nobody);
        self.ring.commit(writing, |seq, entry| {
            let tally = slots
                .get_mut(entry.slot as usize)
                .map_or(&mut *nobody, |place| &mut place.tally);
            tally.evicted += 1;
            tally.last_evicted = seq;
        });
    }

    fn tally(&mut self, slot: u32) -> &mut Tally {
        if slot == NOBODY {
            &mut self.nobody
        } else {
            &mut self.slots[slot as usize].tally
        }
    }

    /// The tallies of what a group's filter matches.
    fn tallies(&self, group: usize) -> impl Iterator<Item = &Tally> {
        let filter = self.groups.filter(group);
        let slots = self.slots.iter().enumerate();
        let matching = slots.filter(move |(slot, _)| filter.matches(*slot as u32));
        matching
            .map(|(_, place)| &place.tally)
            .chain([&self.nobody])
    }

    /// Matching events ever appended.
    pub(super) fn count(&self, group: usize) -> u64 {
        self.tallies(group).map(|tally| tally.appended).sum()
    }

    /// Matching events held after a number.
    pub(super) fn count_after(&self, group: usize, seq: u64) -> u64 {
        let filter = self.groups.filter(group);
        self.ring
            .from(seq + 1)
            .filter(|(_, entry)| filter.matches(entry.slot))
            .count() as u64
    }

    /// Whether a matching event after this number has left the backlog.
    pub(super) fn lost_after(&self, group: usize, seq: u64) -> bool {
        self.tallies(group).any(|tally| tally.last_evicted > seq)
    }

    /// Whether counts from before this number may belong to another board.
    pub(super) fn recycled_after(&self, seq: u64) -> bool {
        self.recycled > seq
    }

    /// Where to begin in order to see the last `n` matching events that are held.
    pub(super) fn position_of_last(&self, group: usize, n: u64) -> u64 {
        let filter = self.groups.filter(group);
        let matches = |entry: &Entry| filter.matches(entry.slot);
        let mut held = self.ring.from(0).rev().filter(|(_, entry)| matches(entry));
        let oldest = held
            .by_ref()
            .take(usize::try_from(n).unwrap_or(usize::MAX))
            .last();
        oldest.map_or(self.ring.head(), |(seq, _)| seq - 1)
    }

    /// What a subscriber lost that asked for everything after `since`. How many of the
    /// lost ones matched is not known by number, so the count may be too high.
    pub(super) fn gap_since(&self, group: usize, since: u64) -> Gap {
        let gone = self.ring.first() - 1 - since;
        let matching: u64 = self.tallies(group).map(|tally| tally.evicted).sum();
        let missed = gone.min(matching) + self.count_after(group, since);
        let exact = since == 0 || missed == self.ring.head() - since;
        Gap {
            from: since + 1,
            to: self.ring.head(),
            missed,
            atmost: !exact,
        }
    }

    /// `board` messages of what a group's filter matches.
    pub(super) fn snapshot(&mut self, group: usize) -> Vec<Bytes> {
        let filter = self.groups.filter(group);
        let slots = self.slots.iter_mut().enumerate();
        slots
            .filter(|(slot, place)| {
                filter.matches(*slot as u32) && place.latest.change.state != State::Removed
            })
            .map(|(_, place)| place.latest.snapshot())
            .collect()
    }

    /// The place of a removed board of which no event is held any more.
    pub(super) fn free_slot(&self) -> Option<usize> {
        let first = self.ring.first();
        let gone = |place: &Place| {
            place.latest.change.state == State::Removed && place.tally.newest < first
        };
        self.slots.iter().position(gone)
    }
}
