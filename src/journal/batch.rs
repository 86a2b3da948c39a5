//! Events on their way into the journal: already encoded, not yet numbered.

use std::hash::BuildHasher;

use foldhash::quality::FixedState;

use super::latest::MAX_KNOWN;
use crate::name::BoardName;
use crate::reading::Reading;
use crate::wire::encode::{self, Kind, OVERHEAD, Partial};

/// What one `read()` from a board said, in order. Reuse it: it keeps its memory.
#[derive(Debug, Default)]
pub struct Batch {
    tails: Vec<u8>,
    pub(super) items: Vec<Item>,
    /// Raw lines, each with the index of the event it precedes.
    pub(super) lines: Vec<(usize, String)>,
    /// Units that stood behind numbers, by channel; no more than are remembered.
    pub(super) units: Vec<(String, String)>,
}

/// One event of a batch.
#[derive(Debug)]
pub(super) struct Item {
    pub kind: Kind,
    /// Where its tail ends in `tails`.
    end: usize,
    /// Which channels it has, whatever their order; 0 for what is no reading.
    pub shape: u64,
}

impl Batch {
    /// Adds a reading.
    pub fn reading(&mut self, board: &BoardName, reading: &Reading<'_>) {
        encode::reading_tail(&mut self.tails, board.as_str(), reading);
        for channel in &reading.channels {
            if let Some(unit) = channel.unit {
                self.unit(&channel.name, unit);
            }
        }
        self.push(Kind::Reading, shape(reading));
    }

    /// Adds a line that is not a reading.
    pub fn text(&mut self, board: &BoardName, text: &str, partial: Partial) {
        encode::text_tail(&mut self.tails, board.as_str(), text, partial);
        self.push(Kind::Text, 0);
    }

    /// Says which line the next event comes from.
    pub fn line(&mut self, text: &str) {
        self.lines.push((self.items.len(), text.to_owned()));
    }

    /// How many events.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is nothing to append.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Forgets everything but the memory.
    pub fn clear(&mut self) {
        self.tails.clear();
        self.items.clear();
        self.lines.clear();
        self.units.clear();
    }

    /// Room that the frames need at most.
    pub(super) fn room(&self) -> usize {
        self.tails.len() + self.items.len() * OVERHEAD
    }

    /// Every event with its tail.
    pub(super) fn events(&self) -> impl Iterator<Item = (&Item, &[u8])> {
        let mut start = 0;
        self.items.iter().map(move |item| {
            let tail = &self.tails[start..item.end];
            start = item.end;
            (item, tail)
        })
    }

    fn push(&mut self, kind: Kind, shape: u64) {
        let end = self.tails.len();
        self.items.push(Item { kind, end, shape });
    }

    fn unit(&mut self, channel: &str, unit: &str) {
        let room = self.units.len() < MAX_KNOWN;
        match self.units.iter_mut().find(|(name, _)| name == channel) {
            Some((_, known)) if known == unit => {}
            Some((_, known)) => unit.clone_into(known),
            None if room => self.units.push((channel.to_owned(), unit.to_owned())),
            None => {}
        }
    }
}

fn shape(reading: &Reading<'_>) -> u64 {
    shape_of(reading.channels.iter().map(|channel| &*channel.name))
}

/// Tells sets of channels apart. Sums, so that their order does not matter.
pub(super) fn shape_of<'a>(channels: impl Iterator<Item = &'a str>) -> u64 {
    let hash = FixedState::default();
    channels.fold(1, |sum, channel| sum.wrapping_add(hash.hash_one(channel)))
}
