//! How a cursor goes on: past what others said, and no further at a time than a reader takes.

use bytes::Bytes;

use super::Cursor;
use super::inner::Inner;
use super::ring::{Entry, Go, Ring};
use super::thin::Verdict;
use crate::wire::encode::Kind;
use crate::wire::request::RawLines;

/// Buffers of one read; a vectored write takes no more at a time.
pub(super) const MAX_BUFFERS: usize = 64;

/// Bytes of one read.
const MAX_BYTES: usize = 128 * 1024;

/// Bytes of the backlog, by whole blocks, that one read comes to. A slow reader holds on to so
/// much memory at the most: a frame keeps the block alive that it lies in.
const MAX_PASSED: usize = 512 * 1024;

impl Cursor {
    /// Goes on by at most one bounded step and collects frames.
    pub(super) fn walk(&mut self, inner: &Inner, until: u64, frames: &mut Vec<Bytes>) {
        let thinned = self.thinner.is_some();
        let whole = self.lines == RawLines::No && (!thinned || self.position < self.live_after);
        let until = match whole && thinned {
            true => until.min(self.live_after),
            false => until,
        };
        if self.jump(inner, until, whole, frames) == Go::Stop {
            return;
        }
        if whole {
            self.walk_chunks(inner, until, frames);
        } else {
            self.walk_events(inner, until, frames);
        }
    }

    /// From one chunk that matches to the next, as far as the journal knows them; then there
    /// is no other way to go.
    fn jump(&mut self, inner: &Inner, until: u64, whole: bool, frames: &mut Vec<Bytes>) -> Go {
        let Some(recent) = inner.groups.recent(self.group, self.position) else {
            return Go::On;
        };
        let mut room = Room::default();
        for last in recent.take_while(|last| *last <= until) {
            let Some(span) = inner.ring.span(last, self.position + 1) else {
                continue;
            };
            self.counted += span.len() as u64;
            self.position = last;
            if whole {
                frames.push(span.all());
            } else {
                span.entries()
                    .for_each(|(seq, entry)| self.take(inner, seq, entry, frames));
            }
            if room.spent(frames, &inner.ring, last) == Go::Stop {
                return Go::Stop;
            }
        }
        self.position = until;
        Go::Stop
    }

    fn walk_chunks(&mut self, inner: &Inner, until: u64, frames: &mut Vec<Bytes>) {
        let filter = inner.groups.filter(self.group);
        let mut room = Room::default();
        inner.ring.chunks(self.position + 1, |span| {
            if span.last() > until {
                return Go::Stop;
            }
            if filter.matches(span.slot()) {
                frames.push(span.all());
                self.counted += span.len() as u64;
            }
            self.position = span.last();
            room.spent(frames, &inner.ring, span.last())
        });
    }

    /// Event by event, in the index alone. Who is thinned holds most of them back.
    fn walk_events(&mut self, inner: &Inner, until: u64, frames: &mut Vec<Bytes>) {
        let filter = inner.groups.filter(self.group);
        let mut room = Room::default();
        for (seq, entry) in inner.ring.from(self.position + 1) {
            if seq > until {
                return;
            }
            if filter.matches(entry.slot) {
                self.take(inner, seq, entry, frames);
                self.counted += 1;
            }
            self.position = seq;
            if room.spent(frames, &inner.ring, seq) == Go::Stop {
                return;
            }
        }
    }

    fn take(&mut self, inner: &Inner, seq: u64, entry: &Entry, frames: &mut Vec<Bytes>) {
        let frame = |seq| inner.ring.frame(seq);
        if self.lines == RawLines::Yes {
            frames.extend(inner.lines.before(seq));
        }
        if let Some(thinner) = &mut self.thinner {
            thinner.release(entry.time, frame, frames);
            let thins = seq > self.live_after && entry.kind == Kind::Reading;
            if thins && thinner.offer((entry.slot, entry.shape), seq, entry.time) == Verdict::Held {
                return;
            }
        }
        frames.extend(frame(seq));
    }
}

/// How much of one step is used up.
#[derive(Default)]
struct Room {
    buffers: usize,
    bytes: usize,
    /// Blocks of memory that were come to, and the end of the last one.
    passed: usize,
    block_end: u64,
}

impl Room {
    /// Counts what was collected, up to this number.
    fn spent(&mut self, frames: &[Bytes], ring: &Ring, seq: u64) -> Go {
        if frames.len() > self.buffers {
            self.bytes += frames[self.buffers..].iter().map(Bytes::len).sum::<usize>();
            self.buffers = frames.len();
        }
        if seq > self.block_end {
            let (last, size) = ring.block(seq);
            self.block_end = last;
            self.passed += size;
        }
        let full =
            self.buffers >= MAX_BUFFERS || self.bytes >= MAX_BYTES || self.passed >= MAX_PASSED;
        if full { Go::Stop } else { Go::On }
    }
}
