//! Finds the gateway's readings in what a subscriber hears: the marker of each, and the
//! time of its event. What surrounds them is passed over.

use memchr::memmem;

use super::marker::{self, LENGTH, Marker};

/// How a reading begins; a snapshot repeats markers inside other messages.
const BEGINS: &[u8] = br#"{"type":"reading""#;

const TIME: &[u8] = br#""time":"#;

/// Hands out every reading that has a marker, with its event's time in milliseconds since
/// 1970, and gives where what may be the beginning of another begins.
pub fn scan(bytes: &[u8], mut each: impl FnMut(Marker, f64)) -> usize {
    let mut at = 0;
    while let Some(distance) = memmem::find(&bytes[at..], BEGINS) {
        at += distance;
        let Some(place) = memmem::find(&bytes[at..], b"@T") else {
            return at;
        };
        let end = at + place + LENGTH;
        if bytes.len() < end {
            return at;
        }
        let time = time(&bytes[at..at + place]);
        marker::scan(&bytes[at + place..end], |marker| each(marker, time));
        at = end;
    }
    at.max((bytes.len() + 1).saturating_sub(BEGINS.len()))
}

/// The time in the part of a message that is before its values.
fn time(head: &[u8]) -> f64 {
    let after = memmem::find(head, TIME).map_or(&[][..], |at| &head[at + TIME.len()..]);
    let length = after.iter().position(|byte| *byte == b',').unwrap_or(0);
    let digits = std::str::from_utf8(&after[..length]).unwrap_or_default();
    digits.parse().unwrap_or(f64::NAN)
}
