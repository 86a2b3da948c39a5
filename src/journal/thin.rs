//! `max_rate`: of each board and set of channels, at most one reading a period.
//! Counts in event time, so that a replay is thinned as it would have been live.

use std::collections::HashMap;

use bytes::Bytes;

use crate::clock::Timestamp;

/// Sets of channels that are thinned, of one board; readings of further sets all pass.
const MAX_SETS: u8 = 16;

/// A board's slot and its set of channels.
type Key = (u32, u64);

/// Decides which readings go out, and when. A held reading is a copy, so that it does
/// not keep a block of the backlog alive.
#[derive(Debug)]
pub struct Thinner {
    /// Microseconds.
    period: i64,
    windows: HashMap<Key, Window>,
    sets: HashMap<u32, u8>,
    /// Keys whose held reading is still a slice of the backlog.
    borrowed: Vec<Key>,
    /// When the next held reading is due.
    due: Option<Timestamp>,
}

#[derive(Debug)]
struct Window {
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
            sets: HashMap::new(),
            borrowed: Vec::new(),
            due: None,
        }
    }

    /// Decides about a reading; `frame` is asked for only if it is held.
    pub fn offer(
        &mut self,
        key: Key,
        seq: u64,
        time: Timestamp,
        frame: impl FnOnce() -> Bytes,
    ) -> Verdict {
        if let Some(window) = self.windows.get_mut(&key) {
            if time >= window.until && window.held.is_none() {
                window.until = time.plus(self.period);
                return Verdict::Send;
            }
            let before = window.held.replace(Held {
                seq,
                frame: frame(),
                own: false,
            });
            if before.is_none_or(|held| held.own) {
                self.borrowed.push(key);
            }
            self.due = Some(self.due.map_or(window.until, |due| due.min(window.until)));
            return Verdict::Held;
        }
        let sets = self.sets.entry(key.0).or_default();
        if *sets < MAX_SETS {
            *sets += 1;
            let until = time.plus(self.period);
            self.windows.insert(key, Window { until, held: None });
        }
        Verdict::Send
    }

    /// When the next held reading has to go out.
    pub fn due(&self) -> Option<Timestamp> {
        self.due
    }

    /// Takes out what is due at a time, in the order of its windows.
    pub fn release(&mut self, now: Timestamp, out: &mut Vec<Bytes>) {
        if self.due.is_none_or(|due| due > now) {
            return;
        }
        let mut ready = Vec::new();
        self.due = None;
        for window in self.windows.values_mut() {
            if window.held.is_none() {
                continue;
            }
            if window.until > now {
                self.due = Some(self.due.map_or(window.until, |due| due.min(window.until)));
            } else if let Some(held) = window.held.take() {
                ready.push((window.until, held.seq, held.frame));
                window.until = window.until.plus(self.period);
            }
        }
        ready.sort_by_key(|(until, seq, _)| (*until, *seq));
        out.extend(ready.into_iter().map(|(_, _, frame)| frame));
    }

    /// Copies what is held out of the backlog. Call it at the end of each walk.
    pub fn detach(&mut self) {
        for key in self.borrowed.drain(..) {
            if let Some(Window {
                held: Some(held), ..
            }) = self.windows.get_mut(&key)
                && !held.own
            {
                held.frame = Bytes::copy_from_slice(&held.frame);
                held.own = true;
            }
        }
    }

    /// Forgets what is held: a snapshot has taken its place.
    pub fn clear(&mut self) {
        self.windows.clear();
        self.sets.clear();
        self.borrowed.clear();
        self.due = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Readings as (time, kind) with a period of 10; gives what went out, when.
    fn check(readings: &[(i64, u64)], wanted: &str) {
        let mut thinner = Thinner::new(10);
        let mut said = Vec::new();
        let mut out = Vec::new();
        for (seq, &(time, kind)) in readings.iter().enumerate() {
            thinner.release(Timestamp(time), &mut out);
            said.extend(
                out.drain(..)
                    .map(|frame| String::from_utf8(frame.to_vec()).unwrap()),
            );
            let frame = format!("{time}{}", char::from(b'a' + kind as u8));
            let verdict = thinner.offer((0, kind), seq as u64, Timestamp(time), || {
                frame.clone().into()
            });
            if verdict == Verdict::Send {
                said.push(frame);
            }
        }
        thinner.detach();
        while let Some(due) = thinner.due() {
            thinner.release(due, &mut out);
        }
        said.extend(
            out.drain(..)
                .map(|frame| String::from_utf8(frame.to_vec()).unwrap()),
        );
        assert_eq!(said.join(" "), wanted);
    }

    #[test]
    fn the_first_after_a_quiet_period_goes_at_once() {
        check(&[(0, 0), (10, 0), (25, 0)], "0a 10a 25a");
    }

    #[test]
    fn the_newest_always_arrives() {
        check(&[(0, 0), (1, 0), (2, 0), (3, 0)], "0a 3a");
        check(
            &[(0, 0), (9, 0), (11, 0), (12, 0), (40, 0)],
            "0a 9a 12a 40a",
        );
    }

    #[test]
    fn each_set_of_channels_has_its_own_period() {
        check(
            &[(0, 0), (1, 1), (2, 0), (3, 1), (11, 2)],
            "0a 1b 2a 3b 11c",
        );
    }

    #[test]
    fn beyond_sixteen_sets_nothing_is_thinned() {
        let mut thinner = Thinner::new(10);
        for kind in 0..17 {
            thinner.offer((0, kind), 0, Timestamp(0), Bytes::new);
        }
        assert_eq!(
            thinner.offer((0, 15), 1, Timestamp(1), Bytes::new),
            Verdict::Held
        );
        assert_eq!(
            thinner.offer((0, 16), 1, Timestamp(1), Bytes::new),
            Verdict::Send
        );
        assert_eq!(
            thinner.offer((1, 16), 1, Timestamp(1), Bytes::new),
            Verdict::Send
        );
    }
}
