//! One reader's place in the journal. It reads at its own speed, and knows what it lost.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use bytes::Bytes;
use tokio::sync::Notify;

use super::Journal;
use super::inner::{Inner, Loss};
use super::thin::Thinner;
use super::walk::MAX_BUFFERS;
use crate::clock::Timestamp;
use crate::wire::Gap;
use crate::wire::request::RawLines;

/// Buffers that there is room for at once where readings are thinned, so that little goes out.
const FEW_BUFFERS: usize = 16;

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
    /// Nothing more now. At this time, if any, there may be a reading that has to go out then:
    /// nobody wakes the reader for it.
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
        let most = match self.thinner {
            Some(_) => FEW_BUFFERS,
            None => MAX_BUFFERS,
        };
        let buffers = (head - self.position).min(most as u64);
        let mut frames = Vec::with_capacity(buffers as usize);
        if self.position < head {
            self.walk(inner, head, &mut frames);
        }
        let caught_up = self.position == head;
        // At the end nothing is held back any more.
        let now = match inner.closed {
            true => Timestamp(i64::MAX),
            false => now,
        };
        self.thin(inner, caught_up.then_some(now), &mut frames);
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

    /// After a walk: gives what is due at a time, if nothing comes before it, and keeps the
    /// rest.
    fn thin(&mut self, inner: &mut Inner, due: Option<Timestamp>, frames: &mut Vec<Bytes>) {
        let Some(thinner) = &mut self.thinner else {
            return;
        };
        let frame = |seq| inner.ring.frame(seq);
        if let Some(due) = due {
            thinner.release(due, frame, frames);
        }
        thinner.detach(frame);
        for key in thinner.ended() {
            inner.groups.wait_for(self.group, key);
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
        inner.begin(self.group);
        inner.snapshot(self.group)
    }

    /// When to read again after [`Next::Nothing`] with a time, if what is due then may wait for
    /// what is due up to so many microseconds later.
    pub fn due_within(&self, micros: i64) -> Option<Timestamp> {
        self.thinner.as_ref()?.due_within(micros)
    }

    /// Waits until there may be more than the last [`Cursor::read`] saw. Cancel safe.
    pub async fn changed(&self) {
        let mut rung = std::pin::pin!(self.bell.notified());
        rung.as_mut().enable();
        {
            let inner = self.journal.lock();
            let another = inner.streams.count() > self.streams;
            let more = inner.visible().min(inner.groups.rang(self.group)) > self.position;
            if more || inner.closed || another {
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
