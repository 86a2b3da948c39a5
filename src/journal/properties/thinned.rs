//! What `max_rate` lets pass, reckoned board by board.

use std::collections::{BTreeSet, HashMap};

use super::model::World;
use crate::name::Boards;

/// What was got of each board and set of channels, and what was to be.
pub struct Thinned {
    pub period: i64,
    /// Up to here nothing is thinned.
    pub live_after: u64,
    got: HashMap<Key, Vec<u64>>,
    wanted: HashMap<Key, Window>,
    /// Up to here the readings are in `wanted`.
    taken: u64,
}

pub type Key = (&'static str, Vec<String>);

#[derive(Default)]
struct Window {
    until: i64,
    held: Option<u64>,
    sent: Vec<u64>,
}

/// Whether everything that is due must have come, or only some of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum All {
    Yes,
    No,
}

impl Thinned {
    /// From the event after `taken` on.
    pub fn new(period: i64, live_after: u64, taken: u64) -> Self {
        Self {
            period,
            live_after,
            got: HashMap::new(),
            wanted: HashMap::new(),
            taken,
        }
    }

    pub fn got(&mut self, key: Key, seq: u64) {
        self.got.entry(key).or_default().push(seq);
    }

    pub fn take(&mut self, world: &World, boards: &Boards, to: u64) {
        for event in world.matching(boards, self.taken + 1, to) {
            let Some(set) = event.set.clone().filter(|_| event.seq > self.live_after) else {
                continue;
            };
            let key = (event.board.unwrap(), set);
            let window = self.wanted.entry(key).or_default();
            window.release(event.time, self.period);
            if window.held.is_none() && event.time >= window.until {
                window.sent.push(event.seq);
                window.until = event.time + self.period;
            } else {
                window.held = Some(event.seq);
            }
        }
        self.taken = self.taken.max(to);
        for window in self.wanted.values_mut() {
            window.release(world.now, self.period);
        }
    }

    /// What was got is what was to be got, or only the beginning of it.
    pub fn check(&self, all: All) {
        let keys: BTreeSet<_> = self.got.keys().chain(self.wanted.keys()).collect();
        for key in keys {
            let got = self.got.get(key).map_or(&[][..], Vec::as_slice);
            let wanted = self.wanted.get(key).map_or(&[][..], |window| &window.sent);
            assert!(wanted.starts_with(got), "{key:?}: {got:?} of {wanted:?}");
            assert!(
                all == All::No || wanted.len() == got.len(),
                "{key:?}: {got:?} of {wanted:?}"
            );
        }
    }
}

impl Window {
    fn release(&mut self, now: i64, period: i64) {
        if self.until <= now
            && let Some(held) = self.held.take()
        {
            self.sent.push(held);
            self.until += period;
        }
    }
}
