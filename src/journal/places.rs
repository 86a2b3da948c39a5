//! Which board has which place. A removed board keeps its place, and with it the tally
//! of what was lost of it, until enough others were removed after it.

use std::collections::{BTreeMap, HashMap};

use super::latest::{Latest, Shown};
use crate::boards::Link;
use crate::name::BoardName;

/// Every place there is.
#[derive(Debug)]
pub struct Places {
    places: Vec<Place>,
    by_name: HashMap<BoardName, u32>,
    /// Places of boards that are gone, kept for who resumes; a further one is used again.
    remembered: usize,
    /// What the places that were used again had evicted.
    forgotten: Tally,
    /// How many boards there were so far.
    boards: u64,
}

/// One board's.
#[derive(Debug)]
pub struct Place {
    pub latest: Latest,
    pub tally: Tally,
    /// Makes sets of channels differ from those of a board that had this place before.
    pub salt: u64,
    /// Registrations that were not released.
    holders: usize,
}

/// What became of events.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// How many have left the backlog.
    pub evicted: u64,
    /// Number of the newest of those.
    pub last_evicted: u64,
    /// Number of the newest of all.
    pub newest: u64,
}

impl Places {
    /// None yet.
    pub fn new(remembered: usize) -> Self {
        Self {
            places: Vec::new(),
            by_name: HashMap::new(),
            remembered,
            forgotten: Tally::default(),
            boards: 0,
        }
    }

    /// The place that a board has, or else a new one, or one that nobody has any more
    /// and whose events are all below `first`. Says whether it is a new board's.
    pub fn register(
        &mut self,
        name: &BoardName,
        link: Link,
        shown: BTreeMap<String, Shown>,
        first: u64,
    ) -> (u32, bool) {
        if let Some(&slot) = self.by_name.get(name) {
            let place = self.get_mut(slot);
            place.holders += 1;
            place.latest.show(shown);
            return (slot, false);
        }
        self.boards += 1;
        let place = Place {
            latest: Latest::new(name.clone(), link, shown),
            tally: Tally::default(),
            salt: self.boards,
            holders: 1,
        };
        let slot = self.free(first).unwrap_or(self.places.len());
        if let Some(free) = self.places.get_mut(slot) {
            let before = std::mem::replace(free, place);
            self.by_name.remove(&before.latest.name);
            self.forgotten.evicted += before.tally.evicted;
            let last = &mut self.forgotten.last_evicted;
            *last = before.tally.last_evicted.max(*last);
        } else {
            self.places.push(place);
        }
        self.by_name.insert(name.clone(), slot as u32);
        (slot as u32, true)
    }

    /// One holder less.
    pub fn release(&mut self, slot: u32) {
        self.get_mut(slot).holders -= 1;
    }

    /// A place by its board's name.
    pub fn find(&mut self, name: &str) -> Option<&mut Place> {
        let slot = *self.by_name.get(name)?;
        Some(self.get_mut(slot))
    }

    /// A registered place.
    pub fn get(&self, slot: u32) -> &Place {
        &self.places[slot as usize]
    }

    /// The slot of a board, by its name.
    pub fn slot(&self, name: &str) -> Option<u32> {
        self.by_name.get(name).copied()
    }

    /// A registered place.
    pub fn get_mut(&mut self, slot: u32) -> &mut Place {
        &mut self.places[slot as usize]
    }

    /// Every place with its slot.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Place)> {
        (0..).zip(&self.places)
    }

    /// Every place with its slot.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (u32, &mut Place)> {
        (0..).zip(&mut self.places)
    }

    /// What is known of boards whose names are not known any more.
    pub fn forgotten(&self) -> &Tally {
        &self.forgotten
    }

    /// One that never had an event, or the oldest where too many are kept.
    fn free(&self, first: u64) -> Option<usize> {
        let gone = |place: &Place| place.holders == 0 && place.tally.newest < first;
        let free = self.places.iter().enumerate();
        let free = free.filter(|(_, place)| gone(place));
        let (slot, oldest) = free.clone().min_by_key(|(_, place)| place.tally.newest)?;
        (oldest.tally.newest == 0 || free.count() > self.remembered).then_some(slot)
    }
}
