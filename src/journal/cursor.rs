//! One reader's place in the journal. It reads at its own speed, and knows what it lost.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use bytes::Bytes;
use tokio::sync::Notify;

use super::groups::Filter;
use super::ring::{Entry, Go, Span};
use super::thin::{Thinner, Verdict};
use super::{Inner, Journal};
use crate::clock::Timestamp;
use crate::wire::Gap;
use crate::wire::encode::Kind;
use crate::wire::request::RawLines;

/// Buffers of one read; a vectored write takes no more at a time.
const MAX_BUFFERS: usize = 64;

/// Bytes of one read. A slow reader holds on to so much of the backlog's memory.
const MAX_BYTES: usize = 128 * 1024;

/// Events looked at under one lock.
const MAX_EVENTS: usize = 4096;

/// What a cursor has for its reader.
#[derive(Debug)]
pub enum Next {
    /// Ready frames, at least one.
    Frames(Vec<Bytes>),
    /// The backlog has passed the cursor by: tell the gap, then this snapshot.
    Gap(Gap, Vec<Bytes>),
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
        let mut inner = journal.lock();
        if let Some(gap) = self.lapped(&inner) {
            self.position = gap.to;
            self.counted = inner.count(self.group);
            self.live_after = gap.to;
            if let Some(thinner) = &mut self.thinner {
                thinner.clear();
            }
            return Next::Gap(gap, inner.snapshot(self.group));
        }
        let mut frames = Vec::new();
        let head = inner.ring.head();
        while frames.is_empty() && self.position < head {
            self.walk(&inner, &mut frames);
        }
        if self.position == head
            && let Some(thinner) = &mut self.thinner
        {
            thinner.release(now, &mut frames);
        }
        if !frames.is_empty() {
            Next::Frames(frames)
        } else if inner.closed {
            Next::Closed
        } else {
            Next::Nothing(self.thinner.as_ref().and_then(Thinner::due))
        }
    }

    /// Waits until there may be more than the last [`Cursor::read`] saw. Cancel safe.
    pub async fn changed(&self) {
        let mut rung = std::pin::pin!(self.bell.notified());
        rung.as_mut().enable();
        {
            let inner = self.journal.lock();
            if inner.ring.head() > self.position || inner.closed {
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
        if inner.lost_after(self.group, self.position) {
            let to = inner.ring.head();
            let atmost = inner.recycled_after(self.position);
            let missed = match atmost {
                true => to - self.position,
                false => inner.count(self.group).saturating_sub(self.counted),
            };
            return Some(Gap {
                from: self.position + 1,
                to,
                missed,
                atmost,
            });
        }
        self.position = first - 1;
        None
    }

    /// Goes on by at most one bounded step and collects frames.
    fn walk(&mut self, inner: &Inner, frames: &mut Vec<Bytes>) {
        let filter = inner.groups.filter(self.group);
        let mut room = Room::default();
        inner.ring.chunks(self.position + 1, |span| {
            let plain = self.lines == RawLines::No
                && (self.thinner.is_none() || span.last() <= self.live_after);
            match filter {
                Filter::All if plain => self.take_all(&span, frames),
                _ if plain => self.take_matching(&span, filter, frames),
                _ => self.take_each(&span, filter, inner, frames),
            }
            room.spent(frames, &span)
        });
        if let Some(thinner) = &mut self.thinner {
            thinner.detach();
        }
    }

    fn take_all(&mut self, span: &Span<'_>, frames: &mut Vec<Bytes>) {
        frames.push(span.all());
        self.counted += span.last() - self.position;
        self.position = span.last();
    }

    /// Neighbours that both match go out as one slice.
    fn take_matching(&mut self, span: &Span<'_>, filter: Filter<'_>, frames: &mut Vec<Bytes>) {
        let mut run: Option<(&Entry, &Entry)> = None;
        for (_, entry) in span.entries() {
            if filter.matches(entry.slot) {
                self.counted += 1;
                run = Some((run.map_or(entry, |(first, _)| first), entry));
            } else if let Some((first, last)) = run.take() {
                frames.push(span.frames(first, last));
            }
        }
        frames.extend(run.map(|(first, last)| span.frames(first, last)));
        self.position = span.last();
    }

    fn take_each(
        &mut self,
        span: &Span<'_>,
        filter: Filter<'_>,
        inner: &Inner,
        frames: &mut Vec<Bytes>,
    ) {
        for (seq, entry) in span.entries() {
            if let Some(thinner) = &mut self.thinner {
                thinner.release(entry.time, frames);
            }
            if !filter.matches(entry.slot) {
                continue;
            }
            self.counted += 1;
            if self.lines == RawLines::Yes {
                frames.extend(inner.lines.before(seq));
            }
            if self.passes(seq, entry, span) {
                frames.push(span.frames(entry, entry));
            }
        }
        self.position = span.last();
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
        let frame = || span.frames(entry, entry);
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
    events: usize,
}

impl Room {
    fn spent(&mut self, frames: &[Bytes], span: &Span<'_>) -> Go {
        self.bytes += frames[self.buffers..].iter().map(Bytes::len).sum::<usize>();
        self.buffers = frames.len();
        self.events += span.len();
        let full =
            self.buffers >= MAX_BUFFERS || self.bytes >= MAX_BYTES || self.events >= MAX_EVENTS;
        if full { Go::Stop } else { Go::On }
    }
}
