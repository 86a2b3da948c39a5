//! The numbered backlog and its cursors, and the latest state of each board.
//! A value behind one short lock: appending never waits for a reader. Knows nothing of
//! sockets or clocks, of who publishes, or of who reads.

pub mod batch;

mod companions;

mod cursor;

mod groups;

mod inner;

mod latest;

mod lines;

mod numbering;

mod opening;

mod passage;

mod places;

mod ring;

mod shown;

mod stored;

mod thin;

mod walk;

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

pub use self::companions::Mark;
pub use self::cursor::{Cursor, Next};
pub use self::latest::{Change, MAX_KNOWN, Shown, View};
pub use self::numbering::{Numbering, Reserved};
pub use self::opening::Opening;
pub use self::passage::{Lost, Passage, Record};

use self::batch::Batch;
use self::inner::Inner;
use self::latest::Latest;
use self::ring::NOBODY;
use crate::boards::Link;
use crate::clock::Timestamp;
use crate::config::Backlog;
use crate::name::BoardName;
use crate::wire::encode::{self, Kind, OVERHEAD};
use crate::wire::{BoardMessage, State};

/// Boards that are gone and whose names are still known, so that who resumes is told
/// exactly whether he lost something of them.
const REMEMBERED: usize = 1024;

/// A board's place in the journal. Valid until it is released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot(u32);

/// Everything boards said lately, numbered.
#[derive(Debug)]
pub struct Journal {
    inner: Mutex<Inner>,
    /// Whether raw lines are worth a copy.
    lines_wanted: AtomicBool,
    /// Rings when numbers may be seen that readers waited for.
    shown: Notify,
}

impl Journal {
    /// An empty journal.
    pub fn new(numbering: Numbering, backlog: Backlog) -> Self {
        Self::remembering(numbering, backlog, REMEMBERED)
    }

    fn remembering(numbering: Numbering, backlog: Backlog, remembered: usize) -> Self {
        Self {
            inner: Mutex::new(Inner::new(numbering, backlog, remembered)),
            lines_wanted: AtomicBool::new(false),
            shown: Notify::new(),
        }
    }

    /// Makes a place for a board, or finds the one it has. Nobody sees the board before
    /// its first [`Journal::change`]. To be released once.
    pub fn register(&self, name: &BoardName, link: Link, shown: BTreeMap<String, Shown>) -> Slot {
        let mut inner = self.lock();
        let first = inner.ring.first();
        let (slot, new) = inner.places.register(name, link, shown, first);
        if new {
            inner.groups.set_slot(slot as usize, name.as_str());
        }
        Slot(slot)
    }

    /// Takes what the owner says of a board's channels now.
    pub fn show(&self, slot: Slot, shown: BTreeMap<String, Shown>) {
        self.lock().places.get_mut(slot.0).latest.show(shown);
    }

    /// Takes what an earlier run knew of a board that has said nothing yet.
    pub fn restore(&self, slot: Slot, said: BoardMessage<'_>) {
        self.lock().places.get_mut(slot.0).latest.restore(said);
    }

    /// Gives a place back. Another board may get it once all its events have left.
    pub fn release(&self, slot: Slot) {
        self.lock().places.release(slot.0);
    }

    /// Appends what a board said and returns the last number. An event is never older
    /// than the one before it, whatever `at` says. The batch is not empty.
    pub fn append(&self, slot: Slot, at: Timestamp, batch: &Batch) -> u64 {
        let (last, bells) = {
            let mut inner = self.lock();
            let bells = inner.append(slot, at, batch);
            (inner.ring.head(), bells)
        };
        ring_all(&bells);
        last
    }

    /// Appends a change of a board's state and returns its number. What was known of a
    /// board that is removed is forgotten.
    pub fn change(&self, slot: Slot, at: Timestamp, change: Change) -> u64 {
        let (last, bells) = {
            let mut inner = self.lock();
            let latest = &mut inner.places.get_mut(slot.0).latest;
            let removed = change.state == State::Removed;
            latest.change = change;
            let tail = latest.tail();
            if removed {
                latest.forget();
            }
            let bells = inner.append_one(Kind::Board, slot.0, at, &tail);
            (inner.ring.head(), bells)
        };
        ring_all(&bells);
        last
    }

    /// Appends a step of the clock by so many microseconds.
    pub fn clock(&self, at: Timestamp, jump: i64) {
        let tail = encode::clock_tail(jump);
        let bells = self.lock().append_one(Kind::Clock, NOBODY, at, &tail);
        ring_all(&bells);
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
        let latest = &mut inner.places.find(name)?.latest;
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

    /// How many boards there are.
    pub fn count(&self) -> usize {
        self.each(|_| ()).len()
    }

    /// Ends the stream: cursors read what is left, then [`Next::Closed`].
    pub fn close(&self) {
        let bells = {
            let mut inner = self.lock();
            inner.closed = true;
            inner.show_everything();
            inner.bells()
        };
        self.show_all(&bells);
    }

    fn each<T>(&self, read: impl FnMut(&mut Latest) -> T) -> Vec<T> {
        let mut inner = self.lock();
        let places = inner.places.iter_mut();
        places
            .map(|(_, place)| &mut place.latest)
            .filter(|latest| latest.change.state != State::Removed)
            .map(read)
            .collect()
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
