//! Some cursors that want the same: what they have in common, and when their bell rings.

use std::sync::Arc;

use smallvec::SmallVec;
use tokio::sync::Notify;

use super::news::News;
use super::recent::Recent;
use crate::clock::Timestamp;
use crate::name::Boards;

/// Bells to ring when the lock is let go. Most boards are heard by few groups; a vector
/// would be an allocation an event.
pub type Bells = SmallVec<[Arc<Notify>; 4]>;

/// What cursors of a group have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wants {
    /// The filter.
    pub boards: Boards,
    /// Microseconds from one reading of a kind to the next, at least.
    pub period: Option<i64>,
}

/// What was appended together.
#[derive(Clone, Copy, Debug)]
pub struct Added {
    /// Its last number.
    pub last: u64,
    /// How many.
    pub events: usize,
    /// Bytes, roughly.
    pub bytes: usize,
    /// What of it has to be seen at once.
    pub news: News,
}

/// Some cursors that want the same.
#[derive(Debug)]
pub struct Group {
    pub wants: Wants,
    pub bell: Arc<Notify>,
    /// The newest number for which it was rung.
    pub rang: u64,
    /// Something matching was appended since then.
    pub owed: bool,
    /// When the last of those with a rate began, or began again.
    pub began: Timestamp,
    pub cursors: usize,
    /// Matching events so far, from some number on: what two cursors are apart.
    pub appended: u64,
    /// By slot: whether the filter matches.
    matches: Vec<bool>,
    /// Nothing where everything matches.
    pub recent: Option<Recent>,
}

impl Group {
    /// With its first cursor; `names` are the boards by slot.
    pub fn new<'a>(wants: Wants, head: u64, names: impl Iterator<Item = &'a str>) -> Self {
        Self {
            matches: names.map(|name| wants.boards.matches(name)).collect(),
            recent: (wants.boards != Boards::All).then(|| Recent::after_head(head)),
            wants,
            bell: Arc::new(Notify::new()),
            rang: head,
            owed: false,
            began: Timestamp::default(),
            cursors: 1,
            appended: head,
        }
    }

    /// The filter.
    pub fn filter(&self) -> Filter<'_> {
        match &self.wants.boards {
            Boards::All => Filter::All,
            Boards::Matching(_) => Filter::Slots(&self.matches),
        }
    }

    /// The slots that match.
    pub fn slots(&self) -> impl Iterator<Item = usize> {
        (0..)
            .zip(&self.matches)
            .filter_map(|(slot, matches)| matches.then_some(slot))
    }

    /// Takes the name of a slot's board, and says whether it matches.
    pub fn set_slot(&mut self, slot: usize, name: &str) -> bool {
        if self.matches.len() <= slot {
            self.matches.resize(slot + 1, false);
        }
        self.matches[slot] = self.wants.boards.matches(name);
        self.matches[slot]
    }

    /// Counts what matches, and rings for it unless nobody has to know it at once.
    pub fn add(&mut self, added: &Added, bells: &mut Bells) {
        self.appended += added.events as u64;
        if let Some(recent) = &mut self.recent {
            recent.push(added.last);
        }
        let concerns = |period| added.news.concern(period, self.began);
        if self.wants.period.is_none_or(concerns) {
            self.ring(added.last, bells);
        } else {
            self.owed = true;
        }
    }

    /// Rings for everything up to this number.
    pub fn ring(&mut self, head: u64, bells: &mut Bells) {
        (self.rang, self.owed) = (head, false);
        bells.push(self.bell.clone());
    }
}

/// Which slots a cursor wants.
#[derive(Clone, Copy, Debug)]
pub enum Filter<'a> {
    /// Every one, also those that appear later.
    All,
    /// By slot.
    Slots(&'a [bool]),
}

impl Filter<'_> {
    /// Whether events of this slot are wanted; those of nobody always are.
    pub fn matches(self, slot: u32) -> bool {
        match self {
            Self::All => true,
            Self::Slots(slots) => slots.get(slot as usize).copied().unwrap_or(true),
        }
    }
}
