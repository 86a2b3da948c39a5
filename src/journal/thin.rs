//! `max_rate`: of each board and set of channels, at most one reading a period.
//! Counts in event time, so that a replay is thinned as it would have been live.

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use bytes::Bytes;

use crate::clock::Timestamp;

/// Sets of channels that are thinned at a time, of one board; readings of further sets
/// all pass.
const MAX_SETS: usize = 16;

/// A board's slot and its set of channels.
type Key = (u32, u64);

/// Decides which readings go out, and when. A held reading is a copy, so that it does
/// not keep a block of the backlog alive. Holds at most [`MAX_SETS`] readings a board.
#[derive(Debug)]
pub struct Thinner {
    /// Microseconds.
    period: i64,
    /// By slot.
    windows: HashMap<u32, Vec<Window>>,
    /// The windows that hold a reading, by their end.
    due: BinaryHeap<Reverse<(Timestamp, Key)>>,
    /// Keys whose held reading is still a slice of the backlog.
    borrowed: Vec<Key>,
}

#[derive(Debug)]
struct Window {
    shape: u64,
    until: Timestamp,
    held: Option<Held>,
}

#[derive(Debug)]
struct Held {
    seq: u64,
    frame: Bytes,
    /// Whether the frame has memory of its own.
    own: bool,
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
            windows: HashMap::new(),
            due: BinaryHeap::new(),
            borrowed: Vec::new(),
        }
    }

    /// Decides about a reading, after the release of what was due before it; `frame` is
    /// asked for only if it is held.
    pub fn offer(
        &mut self,
        key: Key,
        seq: u64,
        time: Timestamp,
        frame: impl FnOnce() -> Bytes,
    ) -> Verdict {
        let (slot, shape) = key;
        let windows = self.windows.entry(slot).or_default();
        let Some(window) = windows.iter_mut().find(|window| window.shape == shape) else {
            open_window(windows, shape, time, self.period);
            return Verdict::Send;
        };
        if time >= window.until && window.held.is_none() {
            window.until = time.plus(self.period);
            return Verdict::Send;
        }
        let held = Held {
            seq,
            frame: frame(),
            own: false,
        };
        let before = window.held.replace(held);
        if before.is_none() {
            self.due.push(Reverse((window.until, key)));
        }
        if before.is_none_or(|held| held.own) {
            self.borrowed.push(key);
        }
        Verdict::Held
    }

    /// When the next held reading has to go out.
    pub fn due(&self) -> Option<Timestamp> {
        self.due.peek().map(|Reverse((due, _))| *due)
    }

    /// Takes out what is due at a time, in the order of its windows.
    pub fn release(&mut self, now: Timestamp, out: &mut Vec<Bytes>) {
        if self.due().is_none_or(|due| due > now) {
            return;
        }
        let mut ready = Vec::new();
        while let Some(&Reverse((until, key))) = self.due.peek()
            && until <= now
        {
            self.due.pop();
            let period = self.period;
            if let Some(window) = self.window(key)
                && let Some(held) = window.held.take()
            {
                window.until = until.plus(period);
                ready.push((until, held.seq, held.frame));
            }
        }
        ready.sort_by_key(|(until, seq, _)| (*until, *seq));
        out.extend(ready.into_iter().map(|(_, _, frame)| frame));
    }

    /// Copies what is held out of the backlog. Call it at the end of each walk.
    pub fn detach(&mut self) {
        let mut borrowed = std::mem::take(&mut self.borrowed);
        for key in borrowed.drain(..) {
            if let Some(window) = self.window(key)
                && let Some(held) = &mut window.held
                && !held.own
            {
                held.frame = Bytes::copy_from_slice(&held.frame);
                held.own = true;
            }
        }
        self.borrowed = borrowed;
    }

    /// Forgets what is held: a snapshot has taken its place.
    pub fn clear(&mut self) {
        self.windows.clear();
        self.due.clear();
        self.borrowed.clear();
    }

    fn window(&mut self, (slot, shape): Key) -> Option<&mut Window> {
        let windows = self.windows.get_mut(&slot)?;
        windows.iter_mut().find(|window| window.shape == shape)
    }
}

/// Where there is room: a window that is over and holds nothing is as good as none.
fn open_window(windows: &mut Vec<Window>, shape: u64, time: Timestamp, period: i64) {
    if windows.len() == MAX_SETS {
        windows.retain(|window| window.held.is_some() || window.until > time);
    }
    if windows.len() < MAX_SETS {
        windows.push(Window {
            shape,
            until: time.plus(period),
            held: None,
        });
    }
}
