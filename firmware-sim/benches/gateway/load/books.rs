//! The books of a scene: which lines were said, and what each subscriber has of each board.
//! Knows nothing of sockets.

use std::time::Duration;

use super::cast::{Cast, Hears};
use super::histogram::Histogram;
use super::marker::Marker;

/// What is written down during a run.
pub struct Books {
    number: u16,
    cast: Cast,
    sent: u32,
    /// Of each subscriber, one after the other, the boards that it hears.
    pairs: Vec<Pair>,
    deliveries: u64,
    latencies: Histogram,
    intervals: Histogram,
    shortest_two: f64,
}

/// What a subscriber has of a board.
#[derive(Clone, Copy, Default)]
struct Pair {
    count: u32,
    index: u32,
    /// Of its last reading and of the one before, in milliseconds.
    times: [f64; 2],
}

/// What a run found.
pub struct Found {
    pub deliveries: u64,
    /// Lines that a subscriber should have and has not, of all subscribers, if all are due
    /// to everybody.
    pub missing: u64,
    pub latencies: Histogram,
    pub elapsed: Duration,
    /// Processor time of the gateway.
    pub busy: Duration,
    /// Event time between a reading of a board and the next that one subscriber got, but
    /// for the last, which is as old as its board has been silent.
    pub intervals: Histogram,
    /// The shortest event time, in milliseconds, between a reading and the next but one.
    /// A whole period of `max_rate` lies between these two, whereas neighbours may be the
    /// last of a period and the first of the next.
    pub shortest_two_ms: f64,
    /// Readings a second of one board for one subscriber, the fewest and the most.
    pub rates: (f64, f64),
    /// Boards whose newest a subscriber has not, of all subscribers.
    pub without_newest: u64,
    /// From the last line on until everybody had the newest.
    pub settled: Duration,
}

impl Books {
    /// Nothing is said yet.
    pub fn new(number: u16, cast: Cast) -> Self {
        let heard = match cast.hears {
            Hears::All => cast.boards,
            Hears::Own => 1,
        };
        Self {
            number,
            cast,
            sent: 0,
            pairs: vec![Pair::default(); cast.subscribers * heard],
            deliveries: 0,
            latencies: Histogram::default(),
            intervals: Histogram::default(),
            shortest_two: f64::INFINITY,
        }
    }

    /// Lines that were said.
    pub fn sent(&self) -> u32 {
        self.sent
    }

    /// The next line, which is said now.
    pub fn next(&mut self, now: Duration) -> Marker {
        self.sent += 1;
        Marker {
            run: self.number,
            sent: now.as_nanos() as u64,
            index: self.sent - 1,
        }
    }

    /// A subscriber got a line at this time; `time` is its event's in milliseconds.
    pub fn hear(&mut self, subscriber: usize, marker: Marker, time: f64, now: Duration) {
        if marker.run != self.number {
            return;
        }
        let pair = match self.cast.hears {
            Hears::All => {
                let board = marker.index as usize % self.cast.boards;
                subscriber * self.cast.boards + board
            }
            Hears::Own => subscriber,
        };
        let pair = &mut self.pairs[pair];
        let [last, before] = pair.times;
        if pair.count > 1 {
            self.intervals.add(((last - before) * 1e6) as u64);
            self.shortest_two = self.shortest_two.min(time - before);
        }
        *pair = Pair {
            count: pair.count + 1,
            index: marker.index,
            times: [time, last],
        };
        self.deliveries += 1;
        let late = (now.as_nanos() as u64).saturating_sub(marker.sent);
        self.latencies.add(late);
    }

    /// Boards whose newest a subscriber has not, of all subscribers.
    pub fn without_newest(&self) -> usize {
        // Boards take turns, so the newest of all boards are the newest lines.
        let oldest = self.sent.saturating_sub(self.cast.boards as u32);
        let has_newest = |pair: &Pair| pair.count > 0 && pair.index >= oldest;
        self.pairs.iter().filter(|pair| !has_newest(pair)).count()
    }

    /// Nothing is said since `silent`, and nothing is waited for since `elapsed`.
    pub fn close(self, silent: Duration, elapsed: Duration, busy: Duration) -> Found {
        let per_second = |count: u32| f64::from(count) / silent.as_secs_f64();
        let counts = || self.pairs.iter().map(|pair| pair.count);
        let without_newest = self.without_newest() as u64;
        let due = match self.cast.hears {
            Hears::All => self.cast.subscribers as u64 * u64::from(self.sent),
            Hears::Own => u64::from(self.sent),
        };
        Found {
            missing: due.saturating_sub(self.deliveries),
            elapsed,
            busy,
            intervals: self.intervals,
            shortest_two_ms: self.shortest_two,
            rates: (
                per_second(counts().min().unwrap_or(0)),
                per_second(counts().max().unwrap_or(0)),
            ),
            without_newest,
            settled: elapsed.saturating_sub(silent),
            deliveries: self.deliveries,
            latencies: self.latencies,
        }
    }
}

impl Found {
    /// Readings that reached a subscriber, a second.
    pub fn per_second(&self) -> f64 {
        self.deliveries as f64 / self.elapsed.as_secs_f64()
    }

    /// Processor time of the gateway for one delivery, in microseconds.
    pub fn cpu_micros(&self) -> f64 {
        self.busy.as_secs_f64() * 1e6 / self.deliveries.max(1) as f64
    }
}
