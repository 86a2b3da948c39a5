//! The bounded backlog: frames in blocks of memory, and an index of their events.
//! Knows nothing of boards or readers; a board is a number here.

mod span;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

pub use self::span::{Go, Span};

use crate::clock::Timestamp;
use crate::config::Backlog;
use crate::wire::encode::{self, Kind};

/// Memory is taken in blocks of this size. One event above it has a block of its own.
const BLOCK: usize = 64 * 1024;

/// What a queue that is as long as it may be grows by. Doubling it would take megabytes that
/// are never used at a time, but all in turn.
const SPARE: usize = 1024;

/// One event in the index.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub time: Timestamp,
    /// Which channels a reading has.
    pub shape: u64,
    /// The board's number; [`NOBODY`] for the gateway itself.
    pub slot: u32,
    pub kind: Kind,
    /// Where its frame lies in its chunk.
    start: u32,
    end: u32,
}

/// The slot of events that belong to no board and match every filter.
pub const NOBODY: u32 = u32::MAX;

/// The frames that were appended together.
#[derive(Debug)]
struct Chunk {
    first: u64,
    last: u64,
    slot: u32,
    bytes: Bytes,
}

impl Chunk {
    /// The frame of one of its entries, without a copy.
    fn frame(&self, entry: &Entry) -> Bytes {
        self.bytes.slice(entry.start as usize..entry.end as usize)
    }
}

/// Memory that stays taken until the last of its events has left.
#[derive(Debug)]
struct Block {
    last: u64,
    size: usize,
}

/// Events by number, the oldest leaving first. The bound holds after each append; the
/// newest chunk stays whatever its size.
#[derive(Debug)]
pub struct Ring {
    bound: Backlog,
    block: usize,
    entries: VecDeque<Entry>,
    chunks: VecDeque<Chunk>,
    blocks: VecDeque<Block>,
    /// Number of `entries[0]`, or of the next event.
    first: u64,
    bytes: usize,
    room: BytesMut,
}

/// What is being written as one chunk.
#[derive(Debug)]
pub struct Writing {
    first: u64,
    slot: u32,
}

impl Ring {
    /// An empty ring whose first event will have number `first`.
    pub fn new(bound: Backlog, first: u64) -> Self {
        Self {
            bound,
            // Small backlogs get small blocks, or one block would be all of it.
            block: (bound.bytes / 16).clamp(1024, BLOCK),
            entries: VecDeque::new(),
            chunks: VecDeque::new(),
            blocks: VecDeque::new(),
            first,
            bytes: 0,
            room: BytesMut::new(),
        }
    }

    /// The oldest number held, or the next one.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// The newest number given out, or the one before the first.
    pub fn head(&self) -> u64 {
        self.first + self.entries.len() as u64 - 1
    }

    /// Bytes that the backlog keeps alive, by whole blocks.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Events held.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Begins a chunk of one board's frames, which need at most `room` bytes.
    pub fn begin(&mut self, slot: u32, room: usize) -> Writing {
        let first = self.head() + 1;
        // A new block only when the old one is full: reserving more after each chunk would
        // let every small chunk pin a block of its own.
        if self.room.capacity() < room {
            let size = room.max(self.block);
            self.room = BytesMut::with_capacity(size);
            self.blocks.push_back(Block { last: first, size });
            self.bytes += size;
        }
        Writing { first, slot }
    }

    /// Adds one event to the chunk and returns its number.
    pub fn push(
        &mut self,
        writing: &Writing,
        kind: Kind,
        shape: u64,
        time: Timestamp,
        tail: &[u8],
    ) -> u64 {
        let seq = self.head() + 1;
        let start = self.room.len() as u32;
        encode::event(&mut self.room, kind, seq, time, tail);
        let end = self.room.len() as u32;
        grow(&mut self.entries, self.bound.events);
        self.entries.push_back(Entry {
            time,
            shape,
            slot: writing.slot,
            kind,
            start,
            end,
        });
        seq
    }

    /// Ends the chunk, and hands each event that has to leave to `evicted`.
    pub fn commit(&mut self, writing: Writing, mut evicted: impl FnMut(u64, &Entry)) {
        let last = self.head();
        let bytes = self.room.split().freeze();
        grow(&mut self.chunks, self.bound.events);
        self.chunks.push_back(Chunk {
            first: writing.first,
            last,
            slot: writing.slot,
            bytes,
        });
        if let Some(block) = self.blocks.back_mut() {
            block.last = last;
        }
        while self.first < writing.first
            && (self.entries.len() > self.bound.events || self.bytes > self.bound.bytes)
            || self.entries.len() > self.bound.events
        {
            let Some(entry) = self.entries.pop_front() else {
                break;
            };
            evicted(self.first, &entry);
            self.first += 1;
            self.drop_before_first();
        }
    }

    fn drop_before_first(&mut self) {
        while self
            .chunks
            .front()
            .is_some_and(|chunk| chunk.last < self.first)
        {
            self.chunks.pop_front();
        }
        while self
            .blocks
            .front()
            .is_some_and(|block| block.last < self.first)
        {
            self.bytes -= self.blocks.pop_front().map_or(0, |block| block.size);
        }
    }

    /// The event of this number, if it is held.
    pub fn entry(&self, seq: u64) -> Option<&Entry> {
        self.entries
            .get(usize::try_from(seq.checked_sub(self.first)?).ok()?)
    }

    /// The entries from a number on, oldest first.
    pub fn from(&self, seq: u64) -> impl DoubleEndedIterator<Item = (u64, &Entry)> {
        let skip = seq
            .saturating_sub(self.first)
            .min(self.entries.len() as u64);
        let first = self.first + skip;
        self.entries
            .range(skip as usize..)
            .enumerate()
            .map(move |(index, entry)| (first + index as u64, entry))
    }

    /// Calls `each` with the numbers and bytes of each chunk that holds events from `seq`
    /// on, until it says to stop.
    pub fn chunks(&self, seq: u64, mut each: impl FnMut(Span<'_>) -> Go) {
        let seq = seq.max(self.first);
        let index = self.chunks.partition_point(|chunk| chunk.last < seq);
        for chunk in self.chunks.range(index..) {
            let first = chunk.first.max(seq);
            if each(Span {
                ring: self,
                chunk,
                first,
            }) == Go::Stop
            {
                return;
            }
        }
    }
}

/// Makes room for one more.
fn grow<T>(queue: &mut VecDeque<T>, bound: usize) {
    if queue.len() == queue.capacity() && queue.len() >= bound {
        queue.reserve_exact(SPARE);
    }
}
