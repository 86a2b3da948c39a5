//! Finds the baud rate of a board that nobody configured: the usual ones in turn, until its
//! lines make sense. Does no I/O and reads no clock.

use std::path::Path;
use std::time::Duration;

use tokio::time::Instant;

use crate::boards::serial::garbled::{Change, Garbled, Look};

/// What sketches set, the likeliest first.
pub(super) const RATES: [u32; 15] = [
    115_200, 9600, 57_600, 38_400, 19_200, 74_880, 230_400, 460_800, 921_600, 250_000, 500_000,
    1_000_000, 2_000_000, 4800, 2400,
];

/// What most sketches of today set: a rate that need not be said.
const USUAL: u32 = 115_200;

/// How long a rate is listened to, from its first byte. A line a second is the rule, and
/// its bytes come at once.
const TRIAL: Duration = Duration::from_millis(500);

/// Fewer bytes than this decide nothing: noise while a plug goes in.
const ENOUGH: usize = 8;

/// A first line of so many bytes makes sense if nothing but text was heard: `7` with its
/// line end, and some of the next.
const FIRST_LINE: usize = 4;

/// A shorter one does if nothing else comes for as long as a rate is tried: a door that
/// says `1` may say no more today.
const SHORT_LINE: usize = 2;

/// After every rate has failed: what sends no text at all shall not keep an adapter busy.
const REST: Duration = Duration::from_secs(30);

/// So much text in a row, with a line end, makes sense also after noise.
const LINE_AFTER_NOISE: usize = 24;

/// Bytes held back at most; so many without a line end are text or not.
const MAX_HELD: usize = 4096;

/// Where the search for one port's rate is. Lives as long as its board, so that what was
/// found is the first to be tried after a replug.
#[derive(Debug)]
pub(super) struct Rates {
    /// In the order in which they are tried, from `next` on.
    order: Vec<u32>,
    next: usize,
    /// Rates that failed since one made sense.
    failed: usize,
    /// The rate that made sense last.
    known: Option<u32>,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Bytes are held back until they make sense.
    Trying {
        since: Option<Instant>,
        look: Look,
        held: Vec<u8>,
    },
    /// They make sense, and are watched.
    Found(Garbled),
    /// They made none at any rate, and are not looked at for a while.
    Resting { until: Instant },
}

/// What to do with what was heard.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Nothing yet.
    Wait,
    /// The rate was found already: read the bytes.
    Read,
    /// Nobody looks at them: they are lost.
    Skip,
    /// The rate is found: read these bytes.
    Found {
        /// All that was held back, the newest bytes included.
        held: Vec<u8>,
        /// Whether it is another rate than the last that was found, or assumed.
        news: bool,
    },
    /// It made no sense: set the port to the rate that [`Rates::baud`] says now.
    Turn {
        /// So many bytes that were held back are lost.
        lost: usize,
        /// Every rate has failed now, and they begin anew; once until one makes sense.
        exhausted: bool,
    },
}

impl Rates {
    /// For a port that was never open.
    pub(super) fn new() -> Self {
        Self {
            order: RATES.to_vec(),
            next: 0,
            failed: 0,
            known: None,
            state: State::trying(),
        }
    }

    /// The rate at which the port is to be.
    pub(super) fn baud(&self) -> u32 {
        self.order[self.next]
    }

    /// The port was opened at [`Rates::baud`]: its bytes have to make sense first.
    pub(super) fn opened(&mut self) {
        self.state = State::trying();
    }

    /// The port is closed: so many bytes that were held back are lost.
    pub(super) fn closed(&mut self) -> usize {
        match std::mem::replace(&mut self.state, State::trying()) {
            State::Trying { held, .. } => held.len(),
            State::Found(_) | State::Resting { .. } => 0,
        }
    }

    /// The port as its board's detail names it; with the rate where it is not the usual one.
    pub(super) fn place(&self, device: &Path) -> String {
        let device = device.display();
        match self.known.unwrap_or(USUAL) {
            USUAL => device.to_string(),
            baud => format!("{device} at {baud} baud"),
        }
    }

    /// Takes what one read brought at this time.
    pub(super) fn feed(&mut self, bytes: &[u8], now: Instant) -> Heard {
        if matches!(self.state, State::Resting { until } if now >= until) {
            self.state = State::trying();
        }
        match &mut self.state {
            State::Resting { .. } => Heard::Skip,
            State::Found(garbled) => match garbled.feed(bytes, now) {
                // The board has another sketch now.
                Some(Change::Garbled) => self.turn(bytes.len(), now),
                _ => Heard::Read,
            },
            State::Trying { since, look, held } => {
                since.get_or_insert(now);
                look.feed(bytes);
                held.extend_from_slice(bytes);
                self.judge(now)
            }
        }
    }

    /// When to call [`Rates::judge`] if no bytes come before.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match &self.state {
            State::Trying { since, look, .. } if is_hopeless(look) || is_short_line(look) => {
                Some((*since)? + TRIAL)
            }
            _ => None,
        }
    }

    /// Decides about the rate that is tried.
    pub(super) fn judge(&mut self, now: Instant) -> Heard {
        let State::Trying { since, look, held } = &mut self.state else {
            return Heard::Wait;
        };
        let is_over = since.is_some_and(|since| now - since >= TRIAL);
        let is_full = held.len() >= MAX_HELD;
        let is_text = makes_sense(look) || (is_over && is_short_line(look));
        if is_text || (is_full && !look.is_noise()) {
            let held = std::mem::take(held);
            return self.found(held);
        }
        if is_full || (is_over && is_hopeless(look)) {
            let lost = held.len();
            return self.turn(lost, now);
        }
        Heard::Wait
    }

    fn found(&mut self, held: Vec<u8>) -> Heard {
        let baud = self.baud();
        let news = baud != self.known.unwrap_or(USUAL);
        self.known = Some(baud);
        self.failed = 0;
        self.state = State::Found(Garbled::default());
        Heard::Found { held, news }
    }

    fn turn(&mut self, lost: usize, now: Instant) -> Heard {
        self.failed = self.failed.saturating_add(1);
        self.next = (self.next + 1) % self.order.len();
        self.state = match self.failed % self.order.len() {
            0 => State::Resting { until: now + REST },
            _ => State::trying(),
        };
        let exhausted = self.failed == self.order.len();
        Heard::Turn { lost, exhausted }
    }
}

impl State {
    fn trying() -> Self {
        Self::Trying {
            since: None,
            look: Look::default(),
            held: Vec::new(),
        }
    }
}

fn makes_sense(look: &Look) -> bool {
    let length = if look.is_clean() {
        FIRST_LINE
    } else {
        LINE_AFTER_NOISE
    };
    look.line_of(length)
}

fn is_short_line(look: &Look) -> bool {
    look.is_clean() && look.line_of(SHORT_LINE)
}

fn is_hopeless(look: &Look) -> bool {
    look.total >= ENOUGH && look.is_noise()
}

#[cfg(test)]
mod tests;
