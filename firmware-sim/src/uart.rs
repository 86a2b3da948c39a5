//! What a serial port makes of text that was sent at another rate than it reads at.
//! Knows nothing of ports or time: levels of a line, sampled.

/// Bits of a byte on the line: one start bit, eight data bits, one stop bit.
const FRAME: u64 = 10;

/// The bytes that a receiver at `read` baud sees of bytes sent at `sent` baud without a
/// pause (8N1). As chips do, it takes a falling edge for a start bit if the line is still
/// low half a bit later, samples the middle of each data bit, and after a stop bit that is
/// none keeps the byte (as Linux does) and waits until the line is high again. At equal
/// rates the bytes are what was sent. Neither rate may be 0.
pub fn misread(bytes: &[u8], sent: u32, read: u32) -> Vec<u8> {
    let line = Line {
        bytes,
        // Time in units of which a bit sent has `read`, and a bit read `sent`.
        bit: u64::from(read),
    };
    let bit = u64::from(sent);
    let mut seen = Vec::new();
    let mut now = 0;
    while let Some(start) = line.next(now, Level::Low) {
        if line.level(start + bit / 2) == Level::High {
            now = start + bit / 2;
            continue;
        }
        let middle = |number: u64| start + bit * number + bit / 2;
        let is_set = |number: &u64| line.level(middle(number + 1)) == Level::High;
        seen.push(
            (0..8)
                .filter(is_set)
                .fold(0, |byte, number| byte | 1 << number),
        );
        let stop = middle(FRAME - 1);
        match line.next(stop, Level::High) {
            Some(high) => now = high,
            None => break,
        }
    }
    seen
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Low,
    High,
}

/// A line that carries bytes one after the other, and is high afterwards.
struct Line<'a> {
    bytes: &'a [u8],
    bit: u64,
}

impl Line<'_> {
    fn level(&self, time: u64) -> Level {
        self.bit_level(time / self.bit)
    }

    fn bit_level(&self, number: u64) -> Level {
        let byte = usize::try_from(number / FRAME).ok();
        let byte = byte.and_then(|index| self.bytes.get(index));
        match (byte, number % FRAME) {
            (Some(_), 0) => Level::Low,
            (Some(byte), place @ 1..=8) if byte >> (place - 1) & 1 == 0 => Level::Low,
            _ => Level::High,
        }
    }

    /// When the line has this level next, from `time` on; `None` if it never has again.
    fn next(&self, time: u64, wanted: Level) -> Option<u64> {
        let bits = self.bytes.len() as u64 * FRAME;
        let first = time / self.bit;
        let found = (first..=bits.max(first)).find(|bit| self.bit_level(*bit) == wanted)?;
        Some((found * self.bit).max(time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, sent: u32, read: u32, seen: &[u8]) {
        let misread = misread(text.as_bytes(), sent, read);
        assert_eq!(misread, seen, "{text:?} at {sent}, read at {read}");
    }

    #[test]
    fn at_the_same_rate_it_is_what_was_sent() {
        check(
            "temp:23.5 °C\r\n",
            9600,
            9600,
            "temp:23.5 °C\r\n".as_bytes(),
        );
    }

    #[test]
    fn a_small_difference_does_no_harm() {
        check("temp:23.5\r\n", 115_200, 117_000, b"temp:23.5\r\n");
    }

    #[test]
    fn each_low_stretch_of_a_much_slower_board_is_a_zero() {
        check("U", 9600, 115_200, &[0; 5]);
    }

    #[test]
    fn a_much_faster_board_is_few_bytes() {
        check("UUUUUUUUUUUU", 115_200, 9600, &[0]);
    }

    #[test]
    fn digits_read_a_little_too_fast_look_like_letters() {
        check("07", 230_400, 250_000, b"pw");
    }
}
