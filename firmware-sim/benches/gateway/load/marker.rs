//! The marker inside every message: which run it belongs to, which message it is, and
//! when it was sent. It is found in any stream of bytes, whatever surrounds it.

use std::io::Write;

/// One message of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marker {
    /// A server may repeat the last message of an earlier run to whoever joins.
    pub run: u16,
    /// Nanoseconds since the run began; 48 bits are three days.
    pub sent: u64,
    /// Counts from 0.
    pub index: u32,
}

/// `@T` and 24 hexadecimal digits.
pub const LENGTH: usize = 2 + 4 + 12 + 8;

impl Marker {
    /// Appends it as text that JSON does not change.
    pub fn write(&self, out: &mut Vec<u8>) {
        let Self { run, sent, index } = self;
        write!(out, "@T{run:04x}{sent:012x}{index:08x}").expect("memory takes everything");
    }

    fn read(text: &[u8]) -> Option<Self> {
        let digits = text.strip_prefix(b"@T")?;
        Some(Self {
            run: hexadecimal(&digits[..4])? as u16,
            sent: hexadecimal(&digits[4..16])?,
            index: hexadecimal(&digits[16..])? as u32,
        })
    }
}

/// Hands out every marker, and gives where what may be the beginning of another begins.
pub fn scan(bytes: &[u8], mut each: impl FnMut(Marker)) -> usize {
    let mut at = 0;
    while let Some(distance) = memchr::memchr(b'@', &bytes[at..]) {
        at += distance;
        let Some(text) = bytes.get(at..at + LENGTH) else {
            return at;
        };
        match Marker::read(text) {
            Some(marker) => {
                each(marker);
                at += LENGTH;
            }
            None => at += 1,
        }
    }
    bytes.len()
}

fn hexadecimal(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0, |value, digit| {
        let digit = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(value << 4 | u64::from(digit))
    })
}
