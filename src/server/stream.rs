//! Everything that one subscriber is sent: from disk, then from memory, without a seam.
//! Knows nothing of how it is sent.

mod disk;

mod past;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::sleep;

use self::disk::{Disk, Step};
use self::past::Past;
use crate::clock::Timestamp;
use crate::journal::{self, Cursor};
use crate::server::Shared;
use crate::wire::encode;
use crate::wire::request::Subscription;
use crate::wire::{Gap, Hello, Message, PROTOCOL};

/// What comes next for a subscriber.
#[derive(Debug)]
pub enum Next {
    /// Ready frames, at least one.
    Frames(Vec<Bytes>),
    /// Something is lost: tell the gap, then these `board` messages. There are none where
    /// the stream goes on as if nothing had happened.
    Gap(Gap, Vec<Bytes>),
    /// The numbering has another id from here on: tell this hello.
    Renamed {
        /// The id.
        stream: Arc<str>,
        /// The hello, as a frame.
        hello: Bytes,
    },
    /// Nothing now: see [`Stream::ready`].
    Nothing(Wait),
    /// Nothing more, ever.
    Closed,
}

/// What a subscriber waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// An event, or this time, when a reading that is held back may be due.
    Event(Option<Timestamp>),
    /// The disk.
    Disk,
}

/// How a subscription begins.
#[derive(Debug)]
pub struct Opening {
    /// The first message, as a frame.
    pub hello: Bytes,
    /// What was lost since the number asked for.
    pub gap: Option<Gap>,
    /// `board` messages, unless resumed.
    pub snapshot: Vec<Bytes>,
    /// The id of the numbering.
    pub stream: Arc<str>,
    /// Whether the stream goes on right after the number asked for.
    pub resumed: bool,
    /// The number behind which it goes on; past events that were asked for lie before.
    pub from: u64,
}

/// What one subscriber is sent. Dropping it is leaving.
pub struct Stream<'a> {
    shared: &'a Shared,
    cursor: Cursor,
    /// As long as what comes next is to be had only there.
    disk: Option<Box<Disk>>,
    /// Microseconds, of `max_rate`.
    period: Option<i64>,
}

impl<'a> Stream<'a> {
    /// Begins a subscription. What [`Opening`] says is to be told first.
    pub fn open(shared: &'a Shared, wanted: &Subscription) -> (Self, Opening) {
        let history = shared.history.clone();
        let past = history.map(|history| history as Arc<dyn Past>);
        Self::with(past, shared, wanted)
    }

    fn with(
        past: Option<Arc<dyn Past>>,
        shared: &'a Shared,
        wanted: &Subscription,
    ) -> (Self, Opening) {
        let since = wanted.since.as_ref().map(|(_, since)| *since);
        let asked = past.as_ref().zip(since);
        let stored = asked.and_then(|(past, since)| past.stored(&wanted.boards, since));
        let (mut cursor, opening) = shared.hub.journal.subscribe(wanted, stored);
        let disk = past.and_then(|past| Disk::behind(past, wanted, &mut cursor, opening.missing));
        let stream = Self {
            shared,
            cursor,
            disk: disk.map(Box::new),
            period: wanted.period,
        };
        let from = since.filter(|_| opening.resumed).unwrap_or(opening.head);
        (stream, stream_opening(shared, opening, from))
    }

    /// Takes what comes next, without waiting.
    pub fn read(&mut self) -> Next {
        while let Some(disk) = &mut self.disk {
            match disk.step(&mut self.cursor) {
                Step::Frames(frames) => return Next::Frames(frames),
                Step::Gap(gap) => return self.gap(gap, Vec::new()),
                Step::Wait => return Next::Nothing(Wait::Disk),
                Step::Held => self.disk = None,
                Step::Lost(wanted) => {
                    self.disk = None;
                    if let Some(next) = self.begin_again(&wanted) {
                        return next;
                    }
                }
            }
        }
        match self.cursor.read(self.now()) {
            journal::Next::Frames(frames) => Next::Frames(frames),
            journal::Next::Gap(gap, snapshot) => self.gap(gap, snapshot),
            journal::Next::Stream { stream, head } => Next::Renamed {
                hello: encode::message(&Message::Hello(hello(self.shared, &stream, head))),
                stream,
            },
            journal::Next::Nothing(due) => Next::Nothing(Wait::Event(due)),
            journal::Next::Closed => Next::Closed,
        }
    }

    /// Waits until there may be more. `wait` is what [`Stream::read`] said last. Cancel
    /// safe: what the disk has begun to read goes on at the next call.
    pub async fn ready(&mut self, wait: Wait) {
        match (wait, &mut self.disk) {
            (Wait::Disk, Some(disk)) => disk.ready().await,
            (Wait::Disk, None) => {}
            (Wait::Event(due), _) => {
                let due = due.and_then(|_| self.cursor.due_within(slack(self.period)));
                tokio::select! {
                    () = self.cursor.changed() => {}
                    () = until(self.shared, due) => {}
                }
            }
        }
    }

    /// The cursor, where nothing but it is needed for what comes next.
    pub fn live(&mut self) -> Option<&mut Cursor> {
        match self.disk {
            Some(_) => None,
            None => Some(&mut self.cursor),
        }
    }

    /// Everything up to this number was given, is left out by the filter or the rate, or
    /// is held back.
    pub fn position(&self) -> u64 {
        self.cursor.position()
    }

    /// Gives up what is held back, for who goes away: its time has not come yet.
    pub fn release(&mut self) -> Vec<Bytes> {
        self.cursor.release()
    }

    /// The disk could not give what it had promised: as if the subscriber came anew, who
    /// is told what is lost, and goes on with a snapshot.
    fn begin_again(&mut self, wanted: &Subscription) -> Option<Next> {
        let wanted = Subscription {
            since: Some((None, self.cursor.position())),
            history: 0,
            ..wanted.clone()
        };
        let (cursor, opening) = self.shared.hub.journal.subscribe(&wanted, None);
        self.cursor = cursor;
        opening.gap.map(|gap| self.gap(gap, opening.snapshot))
    }

    fn gap(&self, gap: Gap, snapshot: Vec<Bytes>) -> Next {
        let counters = &self.shared.hub.counters;
        counters.gaps.fetch_add(1, Relaxed);
        counters.missed.fetch_add(gap.missed, Relaxed);
        Next::Gap(gap, snapshot)
    }

    /// Event time, where it matters: for readings that are held back.
    fn now(&self) -> Timestamp {
        match self.period {
            Some(_) => self.shared.hub.now(),
            None => Timestamp::default(),
        }
    }
}

fn stream_opening(shared: &Shared, opening: journal::Opening, from: u64) -> Opening {
    let hello = Hello {
        resumed: opening.resumed,
        ..hello(shared, &opening.stream, opening.head)
    };
    Opening {
        hello: encode::message(&Message::Hello(hello)),
        gap: opening.gap,
        snapshot: opening.snapshot,
        stream: opening.stream,
        resumed: opening.resumed,
        from,
    }
}

/// For somebody who has lost nothing.
fn hello<'a>(shared: &'a Shared, stream: &'a str, head: u64) -> Hello<'a> {
    Hello {
        protocol: PROTOCOL,
        gateway: shared.machine.as_str().into(),
        version: env!("CARGO_PKG_VERSION").into(),
        stream: stream.into(),
        seq: head,
        resumed: true,
    }
}

/// By how many microseconds a reading that was held back may go out late, together with
/// others. Boards that begin together are due some milliseconds apart, and a write costs more
/// than finding them does.
fn slack(period: Option<i64>) -> i64 {
    period.map_or(0, |period| (period / 10).min(10_000))
}

/// Waits for an event time. For ever, if there is none.
async fn until(shared: &Shared, due: Option<Timestamp>) {
    match due {
        Some(due) => {
            let micros = due.since(shared.hub.now()).max(0);
            // A timer counts in milliseconds; one too early would spin.
            sleep(Duration::from_micros(micros as u64 + 1000)).await;
        }
        None => std::future::pending().await,
    }
}
