//! Who sits at one fan, and the pass that gives each of them the same frames.

use std::collections::BTreeMap;
use std::io::IoSlice;
use std::sync::Arc;

use bytes::Bytes;
use tokio::task::AbortHandle;

use crate::clock::Timestamp;
use crate::journal::{Cursor, Mark, Next};
use crate::server::outbox::Outbox;
use crate::server::websocket::Tap;

/// Writes without a turn for anybody else: some 0.3 ms. A board that is to be read waits no
/// longer, however many subscribers there are.
const TURN: usize = 64;

/// Everybody at one fan. All of them have what its cursor has read, but for those whom a pass
/// has still to reach.
#[derive(Debug)]
pub(super) struct Hall {
    cursor: Cursor,
    /// By number, in the order in which they came.
    places: BTreeMap<u64, Place>,
    next: u64,
    pass: Option<Pass>,
    open: bool,
    /// Is to end with the last who leaves.
    pub task: Option<AbortHandle>,
}

/// One subscriber.
#[derive(Debug)]
pub(super) struct Place {
    tap: Tap,
    outbox: Arc<Outbox>,
    at: Mark,
    rest: Option<Box<Rest>>,
}

/// What a socket would not take. Nothing more is written until its subscriber has got up.
#[derive(Debug)]
pub(super) struct Rest {
    pub frames: Vec<Bytes>,
    pub written: usize,
}

/// The same frames for everybody who is at `from`.
#[derive(Debug)]
struct Pass {
    frames: Vec<Bytes>,
    from: Mark,
    to: Mark,
    /// The number to go on with.
    next: u64,
}

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Another turn.
    More,
    /// Nothing until the journal rings.
    Wait,
    /// Nothing any more.
    Over,
}

impl Place {
    pub fn new(tap: Tap, outbox: Arc<Outbox>, at: Mark) -> Self {
        Self {
            tap,
            outbox,
            at,
            rest: None,
        }
    }

    /// Takes what a pass has, and says how many bytes that is; what the socket does not take is
    /// left to the subscriber.
    fn take(&mut self, pass: &Pass, slices: &[IoSlice<'_>], length: usize) -> usize {
        if self.at != pass.from || self.rest.is_some() {
            return 0;
        }
        self.at = pass.to;
        let written = self.tap.write(slices);
        if written < length {
            let frames = pass.frames.clone();
            self.rest = Some(Box::new(Rest { frames, written }));
            self.outbox.bell.notify_one();
        }
        length
    }
}

impl Hall {
    /// With somebody who is where the cursor is, and has number 0.
    pub fn new(cursor: Cursor, first: Place) -> Self {
        Self {
            cursor,
            places: BTreeMap::from([(0, first)]),
            next: 1,
            pass: None,
            open: true,
            task: None,
        }
    }

    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Whether who has come so far would lose nothing here, and get nothing twice: is where
    /// the cursor is, or where a pass begins that has still to reach who comes now.
    pub fn takes(&self, at: Mark) -> bool {
        let begins = self.pass.as_ref().is_some_and(|pass| pass.from == at);
        self.open && (begins || self.cursor.mark() == at)
    }

    /// Lets somebody in; gives the number of the place.
    pub fn enter(&mut self, place: Place) -> Option<u64> {
        if !self.takes(place.at) {
            return None;
        }
        let number = self.next;
        self.next += 1;
        self.places.insert(number, place);
        Some(number)
    }

    /// Gives up a place: how far its subscriber has come, and what is still owed.
    pub fn leave(&mut self, number: u64) -> Option<(Mark, Option<Box<Rest>>)> {
        let place = self.places.remove(&number)?;
        Some((place.at, place.rest))
    }

    /// Ends all of it if nobody is left, and says whether that is so.
    pub fn close_if_empty(&mut self) -> bool {
        let empty = self.places.is_empty();
        if empty {
            self.open = false;
            self.task.iter().for_each(AbortHandle::abort);
        }
        empty
    }

    /// Everybody is to go on alone.
    pub fn close(&mut self) {
        self.open = false;
        for place in self.places.values() {
            place.outbox.bell.notify_one();
        }
    }

    /// Reads what is new, and gives it to some; gives the bytes that were written.
    pub fn turn(&mut self) -> (Turn, u64) {
        let pass = match self.pass.take() {
            Some(pass) => pass,
            None => match self.begin() {
                Ok(pass) => pass,
                Err(turn) => return (turn, 0),
            },
        };
        (Turn::More, self.go_on(pass))
    }

    fn begin(&mut self) -> Result<Pass, Turn> {
        let from = self.cursor.mark();
        match self.cursor.read(Timestamp::default()) {
            Next::Frames(frames) => Ok(Pass {
                frames,
                from,
                to: self.cursor.mark(),
                next: 0,
            }),
            Next::Nothing(_) => Err(Turn::Wait),
            // What is to be told besides frames, each subscriber finds for itself.
            Next::Gap(..) | Next::Stream { .. } | Next::Closed => {
                self.close();
                Err(Turn::Over)
            }
        }
    }

    /// Gives the frames to the next few, and keeps the pass until all have had their turn.
    fn go_on(&mut self, mut pass: Pass) -> u64 {
        let slices: Vec<_> = pass
            .frames
            .iter()
            .map(|frame| IoSlice::new(frame))
            .collect();
        let length = pass.frames.iter().map(Bytes::len).sum();
        let (mut sent, mut reached) = (0, None);
        for (&number, place) in self.places.range_mut(pass.next..).take(TURN) {
            sent += place.take(&pass, &slices, length) as u64;
            reached = Some(number);
        }
        drop(slices);
        if let Some(number) = reached {
            pass.next = number + 1;
            self.pass = Some(pass);
        }
        sent
    }
}
