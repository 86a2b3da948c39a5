//! Cuts a stream of bytes into lines, whatever the board sends.
//! Knows nothing of ports, sockets, time, or what a line says.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memrchr2};

/// Lines out of bytes that arrive in pieces. LF, CR and CRLF end a line, NULs are
/// removed, empty and blank lines are ignored, invalid UTF-8 becomes U+FFFD.
///
/// A line is measured in bytes as they came, without its end and without NULs; one
/// longer than the limit is dropped whole. Never holds more than the limit.
#[derive(Debug)]
pub struct Lines {
    max_line: usize,
    /// The beginning of a line whose end has not come, without NULs.
    held: Vec<u8>,
    /// The line being read is already reported as too long.
    skipping: bool,
    /// No line end has come yet.
    partial: bool,
}

/// What was cut off.
#[derive(Debug, PartialEq, Eq)]
pub enum Cut<'a> {
    /// A line without its end, never blank.
    Line {
        /// Borrowed where the whole line lay within one read and was valid UTF-8.
        text: Cow<'a, str>,
        /// It may lack its beginning.
        partial: bool,
    },
    /// A line that was dropped; reported when its byte too many arrives.
    TooLong,
}

impl Lines {
    /// For a stream that begins with a line: a message, a body, a connection.
    pub fn new(max_line: usize) -> Self {
        Self {
            max_line,
            held: Vec::new(),
            skipping: false,
            partial: false,
        }
    }

    /// For a serial port that was just opened: what comes before the first line end
    /// may be torn, and is partial.
    pub fn syncing(max_line: usize) -> Self {
        Self {
            partial: true,
            ..Self::new(max_line)
        }
    }

    /// Takes what one read brought, and hands out each line that it ends.
    pub fn feed(&mut self, mut bytes: &[u8], mut each: impl FnMut(Cut<'_>)) {
        // CR and LF are each an end: between the two of a CRLF lies an empty line,
        // which is ignored, also when two reads share them.
        while let Some(end) = memchr2(b'\n', b'\r', bytes) {
            self.end_line(&bytes[..end], &mut each);
            bytes = &bytes[end + 1..];
        }
        self.hold(bytes, &mut each);
    }

    /// Takes a whole message or body, which ends its last line.
    pub fn feed_whole(&mut self, bytes: &[u8], mut each: impl FnMut(Cut<'_>)) {
        let tail = memrchr2(b'\n', b'\r', bytes).map_or(0, |end| end + 1);
        self.feed(&bytes[..tail], &mut each);
        self.feed_last(&bytes[tail..], each);
    }

    /// Takes the end of the last line, in which there is no line end.
    pub fn feed_last(&mut self, bytes: &[u8], mut each: impl FnMut(Cut<'_>)) {
        self.end_line(bytes, &mut each);
    }

    /// Ends the last line, as the end of a message or body does. What is fed
    /// afterwards begins a new line.
    pub fn finish(&mut self, mut each: impl FnMut(Cut<'_>)) {
        self.end_line(&[], &mut each);
    }

    /// For a port that closes: whether the beginning of a line is lost with it. A
    /// line already reported as too long is not lost again.
    pub fn torn(self) -> bool {
        !is_blank(&self.held)
    }

    /// Bytes of memory held for an unfinished line; at most the limit.
    pub fn capacity(&self) -> usize {
        self.held.capacity()
    }

    fn end_line(&mut self, last: &[u8], each: &mut impl FnMut(Cut<'_>)) {
        let partial = std::mem::replace(&mut self.partial, false);
        if self.held.is_empty() && !self.skipping && memchr(0, last).is_none() {
            return self.hand_out(last, partial, each);
        }
        self.hold(last, each);
        if !std::mem::replace(&mut self.skipping, false) {
            self.hand_out(&self.held, partial, each);
        }
        self.held.clear();
    }

    fn hand_out(&self, line: &[u8], partial: bool, each: &mut impl FnMut(Cut<'_>)) {
        if line.len() > self.max_line {
            each(Cut::TooLong);
        } else if !is_blank(line) {
            each(Cut::Line {
                text: to_text(line),
                partial,
            });
        }
    }

    fn hold(&mut self, bytes: &[u8], each: &mut impl FnMut(Cut<'_>)) {
        // Noise without an end costs no more than the search for its end.
        if self.skipping {
            return;
        }
        for piece in bytes.split(|byte| *byte == 0) {
            if piece.len() > self.max_line - self.held.len() {
                self.skipping = true;
                self.held.clear();
                return each(Cut::TooLong);
            }
            self.make_room(piece.len());
            self.held.extend_from_slice(piece);
        }
    }

    /// Doubles as `Vec` does, but never beyond the limit.
    fn make_room(&mut self, more: usize) {
        let wanted = self.held.len() + more;
        if wanted > self.held.capacity() {
            let room = wanted.max(2 * self.held.capacity()).min(self.max_line);
            self.held.reserve_exact(room - self.held.len());
        }
    }
}

/// Bytes as text, with invalid UTF-8 as U+FFFD. Most lines are valid, and to see just that
/// takes a tenth of what the search for what is to be replaced takes.
pub(super) fn to_text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

fn is_blank(line: &[u8]) -> bool {
    line.trim_ascii().is_empty()
}

#[cfg(test)]
mod tests;
