//! One process: what its boards say, and what it stores.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use super::super::super::{Fresh, Outcome, Writer};
use super::{Event, World, text};
use crate::boards::Link;
use crate::config::Format;
use crate::history::Before;
use crate::journal::batch::Batch;
use crate::journal::{Change, Journal, Slot};
use crate::name::BoardName;
use crate::reading::parse::Parser;
use crate::wire::State;
use crate::wire::encode::Partial;

/// One process.
pub struct Run {
    pub writer: Writer,
    pub journal: Arc<Journal>,
    pub streams: Vec<String>,
    pub first: u64,
    pub boards: Vec<(BoardName, String)>,
    slots: HashMap<String, Slot>,
    told: RefCell<BTreeMap<u64, Event>>,
}

impl Run {
    pub fn new(world: &World) -> Self {
        let (writer, before) = Writer::open(&world.config, Fresh::new(world.fresh()));
        let Before { numbering, boards } = before;
        if let Some(db) = &writer.db {
            // Tests do not wait for those whom they made hold it.
            db.conn.busy_timeout(Duration::ZERO).unwrap();
        }
        Self {
            streams: numbering.streams.clone(),
            first: numbering.first,
            journal: Arc::new(Journal::new(numbering, world.backlog)),
            writer,
            boards,
            slots: HashMap::new(),
            told: RefCell::default(),
        }
    }

    pub fn commit(&mut self) -> Outcome {
        self.listen();
        let outcome = loop {
            match self.writer.commit_now(&self.journal) {
                Outcome::More => {}
                outcome => break outcome,
            }
        };
        if let Some(db) = &self.writer.db {
            db.conn.busy_timeout(Duration::ZERO).unwrap();
        }
        outcome
    }

    pub fn state(&self) -> &'static str {
        self.writer.shared.status().state
    }

    pub fn stop(mut self) {
        self.journal.close();
        self.writer.finish(&self.journal);
    }

    pub fn crash(mut self) {
        self.writer.close();
    }

    /// Texts of a board.
    pub fn say(&mut self, board: &str, count: usize) {
        let (name, slot) = self.board(board);
        for _ in 0..count {
            let mut batch = Batch::default();
            let text = format!("text {}, \"quoted\"", self.journal.head() + 1);
            batch.text(&name, &text, Partial::No);
            let at = super::text((self.journal.head() + 1 - self.first) as i64 / 10);
            self.journal.append(slot, at, &batch);
        }
        // Longer than readers wait for a reservation.
        (0..3).for_each(|_| self.journal.tick());
        self.listen();
    }

    /// A reading, as its body.
    pub fn read(&mut self, board: &str, body: &str) {
        let json: serde_json::Value = serde_json::from_str(body).unwrap();
        let line = json["values"].to_string();
        let mut parser = Parser::new(&Format::Auto, false);
        let parsed = parser.parse(&line, false);
        let (name, slot) = self.board(board);
        let mut batch = Batch::default();
        batch.reading(&name, &parsed.readings[0]);
        self.journal.append(slot, text(1), &batch);
        self.listen();
    }

    pub fn change(&mut self, board: &str, state: State) {
        let (_, slot) = self.board(board);
        let change = Change {
            state,
            reason: None,
            link: Link::Http,
            detail: String::new(),
        };
        self.journal.change(slot, text(0), change);
        self.listen();
    }

    /// All events of this run, as far as anybody listened before they left the backlog.
    pub fn told(&self) -> Vec<Event> {
        self.listen();
        self.told.borrow().values().cloned().collect()
    }

    fn board(&mut self, name: &str) -> (BoardName, Slot) {
        let board = BoardName::new(name).unwrap();
        let register = || self.journal.register(&board, Link::Http, BTreeMap::new());
        let slot = *self.slots.entry(name.to_owned()).or_insert_with(register);
        (board, slot)
    }

    fn listen(&self) {
        let mut told = self.told.borrow_mut();
        let last = told
            .last_key_value()
            .map_or(self.first - 1, |(seq, _)| *seq);
        for record in self.journal.after(last, usize::MAX).records {
            let board = record.board.as_ref().map_or("", BoardName::as_str);
            let (kind, body) = (record.kind as i64, record.body());
            let event = (record.seq, record.time.0, board.to_owned(), kind, body);
            told.insert(record.seq, event);
        }
    }
}
