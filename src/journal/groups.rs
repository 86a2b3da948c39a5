//! Who is woken by which board: cursors with the same filter share one bell, and a
//! board rings only the bells of filters that match it.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::name::Boards;

/// A filter that at least one cursor has.
#[derive(Debug)]
struct Group {
    boards: Boards,
    bell: Arc<Notify>,
    cursors: usize,
    /// Matching events so far, from some number on: what two cursors are apart.
    appended: u64,
    /// By slot: whether the filter matches.
    matches: Vec<bool>,
}

/// All filters in use.
#[derive(Debug, Default)]
pub struct Groups {
    groups: Vec<Option<Group>>,
    /// By slot: the groups to wake.
    watchers: Vec<Vec<usize>>,
}

impl Groups {
    /// Makes room for a slot, whose board may be another than before.
    pub fn set_slot(&mut self, slot: usize, name: &str) {
        if self.watchers.len() <= slot {
            self.watchers.resize_with(slot + 1, Vec::new);
        }
        self.watchers[slot].clear();
        for (id, group) in self.groups.iter_mut().enumerate() {
            let Some(group) = group else { continue };
            group
                .matches
                .resize(group.matches.len().max(slot + 1), false);
            group.matches[slot] = group.boards.matches(name);
            if group.matches[slot] {
                self.watchers[slot].push(id);
            }
        }
    }

    /// Joins the group of a filter; `names` are the boards by slot. A new group's count
    /// begins at `head`, so that it is never less than what is held.
    pub fn join<'a>(
        &mut self,
        boards: Boards,
        head: u64,
        names: impl Iterator<Item = &'a str>,
    ) -> (usize, Arc<Notify>) {
        let same =
            |group: &Option<Group>| group.as_ref().is_some_and(|group| group.boards == boards);
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
        let matches: Vec<bool> = names.map(|name| boards.matches(name)).collect();
        for (slot, _) in matches.iter().enumerate().filter(|(_, matches)| **matches) {
            self.watchers[slot].push(id);
        }
        let bell = Arc::new(Notify::new());
        let group = Some(Group {
            boards,
            bell: bell.clone(),
            cursors: 1,
            appended: head,
            matches,
        });
        if id == self.groups.len() {
            self.groups.push(group);
        } else {
            self.groups[id] = group;
        }
        (id, bell)
    }

    /// Leaves a group; the last one out ends it.
    pub fn leave(&mut self, id: usize) {
        let Some(group) = &mut self.groups[id] else {
            return;
        };
        group.cursors -= 1;
        if group.cursors == 0 {
            self.groups[id] = None;
            for watchers in &mut self.watchers {
                watchers.retain(|&watcher| watcher != id);
            }
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
        match &self.groups[id] {
            Some(Group {
                boards: Boards::All,
                ..
            })
            | None => Filter::All,
            Some(group) => Filter::Slots(&group.matches),
        }
    }

    /// Matching events so far; differences of it are exact.
    pub fn appended(&self, id: usize) -> u64 {
        self.groups[id].as_ref().map_or(0, |group| group.appended)
    }

    /// Counts events of a slot, and gives the bells of who wants them.
    pub fn count(&mut self, slot: usize, events: u64) -> Vec<Arc<Notify>> {
        let groups = &mut self.groups;
        let bell = |&id: &usize| {
            let group = groups[id].as_mut()?;
            group.appended += events;
            Some(group.bell.clone())
        };
        self.watchers[slot].iter().filter_map(bell).collect()
    }

    /// Counts an event that everybody wants, and gives every bell.
    pub fn count_all(&mut self) -> Vec<Arc<Notify>> {
        for group in self.groups.iter_mut().flatten() {
            group.appended += 1;
        }
        self.bells()
    }

    /// Every bell.
    pub fn bells(&self) -> Vec<Arc<Notify>> {
        self.groups
            .iter()
            .flatten()
            .map(|group| group.bell.clone())
            .collect()
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
