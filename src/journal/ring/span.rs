//! Events as a reader walks over them, chunk by chunk.

use bytes::Bytes;

use super::{Chunk, Entry, Ring};

/// Whether a walk goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Go {
    /// Next.
    On,
    /// Enough.
    Stop,
}

/// The events of one chunk from some number on.
#[derive(Debug)]
pub struct Span<'a> {
    pub(super) ring: &'a Ring,
    pub(super) chunk: &'a Chunk,
    pub(super) first: u64,
}

impl Span<'_> {
    /// Number of its last event.
    pub fn last(&self) -> u64 {
        self.chunk.last
    }

    /// How many.
    pub fn len(&self) -> usize {
        (self.chunk.last - self.first + 1) as usize
    }

    /// Whose they are.
    pub fn slot(&self) -> u32 {
        self.chunk.slot
    }

    /// Bytes of the chunk.
    pub fn size(&self) -> usize {
        self.chunk.bytes.len()
    }

    /// Its events, in order.
    pub fn entries(&self) -> impl Iterator<Item = (u64, &Entry)> {
        self.ring.from(self.first).take(self.len())
    }

    /// All its frames, without a copy.
    pub fn all(&self) -> Bytes {
        if self.first == self.chunk.first {
            return self.chunk.bytes.clone();
        }
        let start = self.ring.entry(self.first).map_or(0, |entry| entry.start);
        self.chunk.bytes.slice(start as usize..)
    }

    /// The frame of one entry of this chunk, without a copy.
    pub fn frame(&self, entry: &Entry) -> Bytes {
        self.chunk.frame(entry)
    }
}

impl Ring {
    /// The events from a number on with their frames, oldest first.
    pub fn frames(&self, seq: u64) -> impl Iterator<Item = (u64, &Entry, Bytes)> {
        let seq = seq.max(self.first);
        let index = self.chunks.partition_point(|chunk| chunk.last < seq);
        self.chunks.range(index..).flat_map(move |chunk| {
            let first = chunk.first.max(seq);
            let entries = self.from(first).take((chunk.last - first + 1) as usize);
            entries.map(|(seq, entry)| (seq, entry, chunk.frame(entry)))
        })
    }

    /// The last number of the newest chunk that does not go beyond this one; the one before
    /// the first held if there is none.
    pub fn last_until(&self, seq: u64) -> u64 {
        let end = self.chunks.partition_point(|chunk| chunk.last <= seq);
        let last = end.checked_sub(1).and_then(|index| self.chunks.get(index));
        last.map_or(self.first - 1, |chunk| chunk.last)
    }
}
