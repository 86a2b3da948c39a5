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
}

impl Ring {
    /// The events from a number on of the chunk that ends with another.
    pub fn span(&self, last: u64, seq: u64) -> Option<Span<'_>> {
        let chunk = self.chunk(last)?;
        let first = chunk.first.max(seq).max(self.first);
        Some(Span {
            ring: self,
            chunk,
            first,
        })
    }

    /// The last number in the block of memory that an event's frame lies in, and how large
    /// that is.
    pub fn block(&self, seq: u64) -> (u64, usize) {
        let index = self.blocks.partition_point(|block| block.last < seq);
        let block = self.blocks.get(index);
        block.map_or((seq, 0), |block| (block.last, block.size))
    }

    /// Whether all events from a number on are held of the chunk that ends with another.
    pub fn holds(&self, last: u64, seq: u64) -> bool {
        let chunk = self.chunk(last);
        chunk.is_some_and(|chunk| chunk.first.max(seq) >= self.first)
    }

    /// The frame of the event of this number, if it is held, without a copy.
    pub fn frame(&self, seq: u64) -> Option<Bytes> {
        let entry = self.entry(seq)?;
        Some(self.chunk(seq)?.frame(entry))
    }

    /// The chunk that the event of this number is in, if it is held.
    fn chunk(&self, seq: u64) -> Option<&Chunk> {
        let index = self.chunks.partition_point(|chunk| chunk.last < seq);
        self.chunks.get(index).filter(|_| seq >= self.first)
    }

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
