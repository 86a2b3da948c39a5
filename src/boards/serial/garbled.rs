//! Whether what a board sends can be text, or is what a wrong baud rate makes of it.
//! Does no I/O and reads no clock.

use std::time::Duration;

use tokio::time::Instant;

/// Long enough that a boot loader's banner at a rate of its own is over.
const WINDOW: Duration = Duration::from_secs(1);

/// Fewer bytes than this say nothing: noise while a plug goes in.
const ENOUGH: usize = 16;

/// So many windows in a row, and it is no accident.
const WINDOWS: u32 = 2;

/// Each time it comes back it takes twice as many to say so, up to 2^5 times: a loose wire
/// would otherwise make events and fill the log all night. After so many windows without noise
/// it is news again.
const DOUBLINGS: u32 = 5;
const CALM_WINDOWS: u32 = WINDOWS << DOUBLINGS;

/// A line that makes sense has at least so many bytes of text before its end, the lines
/// before it included: noise has less in a row.
const LINE: usize = 8;

/// So much text in a row, with a line end, is no noise, whatever came before.
const CERTAIN: usize = 64;

/// Watches an open port.
#[derive(Debug, Default)]
pub(super) struct Garbled {
    look: Look,
    since: Option<Instant>,
    bad_windows: u32,
    good_windows: u32,
    /// How often it was garbled, lately.
    times: u32,
    garbled: bool,
}

/// What has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// For two windows nothing made sense; for more where that has come and gone.
    Garbled,
    /// Lines make sense again.
    Clear,
}

impl Garbled {
    /// Takes what one read brought at this time; says what that changes. A window is
    /// judged when the first bytes after it come, so silence changes nothing.
    pub(super) fn feed(&mut self, bytes: &[u8], now: Instant) -> Option<Change> {
        let since = *self.since.get_or_insert(now);
        let is_over = now - since >= WINDOW && self.look.total >= ENOUGH;
        let change = is_over.then(|| self.judge(now)).flatten();
        self.look.feed(bytes);
        change.or_else(|| {
            let is_clear = self.garbled && self.look.line_of(CERTAIN);
            is_clear.then(|| self.clear())
        })
    }

    fn judge(&mut self, now: Instant) -> Option<Change> {
        let is_noise = self.look.is_noise();
        self.look.begin_again();
        self.since = Some(now);
        if !is_noise {
            self.bad_windows = 0;
            self.good_windows = self.good_windows.saturating_add(1);
            if self.good_windows >= CALM_WINDOWS {
                self.times = 0;
            }
            return self.garbled.then(|| self.clear());
        }
        self.good_windows = 0;
        self.bad_windows = self.bad_windows.saturating_add(1);
        let is_news = self.bad_windows >= WINDOWS << self.times && !self.garbled;
        if is_news {
            self.garbled = true;
            self.times = (self.times + 1).min(DOUBLINGS);
        }
        is_news.then_some(Change::Garbled)
    }

    fn clear(&mut self) -> Change {
        (self.bad_windows, self.garbled) = (0, false);
        Change::Clear
    }
}

/// How bytes look, counted.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// Bytes.
    pub(super) total: usize,
    /// Those that no text has.
    foreign: usize,
    /// The same, a row of one and the same byte counted once: an idle line sends those.
    bursts: usize,
    /// Bytes of lines that make sense.
    sense: usize,
    /// Bytes of text since the last that is none.
    row: usize,
    /// Those of them that are in no line yet that makes sense.
    pending: usize,
    /// The length of `row` at its last line end, 0 where it has none.
    lines: usize,
    last_foreign: Option<u8>,
    /// The beginning of a character whose rest has not come.
    torn: Vec<u8>,
}

impl Look {
    /// Counts bytes: printable UTF-8, tab, CR, LF and the escapes of colours are text. Never holds more than the
    /// three bytes of a character that is not whole.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        let joined;
        let mut rest = bytes;
        if !self.torn.is_empty() {
            joined = [&std::mem::take(&mut self.torn), bytes].concat();
            rest = &joined;
        }
        loop {
            let error = match std::str::from_utf8(rest) {
                Ok(text) => return self.text(text),
                Err(error) => error,
            };
            let (valid, after) = rest.split_at(error.valid_up_to());
            // What is valid was checked; without another check it would need unsafe code.
            self.text(std::str::from_utf8(valid).unwrap_or_default());
            let Some(length) = error.error_len() else {
                self.torn = after.to_vec();
                return;
            };
            let (invalid, after) = after.split_at(length);
            invalid.iter().for_each(|byte| self.invalid(*byte));
            rest = after;
        }
    }

    /// More than an eighth is no text, and what makes sense is less than what interrupts it.
    /// Of text at a wrong rate mostly half is no text; at 2.2 times the rate a seventh.
    pub(super) fn is_noise(&self) -> bool {
        self.foreign * 8 > self.total && self.sense < self.bursts
    }

    /// Whether all of it is text.
    pub(super) fn is_clean(&self) -> bool {
        self.foreign == 0 && self.torn.is_empty()
    }

    /// Whether a line has ended with at least so much text in a row behind it.
    pub(super) fn line_of(&self, length: usize) -> bool {
        self.lines >= length
    }

    /// Forgets what was counted, but not that a character is torn or a line has begun.
    pub(super) fn begin_again(&mut self) {
        *self = Self {
            row: self.row,
            pending: self.pending,
            torn: std::mem::take(&mut self.torn),
            ..Self::default()
        };
    }

    fn text(&mut self, text: &str) {
        for char in text.chars() {
            match char {
                '\r' | '\n' => self.line_end(),
                '\t' | '\x1b' => self.printable(1),
                _ if char.is_control() => self.foreign(char as u8),
                _ => self.printable(char.len_utf8()),
            }
        }
    }

    fn printable(&mut self, length: usize) {
        self.total += length;
        self.row += length;
        self.pending += length;
        self.last_foreign = None;
    }

    fn line_end(&mut self) {
        self.printable(1);
        self.lines = self.row;
        if self.row >= LINE {
            self.sense += std::mem::take(&mut self.pending);
        }
    }

    fn invalid(&mut self, byte: u8) {
        match byte {
            // `°` and `µ` in Latin-1, which editors of old have put into sketches.
            0xb0 | 0xb5 => self.printable(1),
            _ => self.foreign(byte),
        }
    }

    fn foreign(&mut self, byte: u8) {
        self.total += 1;
        self.foreign += 1;
        self.bursts += usize::from(self.last_foreign.replace(byte) != Some(byte));
        (self.row, self.pending, self.lines) = (0, 0, 0);
    }
}

#[cfg(test)]
mod tests;
