//! One reader's place in the journal. It reads at its own speed, and knows what it lost.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use bytes::Bytes;
use tokio::sync::Notify;

use super::Journal;
use super::inner::{Inner, Loss};
use super::ring::{Entry, Go, Span};
use super::thin::{Thinner, Verdict};
use crate::clock::Timestamp;
use crate::wire::Gap;
use crate::wire::encode::Kind;
use crate::wire::request::RawLines;

/// Buffers of one read; a vectored write takes no more at a time.
const MAX_BUFFERS: usize = 64;

/// Bytes of one read.
const MAX_BYTES: usize = 128 * 1024;

/// Bytes of the backlog that are looked through under one lock. A slow reader holds on to
/// so much memory at the most: a frame keeps the block alive that it lies in.
const MAX_PASSED: usize = 512 * 1024;

/// What a cursor has for its reader.
#[derive(Debug)]
pub enum Next {
    /// Ready frames, at least one.
    Frames(Vec<Bytes>),
    /// The backlog has passed the cursor by: tell the gap, then this snapshot.
    Gap(Gap, Vec<Bytes>),
    /// From here on the numbering has this id, too; `head` is the newest number.
    Stream {
        /// The id.
        stream: Arc<str>,
        /// The newest number.
        head: u64,
    },
    /// Nothing more now. A thinned reading is due at this time, if any.
    Nothing(Option<Timestamp>),
    /// Nothing more, ever.
    Closed,
}

/// A place in the journal. Dropping it is leaving.
#[derive(Debug)]
pub struct Cursor {
    pub(super) journal: Arc<Journal>,
    pub(super) group: usize,
    pub(super) bell: Arc<Notify>,
    /// How many ids the numbering had when the last one was told.
    pub(super) streams: usize,
    /// Everything up to this number was read or is lost.
    pub(super) position: u64,
    /// Matching events up to there, counted as the journal counts them.
    pub(super) counted: u64,
    /// Events up to this number are history, which is never thinned.
    pub(super) live_after: u64,
    pub(super) thinner: Option<Thinner>,
    pub(super) lines: RawLines,
}

impl Cursor {
    /// Takes what comes next without waiting. `now` is event time, for thinned readings.
    pub fn read(&mut self, now: Timestamp) -> Next {
        let journal = self.journal.clone();
        // The lock is let go between two steps that find nothing.
        loop {
            if let Some(next) = self.step(&mut journal.lock(), now) {
                return next;
            }
        }
    }

    fn step(&mut self, inner: &mut Inner, now: Timestamp) -> Option<Next> {
        if self.streams < inner.streams.count() {
            self.streams = inner.streams.count();
            return Some(Next::Stream {
                stream: inner.streams.current().clone(),
                head: inner.visible(),
            });
        }
        let head = inner.visible();
        if head < self.position {
            return Some(Next::Nothing(None));
        }
        if let Some(gap) = self.lapped(inner) {
            return Some(Next::Gap(gap, self.begin_again(inner, gap.to)));
        }
        let buffers = (head - self.position).min(MAX_BUFFERS as u64);
        let mut frames = Vec::with_capacity(buffers as usize);
        if self.position < head {
            self.walk(inner, head, &mut frames);
        }
        let caught_up = self.position == head;
        if caught_up && let Some(thinner) = &mut self.thinner {
            // At the end nothing is held back any more.
            let until = if inner.closed {
                Timestamp(i64::MAX)
            } else {
                now
            };
            thinner.release(until, &mut frames);
        }
        if !frames.is_empty() {
            Some(Next::Frames(frames))
        } else if !caught_up {
            None
        } else if inner.closed {
            Some(Next::Closed)
        } else {
            Some(Next::Nothing(self.thinner.as_ref().and_then(Thinner::due)))
        }
    }

    /// Goes on behind `head` with a snapshot.
    fn begin_again(&mut self, inner: &mut Inner, head: u64) -> Vec<Bytes> {
        self.position = head;
        let behind = inner.count_after(self.group, head);
        self.counted = inner.groups.appended(self.group) - behind;
        self.live_after = head;
        if let Some(thinner) = &mut self.thinner {
            thinner.clear();
        }
        inner.snapshot(self.group)
    }

    /// Waits until there may be more than the last [`Cursor::read`] saw. Cancel safe.
    pub async fn changed(&self) {
        let mut rung = std::pin::pin!(self.bell.notified());
        rung.as_mut().enable();
        {
            let inner = self.journal.lock();
            let another = inner.streams.count() > self.streams;
            if inner.visible() > self.position || inner.closed || another {
                return;
            }
        }
        rung.await;
    }

    /// What was lost, if the oldest event held is beyond the next one wanted and at
    /// least one event in between was wanted.
    fn lapped(&mut self, inner: &Inner) -> Option<Gap> {
        let first = inner.ring.first();
        if self.position + 1 >= first {
            return None;
        }
        let seen =
            inner.groups.appended(self.group) - inner.count_after(self.group, inner.visible());
        let missed = seen.saturating_sub(self.counted);
        let lost = match inner.lost_after(self.group, self.position) {
            Loss::No => false,
            Loss::Yes => true,
            Loss::Unknown => missed > inner.count_seen(self.group, self.position),
        };
        if !lost {
            self.position = first - 1;
            return None;
        }
        Some(Gap {
            from: self.position + 1,
            to: inner.visible(),
            missed,
            atmost: false,
        })
    }

    /// Goes on by at most one bounded step and collects frames.
    fn walk(&mut self, inner: &Inner, until: u64, frames: &mut Vec<Bytes>) {
        let filter = inner.groups.filter(self.group);
        let mut room = Room::default();
        inner.ring.chunks(self.position + 1, |span| {
            if span.last() > until {
                return Go::Stop;
            }
            if filter.matches(span.slot()) {
                let plain = self.lines == RawLines::No
                    && (self.thinner.is_none() || span.last() <= self.live_after);
                if plain {
                    frames.push(span.all());
                } else {
                    self.take_each(&span, inner, frames);
                }
                self.counted += span.len() as u64;
            }
            self.position = span.last();
            room.spent(frames, &span)
        });
        if let Some(thinner) = &mut self.thinner {
            thinner.detach();
        }
    }

    fn take_each(&mut self, span: &Span<'_>, inner: &Inner, frames: &mut Vec<Bytes>) {
        for (seq, entry) in span.entries() {
            if let Some(thinner) = &mut self.thinner {
                thinner.release(entry.time, frames);
            }
            if self.lines == RawLines::Yes {
                frames.extend(inner.lines.before(seq));
            }
            if self.passes(seq, entry, span) {
                frames.push(span.frame(entry));
            }
        }
    }

    fn passes(&mut self, seq: u64, entry: &Entry, span: &Span<'_>) -> bool {
        let live = seq > self.live_after;
        let Some(thinner) = self
            .thinner
            .as_mut()
            .filter(|_| live && entry.kind == Kind::Reading)
        else {
            return true;
        };
        let frame = || span.frame(entry);
        thinner.offer((entry.slot, entry.shape), seq, entry.time, frame) == Verdict::Send
    }
}

impl Drop for Cursor {
    fn drop(&mut self) {
        let mut inner = self.journal.lock();
        inner.groups.leave(self.group);
        if self.lines == RawLines::Yes {
            inner.lines.leave();
            let wanted = inner.lines.wanted();
            self.journal.lines_wanted.store(wanted, Relaxed);
        }
    }
}

/// How much of one step is used up.
#[derive(Default)]
struct Room {
    buffers: usize,
    bytes: usize,
    passed: usize,
}

impl Room {
    fn spent(&mut self, frames: &[Bytes], span: &Span<'_>) -> Go {
        self.bytes += frames[self.buffers..].iter().map(Bytes::len).sum::<usize>();
        self.buffers = frames.len();
        self.passed += span.size();
        let full =
            self.buffers >= MAX_BUFFERS || self.bytes >= MAX_BYTES || self.passed >= MAX_PASSED;
        if full { Go::Stop } else { Go::On }
    }
}
