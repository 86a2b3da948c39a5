//! Boards that say things to a journal and to a list that forgets nothing.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::boards::Link;
use crate::clock::Timestamp;
use crate::config::Backlog;
use crate::journal::batch::Batch;
use crate::journal::{Change, Journal, Numbering, Slot};
use crate::name::{BoardName, Boards};
use crate::reading::{Channel, Reading, Value};
use crate::wire::State;
use crate::wire::encode::Partial;

/// More than the journal remembers of those that are gone.
pub const BOARDS: [&str; 12] = [
    "a", "b", "c", "d", "a1", "b1", "c1", "d1", "a2", "b2", "c2", "d2",
];

const SETS: [&[&str]; 5] = [&["t"], &["h"], &["t", "h"], &["h", "t"], &["x", "t"]];

/// What a line says.
#[derive(Clone, Debug)]
pub enum Item {
    /// A set of channels, and a number.
    Reading(usize, i64),
    /// So long a text.
    Text(usize),
}

/// An event as everybody is to see it, but for `time` and what a board's state shows.
#[derive(Clone, Debug)]
pub struct Event {
    pub seq: u64,
    pub time: i64,
    /// None is everybody's.
    pub board: Option<&'static str>,
    pub json: Json,
    /// The set of channels of a reading.
    pub set: Option<Vec<String>>,
}

/// What is known of a board: its state and its newest values.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    pub state: String,
    pub values: BTreeMap<String, Json>,
}

pub struct World {
    pub journal: Arc<Journal>,
    pub now: i64,
    /// Time of the newest event.
    time: i64,
    pub events: Vec<Event>,
    known: BTreeMap<&'static str, Known>,
    slots: HashMap<&'static str, Slot>,
    backlog: Backlog,
    batch: u64,
}

impl World {
    pub fn new(events: usize, bytes: usize, remembered: usize) -> Self {
        let backlog = Backlog { events, bytes };
        Self {
            journal: Arc::new(Journal::remembering(
                Numbering::forgetful("s".into()),
                backlog,
                remembered,
            )),
            now: 1_763_829_599_619_214,
            time: 0,
            events: Vec::new(),
            known: BTreeMap::new(),
            slots: HashMap::new(),
            backlog,
            batch: 1,
        }
    }

    /// Says something that came so many microseconds ago.
    pub fn say(&mut self, board: usize, items: &[Item], late: i64) {
        self.now += 700;
        let board = BOARDS[board];
        let slot = self.slot(board);
        let at = self.now - late;
        self.time = self.time.max(at);
        let name = BoardName::new(board).unwrap();
        let mut batch = Batch::default();
        self.batch = self.head() + 1;
        for item in items {
            match item {
                Item::Reading(set, value) => self.reading(&mut batch, &name, board, *set, *value),
                Item::Text(length) => {
                    let text = "x".repeat(*length);
                    batch.text(&name, &text, Partial::No);
                    self.event(Some(board), json!({"type": "text", "text": text}), None);
                }
            }
        }
        let last = self.journal.append(slot, Timestamp(at), &batch);
        assert_eq!(last, self.head());
    }

    pub fn change(&mut self, board: usize, state: State) {
        let board = BOARDS[board];
        let slot = self.slot(board);
        self.tell(board, slot, state);
    }

    pub fn remove(&mut self, board: usize) {
        let board = BOARDS[board];
        if let Some(slot) = self.slots.remove(board) {
            self.tell(board, slot, State::Removed);
            self.journal.release(slot);
            self.known.remove(board);
        }
    }

    pub fn clock(&mut self) {
        self.now += 90_000_000;
        self.time = self.now;
        self.batch = self.head() + 1;
        self.event(None, json!({"type": "clock", "jump": 90000}), None);
        self.journal.clock(Timestamp(self.now), 90_000_000);
    }

    pub fn wait(&mut self, micros: i64) {
        self.now += micros;
    }

    pub fn head(&self) -> u64 {
        self.events.len() as u64
    }

    /// The oldest number that is held.
    pub fn first(&self) -> u64 {
        self.journal.lock().ring.first()
    }

    /// The newest number that belongs to a board whose name the journal has forgotten.
    pub fn forgotten(&self) -> u64 {
        self.journal.lock().places.forgotten().last_evicted
    }

    /// Matching events from one number to another.
    pub fn matching(&self, boards: &Boards, from: u64, to: u64) -> impl Iterator<Item = &Event> {
        let to = (to as usize).min(self.events.len());
        let from = (from as usize - 1).min(to);
        self.events[from..to]
            .iter()
            .filter(|event| event.board.is_none_or(|board| boards.matches(board)))
    }

    /// What is known of the boards that match.
    pub fn known(&self, boards: &Boards) -> BTreeMap<String, Known> {
        let known = self.known.iter();
        known
            .filter(|(board, _)| boards.matches(board))
            .map(|(board, known)| ((*board).to_owned(), known.clone()))
            .collect()
    }

    /// No more is held than the bounds allow, except for what was appended last.
    pub fn check_bounds(&self) {
        let (events, bytes) = self.journal.size();
        assert!(events <= self.backlog.events, "{events} events");
        let only_the_last = self.first() >= self.batch;
        assert!(bytes <= self.backlog.bytes || only_the_last, "{bytes} B");
        assert_eq!(self.journal.head(), self.head());
    }

    fn slot(&mut self, board: &'static str) -> Slot {
        if let Some(&slot) = self.slots.get(board) {
            return slot;
        }
        let name = BoardName::new(board).unwrap();
        let slot = self.journal.register(&name, Link::Serial, BTreeMap::new());
        self.slots.insert(board, slot);
        self.tell(board, slot, State::Online);
        slot
    }

    fn tell(&mut self, board: &'static str, slot: Slot, state: State) {
        self.now += 700;
        self.time = self.now;
        self.batch = self.head() + 1;
        let known = self.known.entry(board).or_insert_with(|| Known {
            state: String::new(),
            values: BTreeMap::new(),
        });
        state.name().clone_into(&mut known.state);
        let values = known.values.clone();
        let mut json = json!({"type": "board", "state": state.name(), "link": "serial"});
        if !values.is_empty() {
            json["last"] = json!(values);
        }
        self.event(Some(board), json, None);
        let change = Change {
            state,
            reason: None,
            link: Link::Serial,
            detail: String::new(),
        };
        self.journal.change(slot, Timestamp(self.now), change);
    }

    fn reading(
        &mut self,
        batch: &mut Batch,
        name: &BoardName,
        board: &'static str,
        set: usize,
        value: i64,
    ) {
        let channels = SETS[set].iter().map(|&channel| Channel {
            name: channel.into(),
            value: match value {
                ..0 => Value::Null,
                value => Value::Int(value),
            },
            unit: None,
        });
        let reading = Reading {
            channels: channels.collect(),
            ..Reading::default()
        };
        batch.reading(name, &reading);
        let shown = if value < 0 { Json::Null } else { json!(value) };
        let values: BTreeMap<_, _> = SETS[set]
            .iter()
            .map(|&channel| (channel.to_owned(), shown.clone()))
            .collect();
        let set = values.keys().cloned().collect();
        if let Some(known) = self.known.get_mut(board) {
            known.values.extend(values.clone());
        }
        let json = json!({"type": "reading", "values": values});
        self.event(Some(board), json, Some(set));
    }

    fn event(&mut self, board: Option<&'static str>, mut json: Json, set: Option<Vec<String>>) {
        let seq = self.head() + 1;
        json["seq"] = seq.into();
        if let Some(board) = board {
            json["board"] = board.into();
        }
        let time = self.time;
        self.events.push(Event {
            seq,
            time,
            board,
            json,
            set,
        });
    }
}
