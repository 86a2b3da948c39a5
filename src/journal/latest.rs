//! What is known of one board: its state, and the newest value of every channel.

mod message;

use std::collections::BTreeMap;

use bytes::Bytes;
use indexmap::IndexMap;
use serde_json::Value;

pub(super) use self::message::channels_of;
use self::message::values_of;
use crate::boards::Link;
use crate::clock::Timestamp;
use crate::name::BoardName;
use crate::wire::encode;
use crate::wire::{Message, State, StateReason};

/// Channels remembered of one board; beyond, the eighth not heard of for longest is
/// forgotten.
pub const MAX_KNOWN: usize = 1024;

/// Newest readings that wait, by their set of channels, to be merged into the values.
/// Merging parses JSON, so it is done when somebody asks, not once a reading.
const MAX_FRESH: usize = 16;

/// What the owner says of a channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Its unit.
    pub unit: Option<String>,
    /// Its label.
    pub label: Option<String>,
}

/// A change of a board's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The new state.
    pub state: State,
    /// Why.
    pub reason: Option<StateReason>,
    /// By which link.
    pub link: Link,
    /// Where, or what is wrong.
    pub detail: String,
}

/// One board in the journal.
#[derive(Debug)]
pub struct Latest {
    pub name: BoardName,
    pub change: Change,
    shown: BTreeMap<String, Shown>,
    channels: IndexMap<String, Known>,
    fresh: Vec<Fresh>,
    /// Number and time of the newest reading.
    last: Option<(u64, Timestamp)>,
    /// Number and time of the newest event.
    event: (u64, Timestamp),
    /// Its message in a snapshot, until the next event.
    snapshot: Option<Bytes>,
}

#[derive(Debug)]
struct Known {
    value: Value,
    seq: u64,
    time: Timestamp,
    unit: Option<String>,
}

#[derive(Debug)]
struct Fresh {
    shape: u64,
    seq: u64,
    time: Timestamp,
    tail: Vec<u8>,
}

/// A board's newest values, for `/metrics`.
#[derive(Debug)]
pub struct View {
    /// Its name.
    pub name: BoardName,
    /// Its state.
    pub state: State,
    /// Newest values by channel.
    pub values: Vec<(String, Value)>,
}

impl Latest {
    /// A board of which nothing is known yet: to everybody it is not there.
    pub fn new(name: BoardName, link: Link, shown: BTreeMap<String, Shown>) -> Self {
        let detail = String::new();
        Self {
            name,
            change: Change {
                state: State::Removed,
                reason: None,
                link,
                detail,
            },
            shown,
            channels: IndexMap::new(),
            fresh: Vec::new(),
            last: None,
            event: (0, Timestamp(0)),
            snapshot: None,
        }
    }

    /// Takes other settings, from a reload.
    pub fn show(&mut self, shown: BTreeMap<String, Shown>) {
        self.shown = shown;
        self.snapshot = None;
    }

    /// Forgets all but the name and the owner's settings.
    pub fn forget(&mut self) {
        let shown = std::mem::take(&mut self.shown);
        *self = Self::new(self.name.clone(), self.change.link, shown);
    }

    /// Notes any event.
    pub fn event(&mut self, seq: u64, time: Timestamp) {
        self.event = (seq, time);
        self.snapshot = None;
    }

    /// Notes a reading by its encoded tail.
    pub fn reading(&mut self, shape: u64, seq: u64, time: Timestamp, tail: &[u8]) {
        self.last = Some((seq, time));
        if let Some(fresh) = self.fresh.iter_mut().find(|fresh| fresh.shape == shape) {
            (fresh.seq, fresh.time) = (seq, time);
            fresh.tail.clear();
            fresh.tail.extend_from_slice(tail);
            return;
        }
        if self.fresh.len() == MAX_FRESH {
            self.merge();
        }
        let tail = tail.to_vec();
        self.fresh.push(Fresh {
            shape,
            seq,
            time,
            tail,
        });
    }

    /// Notes the unit that stood behind a channel's number.
    pub fn unit(&mut self, channel: &str, unit: &str) {
        self.merge();
        if let Some(known) = self.channels.get_mut(channel)
            && known.unit.as_deref() != Some(unit)
        {
            known.unit = Some(unit.to_owned());
        }
    }

    /// Whether the unit of a channel is still to be noted.
    pub fn lacks_unit(&self, channel: &str, unit: &str) -> bool {
        self.channels
            .get(channel)
            .is_none_or(|known| known.unit.as_deref() != Some(unit))
    }

    /// The tail of a `board` event that tells this state.
    pub fn tail(&mut self) -> Vec<u8> {
        self.merge();
        encode::board_tail(&self.message())
    }

    /// The `board` message as a frame, for a snapshot.
    pub fn snapshot(&mut self) -> Bytes {
        self.merge();
        match &self.snapshot {
            Some(frame) => frame.clone(),
            None => {
                let frame = encode::message(&Message::Board(self.message()));
                self.snapshot.insert(frame).clone()
            }
        }
    }

    /// The `board` message without its type, for the API.
    pub fn json(&mut self) -> Vec<u8> {
        self.merge();
        encode::json(&self.message())
    }

    /// State and values, for counting.
    pub fn view(&mut self) -> View {
        self.merge();
        let values = self
            .channels
            .iter()
            .map(|(name, known)| (name.clone(), known.value.clone()));
        View {
            name: self.name.clone(),
            state: self.change.state,
            values: values.collect(),
        }
    }

    fn merge(&mut self) {
        let mut fresh = std::mem::take(&mut self.fresh);
        if fresh.is_empty() {
            return;
        }
        fresh.sort_by_key(|fresh| fresh.seq);
        for fresh in fresh {
            for (name, value) in values_of(fresh.tail) {
                self.learn(name, value, fresh.seq, fresh.time);
            }
        }
        self.snapshot = None;
    }

    fn learn(&mut self, name: String, value: Value, seq: u64, time: Timestamp) {
        if let Some(known) = self.channels.get_mut(&name) {
            (known.value, known.seq, known.time) = (value, seq, time);
            return;
        }
        if self.channels.len() == MAX_KNOWN {
            self.forget_oldest();
        }
        self.channels.insert(
            name,
            Known {
                value,
                seq,
                time,
                unit: None,
            },
        );
    }

    /// Many at once: one by one, a board that names its channels anew in each line would
    /// cost everybody a search a channel.
    fn forget_oldest(&mut self) {
        let mut numbers: Vec<_> = self.channels.values().map(|known| known.seq).collect();
        let (_, &mut limit, _) = numbers.select_nth_unstable(MAX_KNOWN / 8);
        self.channels.retain(|_, known| known.seq > limit);
    }
}
