//! Counters. Knows nothing of who reads them.

pub mod memory;

mod page;

pub use self::page::Page;

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

/// Why something that a board sent did not become a value. Each is counted by board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Drop {
    /// A line that does not fit its fixed format, or broken JSON; it became text.
    Malformed,
    /// A line above `max_line`, dropped whole.
    TooLong,
    /// A line without an end when its port closed.
    Torn,
    /// A channel whose name is too long, or past the 128th of a line.
    ChannelLimit,
    /// A value outside `min` and `max`; it became null.
    OutOfRange,
    /// A line above `max_lines_per_s`.
    RateLimit,
    /// A byte that made no sense while the baud rate was sought.
    Garbled,
}

impl Drop {
    /// Every reason, in the order of its index.
    pub const ALL: [Self; 7] = [
        Self::Malformed,
        Self::TooLong,
        Self::Torn,
        Self::ChannelLimit,
        Self::OutOfRange,
        Self::RateLimit,
        Self::Garbled,
    ];

    /// The label in `/metrics`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TooLong => "too_long",
            Self::Torn => "torn",
            Self::ChannelLimit => "channel_limit",
            Self::OutOfRange => "out_of_range",
            Self::RateLimit => "rate_limit",
            Self::Garbled => "garbled",
        }
    }
}

/// What one board sent.
#[derive(Debug, Default)]
pub struct Tally {
    bytes: AtomicU64,
    lines: AtomicU64,
    readings: AtomicU64,
    drops: [AtomicU64; Drop::ALL.len()],
}

impl Tally {
    /// Counts bytes received.
    pub fn bytes(&self, count: usize) {
        self.bytes.fetch_add(count as u64, Relaxed);
    }

    /// Counts a line and the readings it holds.
    pub fn line(&self, readings: usize) {
        self.lines.fetch_add(1, Relaxed);
        self.readings.fetch_add(readings as u64, Relaxed);
    }

    /// Counts what was dropped.
    pub fn lost(&self, why: Drop, count: u64) {
        if count > 0 {
            self.drops[why as usize].fetch_add(count, Relaxed);
        }
    }

    /// How much was dropped for this reason.
    pub fn dropped(&self, why: Drop) -> u64 {
        self.drops[why as usize].load(Relaxed)
    }
}

/// What the gateway as a whole counts.
#[derive(Debug, Default)]
pub struct Counters {
    /// Subscribers connected now.
    pub subscribers: AtomicI64,
    /// Gaps told to subscribers.
    pub gaps: AtomicU64,
    /// Events that were in those gaps.
    pub missed: AtomicU64,
    /// Subscribers closed because they took nothing.
    pub slow: AtomicU64,
    /// Bytes written to subscribers.
    pub sent_bytes: AtomicU64,
    /// Commands taken.
    pub commands: AtomicU64,
    /// Connections refused for their `Origin`, `Host` or role.
    pub refused: AtomicU64,
}

/// Adds one to a gauge for as long as it lives.
#[derive(Debug)]
pub struct Present<'a>(&'a AtomicI64);

impl<'a> Present<'a> {
    /// One more.
    pub fn new(gauge: &'a AtomicI64) -> Self {
        gauge.fetch_add(1, Relaxed);
        Self(gauge)
    }
}

impl std::ops::Drop for Present<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}
