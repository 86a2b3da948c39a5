//! Who is woken by which board: cursors with the same filter and rate share one bell, and a
//! board rings only the bells of filters that match it, and of those with a rate only when
//! it has news.

mod group;

mod news;

mod recent;

use std::sync::Arc;

use tokio::sync::Notify;

use self::group::Group;
pub use self::group::{Added, Bells, Filter, Wants};
use self::news::Kinds;
pub use self::news::News;
use crate::clock::Timestamp;
use crate::config::Backlog;

/// A reader that sleeps is told of an event when this part of the backlog has followed it, at
/// the latest, so that nearly all of the backlog is left to catch up in.
const PART: usize = 16;

/// All filters in use.
#[derive(Debug)]
pub struct Groups {
    groups: Vec<Option<Group>>,
    /// By slot: the groups to wake.
    watchers: Vec<Vec<usize>>,
    /// Groups with a rate.
    rated: usize,
    /// Kept for these alone.
    kinds: Kinds,
    /// The backlog's [`PART`], and how much was appended of the current one.
    part: Backlog,
    appended: Backlog,
}

impl Groups {
    /// None yet.
    pub fn new(backlog: Backlog) -> Self {
        Self {
            groups: Vec::new(),
            watchers: Vec::new(),
            rated: 0,
            kinds: Kinds::default(),
            part: Backlog {
                events: backlog.events / PART,
                bytes: backlog.bytes / PART,
            },
            appended: NOTHING,
        }
    }

    /// Makes room for a slot, whose board may be another than before.
    pub fn set_slot(&mut self, slot: usize, name: &str) {
        if self.watchers.len() <= slot {
            self.watchers.resize_with(slot + 1, Vec::new);
        }
        self.watchers[slot].clear();
        for (id, group) in self.groups.iter_mut().enumerate() {
            let Some(group) = group else { continue };
            if group.set_slot(slot, name) {
                self.watchers[slot].push(id);
            }
        }
    }

    /// Joins the group of those who want the same; `names` are the boards by slot. A new
    /// group's count begins at `head`, so that it is never less than what is held.
    pub fn join<'a>(
        &mut self,
        wants: Wants,
        head: u64,
        names: impl Iterator<Item = &'a str>,
    ) -> (usize, Arc<Notify>) {
        let same = |group: &Option<Group>| group.as_ref().is_some_and(|group| group.wants == wants);
        if let Some(id) = self.groups.iter().position(same)
            && let Some(group) = &mut self.groups[id]
        {
            group.cursors += 1;
            return (id, group.bell.clone());
        }
        let id = self
            .groups
            .iter()
            .position(Option::is_none)
            .unwrap_or(self.groups.len());
        self.rated += usize::from(wants.period.is_some());
        let group = Group::new(wants, head, names);
        for slot in group.slots() {
            self.watchers[slot].push(id);
        }
        let bell = group.bell.clone();
        if id == self.groups.len() {
            self.groups.push(None);
        }
        self.groups[id] = Some(group);
        (id, bell)
    }

    /// Notes that a cursor of the group begins somewhere: it has no windows, or old ones.
    pub fn begin(&mut self, id: usize, now: Timestamp) {
        if let Some(group) = &mut self.groups[id] {
            group.began = now;
        }
    }

    /// Leaves a group; the last one out ends it.
    pub fn leave(&mut self, id: usize) {
        let Some(group) = &mut self.groups[id] else {
            return;
        };
        group.cursors -= 1;
        if group.cursors > 0 {
            return;
        }
        self.rated -= usize::from(group.wants.period.is_some());
        if self.rated == 0 {
            self.kinds.clear();
        }
        self.groups[id] = None;
        for watchers in &mut self.watchers {
            watchers.retain(|&watcher| watcher != id);
        }
    }

    /// Another cursor of a group that there is.
    pub fn enter(&mut self, id: usize) {
        if let Some(group) = &mut self.groups[id] {
            group.cursors += 1;
        }
    }

    /// How many cursors a group has.
    pub fn cursors(&self, id: usize) -> usize {
        self.groups[id].as_ref().map_or(0, |group| group.cursors)
    }

    /// The filter of a group.
    pub fn filter(&self, id: usize) -> Filter<'_> {
        self.groups[id].as_ref().map_or(Filter::All, Group::filter)
    }

    /// Matching events so far; differences of it are exact.
    pub fn appended(&self, id: usize) -> u64 {
        self.groups[id].as_ref().map_or(0, |group| group.appended)
    }

    /// The newest number of which a group was told.
    pub fn rang(&self, id: usize) -> u64 {
        self.groups[id].as_ref().map_or(0, |group| group.rang)
    }

    /// The last number of each matching chunk with events behind this one, if all of them
    /// are known.
    pub fn recent(&self, id: usize, behind: u64) -> Option<impl Iterator<Item = u64>> {
        self.groups[id].as_ref()?.recent.as_ref()?.behind(behind)
    }

    /// Whether a reading that is being appended has to be seen at once.
    pub fn hear(&mut self, slot: u32, shape: u64, time: Timestamp) -> News {
        match self.rated {
            0 => News::ALL,
            _ => self.kinds.hear(slot as usize, shape, time),
        }
    }

    /// The next reading of this kind has to be seen at once by a group.
    pub fn wait_for(&mut self, id: usize, (slot, shape): (u32, u64)) {
        let group = self.groups[id].as_ref();
        if let Some(period) = group.and_then(|group| group.wants.period) {
            self.kinds.wait_for(slot as usize, shape, period);
        }
    }

    /// Counts what a slot appended, and gives the bells of who has to know.
    pub fn count(&mut self, slot: u32, added: &Added) -> Bells {
        let mut bells = Bells::new();
        for &id in &self.watchers[slot as usize] {
            if let Some(group) = &mut self.groups[id] {
                group.add(added, &mut bells);
            }
        }
        self.remind(added, &mut bells);
        bells
    }

    /// Counts an event that everybody wants, and gives every bell.
    pub fn count_all(&mut self, added: &Added) -> Bells {
        let mut bells = Bells::new();
        for group in self.groups.iter_mut().flatten() {
            group.add(added, &mut bells);
        }
        bells
    }

    /// Every bell, to be rung at this head.
    pub fn bells(&mut self, head: u64) -> Bells {
        let mut bells = Bells::new();
        for group in self.groups.iter_mut().flatten() {
            group.ring(head, &mut bells);
        }
        bells
    }

    /// Nobody sleeps until the backlog has passed him by.
    fn remind(&mut self, added: &Added, bells: &mut Bells) {
        self.appended.events += added.events;
        self.appended.bytes += added.bytes;
        if self.rated == 0
            || self.appended.events < self.part.events && self.appended.bytes < self.part.bytes
        {
            return;
        }
        self.appended = NOTHING;
        for group in self.groups.iter_mut().flatten().filter(|group| group.owed) {
            group.ring(added.last, bells);
        }
    }
}

const NOTHING: Backlog = Backlog {
    events: 0,
    bytes: 0,
};
