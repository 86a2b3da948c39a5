//! Events and messages as ready WebSocket frames. A server's frames are not masked, so
//! every subscriber's bytes are the same: an event is encoded once, here.

mod value;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use bytes::{Bytes, BytesMut};
use serde::Serialize;

use self::value::{plain_number, put, string, value};
use super::Message;
use super::frame::{self, MAX_HEAD};
use crate::clock::Timestamp;
use crate::reading::Reading;

/// What kind of event it is; each begins with its own text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `reading`
    Reading,
    /// `text`
    Text,
    /// `board`
    Board,
    /// `clock`
    Clock,
}

impl Kind {
    /// In the order of [`Kind::code`].
    pub const ALL: [Self; 4] = [Self::Reading, Self::Text, Self::Board, Self::Clock];

    /// Its number where events are stored: 0 reading, 1 text, 2 board, 3 clock.
    pub const fn code(self) -> i64 {
        match self {
            Self::Reading => 0,
            Self::Text => 1,
            Self::Board => 2,
            Self::Clock => 3,
        }
    }

    fn head(self) -> &'static [u8] {
        match self {
            Self::Reading => br#"{"type":"reading","seq":"#,
            Self::Text => br#"{"type":"text","seq":"#,
            Self::Board => br#"{"type":"board","seq":"#,
            Self::Clock => br#"{"type":"clock","seq":"#,
        }
    }
}

/// An event's frame is at most this much longer than its tail.
pub const OVERHEAD: usize = MAX_HEAD + 25 + 20 + 8 + 20;

/// Appends an event's frame: its number and time, then `tail`, which is the rest of the
/// object from the comma to the closing brace.
pub fn event(out: &mut BytesMut, kind: Kind, seq: u64, time: Timestamp, tail: &[u8]) {
    let mut number = itoa::Buffer::new();
    let seq = number.format(seq).as_bytes();
    let mut millis = itoa::Buffer::new();
    let whole = millis.format(time.0.div_euclid(1000)).as_bytes();
    let head = kind.head();
    let length = head.len() + seq.len() + 8 + whole.len() + 4 + tail.len();
    frame::put_text_head(out, length);
    out.extend_from_slice(head);
    out.extend_from_slice(seq);
    out.extend_from_slice(br#","time":"#);
    out.extend_from_slice(whole);
    out.extend_from_slice(&micros(time));
    out.extend_from_slice(tail);
}

/// The microseconds of a time as three decimals of its milliseconds.
pub fn micros(time: Timestamp) -> [u8; 4] {
    let rest = time.0.rem_euclid(1000) as u16;
    let digit = |value: u16| b'0' + (value % 10) as u8;
    [b'.', digit(rest / 100), digit(rest / 10), digit(rest)]
}

/// A message that is no event, as a frame.
pub fn message(message: &Message<'_>) -> Bytes {
    frame::text(&json(message))
}

/// Anything as JSON.
pub fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("our own types have string keys and finite numbers")
}

/// The JSON texts in ready frames that stand one behind the other.
pub fn payloads(mut frames: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (head, length) = frame::parts(frames)?;
        let payload = frames.get(head..head + length)?;
        frames = &frames[head + length..];
        Some(payload)
    })
}

/// The number of an event, from its JSON; `None` for messages that are no events.
pub fn seq_of(json: &[u8]) -> Option<u64> {
    let rest = json.strip_prefix(br#"{"type":""#)?;
    let end = memchr::memchr(b'"', rest)?;
    let digits = rest[end..].strip_prefix(br#"","seq":"#)?;
    let end = memchr::memchr(b',', digits)?;
    std::str::from_utf8(&digits[..end]).ok()?.parse().ok()
}

/// The JSON text of the first frame; nothing where there is none.
pub fn payload(frame: &[u8]) -> &[u8] {
    payloads(frame).next().unwrap_or_default()
}

/// Joins the JSON texts of frames into one frame that holds an array of them.
pub fn array<'a>(frames: impl Iterator<Item = &'a [u8]>) -> Bytes {
    let mut json = vec![b'['];
    for payload in frames.flat_map(payloads) {
        if json.len() > 1 {
            json.push(b',');
        }
        json.extend_from_slice(payload);
    }
    json.push(b']');
    frame::text(&json)
}

/// Milliseconds since 1970 as a number, for messages that are encoded by serde.
pub fn millis(time: Timestamp) -> f64 {
    time.0 as f64 / 1000.0
}

/// The way back from [`millis`].
pub fn timestamp(millis: f64) -> Timestamp {
    Timestamp((millis * 1000.0).round() as i64)
}

/// Writes the tail of a `reading` event.
pub fn reading_tail(out: &mut Vec<u8>, board: &str, reading: &Reading<'_>) {
    board_field(out, board);
    if let Some(time) = reading.board_time {
        out.extend_from_slice(br#","board_time":"#);
        put(out, &plain_number(time));
    }
    out.extend_from_slice(br#","values":"#);
    if let Some(values) = reading.verbatim {
        out.extend_from_slice(values.as_bytes());
        return out.push(b'}');
    }
    out.push(b'{');
    for (index, channel) in reading.channels.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        string(out, &channel.name);
        out.push(b':');
        value(out, &channel.value);
    }
    out.extend_from_slice(b"}}");
}

/// Writes the tail of a `text` event.
pub fn text_tail(out: &mut Vec<u8>, board: &str, text: &str, partial: Partial) {
    board_field(out, board);
    out.extend_from_slice(br#","text":"#);
    string(out, text);
    if partial == Partial::Yes {
        out.extend_from_slice(br#","partial":true"#);
    }
    out.push(b'}');
}

/// Whether a line's beginning may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Partial {
    /// The line is whole.
    No,
    /// It was the first after a port opened.
    Yes,
}

/// The tail of a `clock` event.
pub fn clock_tail(jump: i64) -> Vec<u8> {
    let mut out = br#","jump":"#.to_vec();
    put(&mut out, &plain_number(jump as f64 / 1000.0));
    out.push(b'}');
    out
}

/// The tail of a `board` event: everything behind its time.
pub fn board_tail(board: &super::BoardMessage<'_>) -> Vec<u8> {
    let whole = json(board);
    // `seq` and `time` are the first two fields, and neither holds a comma.
    let second = memchr::memchr_iter(b',', &whole).nth(1).unwrap_or(0);
    whole[second..].to_vec()
}

/// A `line` message as a frame.
pub fn line(board: &str, time: Timestamp, text: &str) -> Bytes {
    let (board, text) = (Cow::Borrowed(board), Cow::Borrowed(text));
    message(&Message::Line {
        board,
        time: millis(time),
        text,
    })
}

/// What an event's frame says besides type, number, time and board, as a JSON object.
/// [`with_body`] is the way back.
pub fn body(frame: &[u8], kind: Kind, board: Option<&str>) -> String {
    let json = payload(frame);
    // The number, the time and a board's name hold no comma; the type is known.
    let fields = 2 + usize::from(board.is_some());
    let start = memchr::memchr_iter(b',', json).nth(fields);
    let rest = start.map_or(&b"}"[..], |start| &json[start + 1..]);
    debug_assert!(json.starts_with(kind.head()), "the kind is the frame's");
    format!("{{{}", String::from_utf8_lossy(rest))
}

/// An event's frame, from what [`body`] made of it.
pub fn with_body(kind: Kind, seq: u64, time: Timestamp, board: Option<&str>, body: &str) -> Bytes {
    let mut tail = Vec::with_capacity(body.len() + 80);
    if let Some(board) = board {
        board_field(&mut tail, board);
    }
    tail.push(b',');
    tail.extend_from_slice(body.strip_prefix('{').unwrap_or(body).as_bytes());
    let mut frame = BytesMut::with_capacity(tail.len() + OVERHEAD);
    event(&mut frame, kind, seq, time, &tail);
    frame.freeze()
}

fn board_field(out: &mut Vec<u8>, board: &str) {
    out.extend_from_slice(br#","board":""#);
    // A board's name needs no escapes: see `BoardName`.
    out.extend_from_slice(board.as_bytes());
    out.push(b'"');
}
