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
        self.end_line(&bytes[tail..], &mut each);
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
            let text = String::from_utf8_lossy(line);
            each(Cut::Line { text, partial });
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

fn is_blank(line: &[u8]) -> bool {
    line.trim_ascii().is_empty()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMIT: usize = 8;

    /// What comes out, as `text`, `~partial text` and `too long`, then `torn`.
    fn cut<'a>(mut lines: Lines, reads: impl IntoIterator<Item = &'a [u8]>) -> String {
        let mut out = Vec::new();
        for read in reads {
            lines.feed(read, |cut| out.push(show(&cut)));
        }
        if lines.torn() {
            out.push("torn".to_owned());
        }
        out.join(" | ")
    }

    fn show(cut: &Cut<'_>) -> String {
        match cut {
            Cut::Line { text, partial } => format!("{}{text}", if *partial { "~" } else { "" }),
            Cut::TooLong => "too long".to_owned(),
        }
    }

    fn check(reads: &[&str], wanted: &str) {
        let reads = reads.iter().map(|read| read.as_bytes());
        assert_eq!(cut(Lines::new(LIMIT), reads), wanted);
    }

    fn check_syncing(reads: &[&str], wanted: &str) {
        let reads = reads.iter().map(|read| read.as_bytes());
        assert_eq!(cut(Lines::syncing(LIMIT), reads), wanted);
    }

    #[test]
    fn every_line_end_ends_a_line() {
        check(&["a\nb\r\nc\rd\r", "\ne\r", "f\n"], "a | b | c | d | e | f");
        check(&["\n\r\n\r\r a \n \t\n\n"], " a ");
    }

    #[test]
    fn nuls_are_removed_and_not_counted() {
        check(
            &["\0a\0b\n\0\n", "\0\0\0\0\0\0\0\0\0", "c\0\0d\n"],
            "ab | cd",
        );
        check(&["1234\05678\n"], "12345678");
        check(&["1234\056789\n"], "too long");
    }

    #[test]
    fn a_long_line_costs_only_itself() {
        check(&["12345678\n123456789\na\n"], "12345678 | too long | a");
        check(
            &["12345", "6789", "0123456789", "0\r", "\na\n"],
            "too long | a",
        );
        check(&["123456789"], "too long");
        check(&["         \na\n"], "too long | a");
    }

    #[test]
    fn what_has_no_end_is_torn() {
        check(&["a\nb"], "a | torn");
        check(&["a\n \0"], "a");
        check_syncing(&["a"], "torn");
    }

    #[test]
    fn the_first_line_of_a_port_is_partial() {
        check_syncing(&["mp:2", "3\na\n"], "~mp:23 | a");
        check_syncing(&["\na\n"], "a");
        check_syncing(&["123456789\na\n"], "too long | a");
        check_syncing(&["12345", "6789", "\na\n"], "too long | a");
    }

    #[test]
    fn invalid_text_is_replaced() {
        let reads: [&[u8]; 3] = [b"23\xb0C\n\xe2\x82", b"\xac\n", b"\xe2\x82\n"];
        assert_eq!(cut(Lines::new(LIMIT), reads), "23\u{fffd}C | € | \u{fffd}");
    }

    #[test]
    fn a_message_ends_its_last_line() {
        for (message, wanted) in [("a\nb", "a b"), ("a\r\n", "a"), ("", ""), ("\0a", "a")] {
            let mut out = Vec::new();
            Lines::new(LIMIT).feed_whole(message.as_bytes(), |cut| out.push(show(&cut)));
            assert_eq!(out.join(" "), wanted);
            let mut out = Vec::new();
            let mut lines = Lines::new(LIMIT);
            lines.feed(message.as_bytes(), |cut| out.push(show(&cut)));
            lines.finish(|cut| out.push(show(&cut)));
            assert_eq!(out.join(" "), wanted);
        }
    }

    #[test]
    fn memory_is_bounded_without_a_line_end() {
        // The whole gigabyte takes too long without optimisation.
        let reads = if cfg!(debug_assertions) {
            1 << 10
        } else {
            1 << 14
        };
        let read = vec![b'x'; 1 << 16];
        let mut lines = Lines::new(4096);
        let mut too_long = 0;
        for _ in 0..reads {
            lines.feed(&read, |_| too_long += 1);
            assert!(lines.capacity() <= 4096);
        }
        assert_eq!(too_long, 1);
        lines.feed(b"\n1", |_| unreachable!("the long line was reported"));
        lines.finish(|cut| assert_eq!(show(&cut), "1"));
    }

    proptest! {
        #[test]
        fn how_bytes_are_split_never_matters(
            bytes in proptest::collection::vec(prop_oneof![
                Just(b'\n'), Just(b'\r'), Just(0), Just(b'a'), Just(b' '), any::<u8>(),
            ], 0..200),
            sizes in proptest::collection::vec(1..20_usize, 200),
        ) {
            let mut rest = &bytes[..];
            let reads: Vec<&[u8]> = sizes.iter().map_while(|size| {
                let (read, after) = rest.split_at_checked(*size).unwrap_or((rest, &[]));
                rest = after;
                (!read.is_empty()).then_some(read)
            }).collect();
            let whole = cut(Lines::syncing(LIMIT), [&bytes[..]]);
            prop_assert_eq!(cut(Lines::syncing(LIMIT), reads), whole);
        }
    }
}
