//! The last raw lines, for subscribers with `lines=true`. They are not numbered, and
//! nobody is told when one is lost.

use std::collections::VecDeque;

use bytes::Bytes;

/// Lines kept; older ones are dropped, so who is behind loses these first.
const MAX_LINES: usize = 4096;

/// Bytes kept.
const MAX_BYTES: usize = 1024 * 1024;

/// Frames of `line` messages by the number of the event that each precedes.
#[derive(Debug, Default)]
pub struct RecentLines {
    readers: usize,
    lines: VecDeque<(u64, Bytes)>,
    bytes: usize,
}

impl RecentLines {
    /// Whether anybody wants lines.
    pub fn wanted(&self) -> bool {
        self.readers > 0
    }

    /// One more reader.
    pub fn join(&mut self) {
        self.readers += 1;
    }

    /// One reader less; the last one out forgets the lines.
    pub fn leave(&mut self) {
        self.readers -= 1;
        if self.readers == 0 {
            *self = Self::default();
        }
    }

    /// Keeps a line.
    pub fn push(&mut self, seq: u64, frame: Bytes) {
        self.bytes += frame.len();
        self.lines.push_back((seq, frame));
        while self.lines.len() > MAX_LINES || self.bytes > MAX_BYTES {
            self.bytes -= self.lines.pop_front().map_or(0, |(_, frame)| frame.len());
        }
    }

    /// The lines that precede an event.
    pub fn before(&self, seq: u64) -> impl Iterator<Item = Bytes> {
        let from = self.lines.partition_point(|(at, _)| *at < seq);
        let these = self
            .lines
            .range(from..)
            .take_while(move |(at, _)| *at == seq);
        these.map(|(_, frame)| frame.clone())
    }
}
