//! The numbered backlog and its cursors, and the latest state of each board.
//! A value behind one short lock: appending never waits for a reader. Knows nothing of
//! sockets or clocks, of who publishes, or of who reads.

pub mod batch;

mod cursor;

mod groups;

mod inner;

mod latest;

mod lines;

mod ring;

mod thin;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::Notify;

pub use self::cursor::{Cursor, Next};
pub use self::latest::{Change, Shown, View};

use self::batch::Batch;
use self::groups::Groups;
use self::latest::Latest;
use self::lines::RecentLines;
use self::ring::{NOBODY, Ring};
use self::thin::Thinner;
use crate::boards::Link;
use crate::clock::Timestamp;
use crate::config::Backlog;
use crate::name::BoardName;
use crate::wire::encode::{self, Kind, OVERHEAD};
use crate::wire::request::{RawLines, Subscription};
use crate::wire::{Gap, State};

/// A board's place in the journal. Valid until the board is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot(u32);

/// Everything boards said lately, numbered.
#[derive(Debug)]
pub struct Journal {
    stream: String,
    inner: Mutex<Inner>,
    /// Whether raw lines are worth a copy.
    lines_wanted: AtomicBool,
}

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

#[derive(Debug)]
struct Inner {
    ring: Ring,
    slots: Vec<Place>,
    by_name: HashMap<BoardName, u32>,
    groups: Groups,
    lines: RecentLines,
    /// Time of the newest event.
    time: Timestamp,
    /// Events that belong to no board.
    nobody: Tally,
    /// The newest number at which a slot got another board: counts before it are
    /// those of somebody else.
    recycled: u64,
    closed: bool,
}

#[derive(Debug)]
struct Place {
    latest: Latest,
    tally: Tally,
}

/// How many events there were.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    appended: u64,
    evicted: u64,
    /// Number of the newest event that has left the backlog.
    last_evicted: u64,
    newest: u64,
}

impl Journal {
    /// An empty journal; `stream` is the id of its numbering, which begins at 1.
    pub fn new(stream: String, backlog: Backlog) -> Self {
        Self {
            stream,
            inner: Mutex::new(Inner {
                ring: Ring::new(backlog, 1),
                slots: Vec::new(),
                by_name: HashMap::new(),
                groups: Groups::default(),
                lines: RecentLines::default(),
                time: Timestamp::default(),
                nobody: Tally::default(),
                recycled: 0,
                closed: false,
            }),
            lines_wanted: AtomicBool::new(false),
        }
    }

    /// The id of the numbering.
    pub fn stream(&self) -> &str {
        &self.stream
    }

    /// Makes a place for a board, or finds the one it has. A removed board's place is
    /// used again once none of its events is held.
    pub fn register(&self, name: &BoardName, link: Link, shown: BTreeMap<String, Shown>) -> Slot {
        let mut inner = self.lock();
        if let Some(&slot) = inner.by_name.get(name) {
            let latest = &mut inner.slots[slot as usize].latest;
            match latest.change.state {
                // What was known of it was to be forgotten.
                State::Removed => *latest = Latest::new(name.clone(), link, shown),
                _ => latest.show(shown),
            }
            return Slot(slot);
        }
        let latest = Latest::new(name.clone(), link, shown);
        let slot = inner.free_slot().unwrap_or(inner.slots.len());
        if slot == inner.slots.len() {
            inner.slots.push(Place {
                latest,
                tally: Tally::default(),
            });
        } else {
            let old = inner.slots[slot].latest.name.clone();
            inner.by_name.remove(&old);
            inner.slots[slot] = Place {
                latest,
                tally: Tally::default(),
            };
            inner.recycled = inner.ring.head();
        }
        inner.groups.set_slot(slot, name.as_str());
        inner.by_name.insert(name.clone(), slot as u32);
        Slot(slot as u32)
    }

    /// Appends what a board said and returns the last number. An event is never older
    /// than the one before it, whatever `at` says.
    pub fn append(&self, slot: Slot, at: Timestamp, batch: &Batch) -> u64 {
        let (last, bells) = {
            let mut inner = self.lock();
            inner.append(slot, at, batch);
            (inner.ring.head(), inner.groups.bells(slot.0 as usize))
        };
        ring_all(&bells);
        last
    }

    /// Appends a change of a board's state and returns its number.
    pub fn change(&self, slot: Slot, at: Timestamp, change: Change) -> u64 {
        let (last, bells) = {
            let mut inner = self.lock();
            let latest = &mut inner.slots[slot.0 as usize].latest;
            latest.change = change;
            let tail = latest.tail();
            inner.append_one(Kind::Board, slot.0, at, &tail);
            (inner.ring.head(), inner.groups.bells(slot.0 as usize))
        };
        ring_all(&bells);
        last
    }

    /// Appends a step of the clock by so many microseconds.
    pub fn clock(&self, at: Timestamp, jump: i64) {
        let bells = {
            let mut inner = self.lock();
            inner.append_one(Kind::Clock, NOBODY, at, &encode::clock_tail(jump));
            inner.groups.all_bells()
        };
        ring_all(&bells);
    }

    /// A cursor, and how its subscription begins, as one step: nothing is lost or
    /// repeated between the snapshot and the first live event.
    pub fn subscribe(self: &Arc<Self>, wanted: &Subscription) -> (Cursor, Opening) {
        let mut inner = self.lock();
        let inner = &mut *inner;
        let names = inner.slots.iter().map(|place| place.latest.name.as_str());
        let (group, bell) = inner.groups.join(wanted.boards.clone(), names);
        let head = inner.ring.head();
        let since = wanted.since.as_ref().filter(|(stream, since)| {
            *since <= head && stream.as_ref().is_none_or(|stream| *stream == self.stream)
        });
        let resumed = since.filter(|(_, since)| !inner.lost_after(group, *since));
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
            counted: inner.count(group) - inner.count_after(group, position),
            live_after: if resumed.is_some() { 0 } else { head },
            thinner: wanted.period.map(Thinner::new),
            lines: wanted.lines,
        };
        (cursor, opening)
    }

    /// The newest number given out; 0 before the first.
    pub fn head(&self) -> u64 {
        self.lock().ring.head()
    }

    /// Events and bytes in the backlog.
    pub fn size(&self) -> (usize, usize) {
        let inner = self.lock();
        (inner.ring.len(), inner.ring.bytes())
    }

    /// Whether raw lines should be given to [`Batch::line`].
    pub fn wants_lines(&self) -> bool {
        self.lines_wanted.load(Ordering::Relaxed)
    }

    /// A board as JSON, if there is one of that name that is not removed.
    pub fn board(&self, name: &str) -> Option<Vec<u8>> {
        let mut inner = self.lock();
        let slot = *inner.by_name.get(name)? as usize;
        let latest = &mut inner.slots[slot].latest;
        (latest.change.state != State::Removed).then(|| latest.json())
    }

    /// Every board as JSON.
    pub fn boards(&self) -> Vec<Vec<u8>> {
        self.each(Latest::json)
    }

    /// Every board's state and values.
    pub fn views(&self) -> Vec<View> {
        self.each(Latest::view)
    }

    /// Ends the stream: cursors read what is left, then [`Next::Closed`].
    pub fn close(&self) {
        let bells = {
            let mut inner = self.lock();
            inner.closed = true;
            inner.groups.all_bells()
        };
        ring_all(&bells);
    }

    fn each<T>(&self, read: impl Fn(&mut Latest) -> T) -> Vec<T> {
        let mut inner = self.lock();
        let there = inner
            .slots
            .iter_mut()
            .filter(|place| place.latest.change.state != State::Removed);
        there.map(|place| read(&mut place.latest)).collect()
    }

    /// The data is valid between statements, so a lock that a panic left behind is used.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn ring_all(bells: &[Arc<Notify>]) {
    for bell in bells {
        bell.notify_waiters();
    }
}
