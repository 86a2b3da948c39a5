//! `max_rate`: of each board and set of channels, at most one reading a period.
//! Counts in event time, so that a replay is thinned as it would have been live.

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use bytes::Bytes;
use smallvec::SmallVec;

use crate::clock::Timestamp;

/// Sets of channels that are thinned at a time, of one board; readings of further sets
/// all pass.
const MAX_SETS: usize = 16;

/// By slot.
type Windows = HashMap<u32, Vec<Window>, BuildHasherDefault<SlotHasher>>;

/// A board's slot and its set of channels.
type Key = (u32, u64);

/// Decides which readings go out, and when. Holds at most [`MAX_SETS`] readings a board; of
/// those met during a walk only the numbers, and at its end copies, which do not keep a
/// block of the backlog alive.
#[derive(Debug)]
pub struct Thinner {
    /// Microseconds.
    period: i64,
    /// By slot.
    windows: Windows,
    /// The windows that are open, by their end.
    ends: BinaryHeap<Reverse<(Timestamp, Key)>>,
    /// Keys whose held reading is still to be had only from the backlog.
    borrowed: Vec<Key>,
    /// Keys that may have no open window any more.
    ended: Vec<Key>,
}

#[derive(Debug)]
struct Window {
    shape: u64,
    until: Timestamp,
    /// Whether its end is waited for.
    open: bool,
    held: Option<Held>,
}

#[derive(Debug)]
struct Held {
    seq: u64,
    /// A copy; until the end of the walk there is none.
    frame: Option<Bytes>,
}

/// What becomes of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes out now.
    Send,
    /// It waits, and replaced the one that waited.
    Held,
}

impl Thinner {
    /// Lets one reading of each kind pass in so many microseconds.
    pub fn new(period: i64) -> Self {
        Self {
            period,
            windows: Windows::default(),
            ends: BinaryHeap::new(),
            borrowed: Vec::new(),
            ended: Vec::new(),
        }
    }

    /// Decides about a reading, after the release of what was due before it.
    pub fn offer(&mut self, key: Key, seq: u64, time: Timestamp) -> Verdict {
        let (slot, shape) = key;
        let Some(window) = find(&mut self.windows, key) else {
            let windows = self.windows.entry(slot).or_default();
            if make_room(windows, time) {
                windows.push(Window::new(shape));
                self.open(key, time);
            } else {
                self.ended.push(key);
            }
            return Verdict::Send;
        };
        if time >= window.until && window.held.is_none() {
            self.open(key, time);
            return Verdict::Send;
        }
        let before = window.held.replace(Held { seq, frame: None });
        if !window.open {
            // It has ended by the clock, and this reading is older than the clock.
            window.open = true;
            self.ends.push(Reverse((window.until, key)));
        }
        if before.is_none_or(|held| held.frame.is_some()) {
            self.borrowed.push(key);
        }
        Verdict::Held
    }

    /// When the next window ends: then a held reading has to go out, if there is one.
    pub fn due(&self) -> Option<Timestamp> {
        self.ends.peek().map(|Reverse((end, _))| *end)
    }

    /// The last end of a window that is not more than so many microseconds behind the next.
    pub fn due_within(&self, micros: i64) -> Option<Timestamp> {
        let limit = self.due()?.plus(micros);
        let ends = self.ends.iter().map(|Reverse((end, _))| *end);
        ends.filter(|end| *end <= limit).max()
    }

    /// Takes out what is due at a time, in the order of its windows. `frames` has those that
    /// were not copied yet.
    pub fn release(&mut self, now: Timestamp, frames: impl Frames, out: &mut Vec<Bytes>) {
        if self.due().is_some_and(|due| due <= now) {
            self.end_windows(now, frames, out);
        }
    }

    fn end_windows(&mut self, now: Timestamp, frames: impl Frames, out: &mut Vec<Bytes>) {
        let mut ready = SmallVec::<[_; 4]>::new();
        while let Some(&Reverse((until, key))) = self.ends.peek()
            && until <= now
        {
            self.ends.pop();
            let Some(window) = find(&mut self.windows, key) else {
                continue;
            };
            window.open = false;
            match window.held.take() {
                Some(held) => {
                    ready.push((until, held));
                    self.open(key, until);
                }
                None => self.ended.push(key),
            }
        }
        ready.sort_by_key(|(until, held)| (*until, held.seq));
        let ready = ready.into_iter().map(|(_, held)| held);
        out.extend(ready.filter_map(|held| held.frame.or_else(|| frames(held.seq))));
    }

    /// Copies what is held out of the backlog. Call it at the end of each walk.
    pub fn detach(&mut self, frames: impl Frames) {
        for key in self.borrowed.drain(..) {
            if let Some(window) = find(&mut self.windows, key)
                && let Some(held) = &mut window.held
                && held.frame.is_none()
            {
                held.frame = frames(held.seq).map(|frame| Bytes::copy_from_slice(&frame));
            }
        }
    }

    /// Keys without an open window, of which readings were seen since this was last asked.
    pub fn ended(&mut self) -> impl Iterator<Item = Key> {
        let (windows, ended) = (&mut self.windows, &mut self.ended);
        ended
            .drain(..)
            .filter(|&key| find(windows, key).is_none_or(|window| !window.open))
    }

    /// Forgets what is held: a snapshot has taken its place.
    pub fn clear(&mut self) {
        *self = Self::new(self.period);
    }

    /// Begins a window, or the next one.
    fn open(&mut self, key: Key, from: Timestamp) {
        let until = from.plus(self.period);
        if let Some(window) = find(&mut self.windows, key) {
            (window.until, window.open) = (until, true);
            self.ends.push(Reverse((until, key)));
        }
    }
}

/// Frames by number.
pub trait Frames: Fn(u64) -> Option<Bytes> {}

impl<F: Fn(u64) -> Option<Bytes>> Frames for F {}

impl Window {
    fn new(shape: u64) -> Self {
        Self {
            shape,
            until: Timestamp::default(),
            open: false,
            held: None,
        }
    }
}

fn find(windows: &mut Windows, (slot, shape): Key) -> Option<&mut Window> {
    let windows = windows.get_mut(&slot)?;
    windows.iter_mut().find(|window| window.shape == shape)
}

/// Slots are few and small, and looked up for each event that is thinned: the default hasher
/// would take half the time of a walk.
#[derive(Debug, Default)]
struct SlotHasher(u64);

impl Hasher for SlotHasher {
    fn write(&mut self, _: &[u8]) {
        unreachable!("slots are hashed as what they are");
    }

    fn write_u32(&mut self, slot: u32) {
        // Spreads them over the upper bits, too.
        self.0 = u64::from(slot).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Whether there is room: a window that is over and holds nothing is as good as none.
fn make_room(windows: &mut Vec<Window>, time: Timestamp) -> bool {
    if windows.len() == MAX_SETS {
        windows.retain(|window| window.held.is_some() || window.until > time);
    }
    windows.len() < MAX_SETS
}
