//! What an answer will hold, and where the next one goes on.
//! Knows nothing of waiting.

use std::sync::Arc;

use bytes::Bytes;

use crate::server::stream::Opening;
use crate::wire::encode::{self, payloads, seq_of};
use crate::wire::{Gap, Message};

/// Messages of one answer. A snapshot is never cut, and holds one for each board.
const MAX_MESSAGES: usize = 1000;

/// Bytes of events in one answer; of several that are larger, one.
const MAX_BYTES: usize = 256 * 1024;

/// Holds at most what an answer may, and what one read of the backlog gives.
#[derive(Debug)]
pub(super) struct Found {
    stream: Arc<str>,
    /// Hello, gap and snapshot, as frames.
    first: Vec<Bytes>,
    /// Numbers and JSON.
    events: Vec<(u64, Bytes)>,
    bytes: usize,
    /// Where the next answer goes on if none of the events fits.
    begin: u64,
    /// Where it goes on if all of them do.
    position: u64,
}

impl Found {
    /// With how the subscription begins; events behind `position` follow.
    pub fn new(opening: Opening, position: u64) -> Self {
        let mut first = Vec::new();
        if !opening.resumed {
            first.push(opening.hello);
            first.extend(opening.gap.map(gap_frame));
            first.extend(opening.snapshot);
        }
        Self {
            stream: opening.stream,
            first,
            events: Vec::new(),
            bytes: 0,
            begin: position,
            position,
        }
    }

    /// The stream has another id.
    pub fn rename(&mut self, stream: Arc<str>) {
        self.stream = stream;
    }

    /// Takes events; with them everything up to this number was given.
    pub fn events(&mut self, frames: &[Bytes], position: u64) {
        self.held_back(frames);
        self.reach(position);
    }

    /// Takes readings that were held back.
    pub fn held_back(&mut self, frames: &[Bytes]) {
        for frame in frames {
            for json in payloads(frame) {
                let Some(seq) = seq_of(json) else { continue };
                self.bytes += json.len();
                self.events.push((seq, frame.slice_ref(json)));
            }
        }
    }

    /// Everything up to this number was given or does not match.
    pub fn reach(&mut self, position: u64) {
        self.position = position;
    }

    /// Takes a gap and a snapshot, if nothing is to be told before it. Else it waits for
    /// the next answer, which finds it again.
    pub fn gap(&mut self, gap: Gap, snapshot: Vec<Bytes>, position: u64) {
        if !self.events.is_empty() {
            return;
        }
        self.first.push(gap_frame(gap));
        self.first.extend(snapshot);
        self.position = position;
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.first.is_empty() && self.events.is_empty()
    }

    /// Whether an answer holds no more.
    pub fn is_full(&self) -> bool {
        self.first.len() + self.events.len() >= MAX_MESSAGES || self.bytes >= MAX_BYTES
    }

    /// The answer.
    pub fn into_json(mut self) -> Vec<u8> {
        // What was held back came late; cut off is what is newest.
        self.events.sort_by_key(|(seq, _)| *seq);
        let fitting = self.fitting();
        let seq = if fitting == self.events.len() {
            self.position
        } else {
            let last = self.events[..fitting].last();
            last.map_or(self.begin, |(seq, _)| *seq)
        };
        let stream = serde_json::Value::from(&*self.stream);
        let mut out = format!(r#"{{"stream":{stream},"seq":{seq},"messages":["#).into_bytes();
        let first = self.first.iter().flat_map(|frame| payloads(frame));
        let events = self.events[..fitting].iter().map(|(_, json)| &json[..]);
        for (index, json) in first.chain(events).enumerate() {
            if index > 0 {
                out.push(b',');
            }
            out.extend_from_slice(json);
        }
        out.extend_from_slice(b"]}");
        out
    }

    /// How many events fit. One always does, or there would be no end.
    fn fitting(&self) -> usize {
        let room = MAX_MESSAGES.saturating_sub(self.first.len());
        let mut bytes = 0;
        let sizes = self.events.iter().map(|(_, json)| json.len());
        let fitting = sizes.take(room).take_while(|size| {
            bytes += size;
            bytes <= MAX_BYTES
        });
        let fitting = fitting.count();
        let one = usize::from(self.first.is_empty() && !self.events.is_empty());
        fitting.max(one)
    }
}

fn gap_frame(gap: Gap) -> Bytes {
    encode::message(&Message::Gap(gap))
}
