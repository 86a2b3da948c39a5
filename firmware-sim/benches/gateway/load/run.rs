//! The books of one run: what was sent, and who has it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::histogram::Histogram;
use super::marker::Marker;

/// One run, from its first message.
pub struct Run {
    number: u16,
    began: Instant,
    audience: usize,
    /// The first message that not everybody has.
    pub done: u32,
    /// How many have each message from there on.
    have: VecDeque<usize>,
    pub sent: u32,
    pub deliveries: u64,
    pub missing: u64,
    pub bytes: u64,
    pub latencies: Histogram,
}

impl Run {
    /// A run in which everybody of the audience should hear every message.
    pub fn new(number: u16, audience: usize) -> Self {
        Self {
            number,
            began: Instant::now(),
            audience,
            done: 0,
            have: VecDeque::new(),
            sent: 0,
            deliveries: 0,
            missing: 0,
            bytes: 0,
            latencies: Histogram::default(),
        }
    }

    /// Time since it began.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// The next message, which is sent now.
    pub fn next(&mut self) -> Marker {
        let index = self.sent;
        self.sent += 1;
        self.have.push_back(0);
        Marker {
            run: self.number,
            sent: self.elapsed().as_nanos() as u64,
            index,
        }
    }

    /// Whether everybody has everything.
    pub fn is_done(&self) -> bool {
        self.done == self.sent
    }

    /// Somebody who expected message `next` heard a marker at this time.
    pub fn hear(&mut self, next: &mut u32, marker: Marker, now: u64) {
        // A snapshot repeats what was heard before.
        if marker.run != self.number || marker.index < *next {
            return;
        }
        self.deliveries += 1;
        self.missing += u64::from(marker.index - *next);
        self.latencies.add(now.saturating_sub(marker.sent));
        self.settle(*next, marker.index + 1);
        *next = marker.index + 1;
    }

    /// Somebody will not wait for messages from `from` up to `to`.
    fn settle(&mut self, from: u32, to: u32) {
        for index in from.max(self.done)..to {
            self.have[(index - self.done) as usize] += 1;
        }
        while self.have.front() == Some(&self.audience) {
            self.have.pop_front();
            self.done += 1;
        }
    }
}
