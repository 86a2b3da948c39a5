//! A directory with a database, runs of a gateway over it, and questions to it.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use super::super::{Fresh, Outcome, Writer};
use crate::boards::Link;
use crate::clock::Timestamp;
use crate::config::{Backlog, History};
use crate::history::Before;
use crate::journal::batch::Batch;
use crate::journal::{Change, Journal, Record, Slot};
use crate::name::BoardName;
use crate::wire::State;
use crate::wire::encode::Partial;

/// Number, time, board, kind and body.
pub type Event = (u64, i64, String, i64, String);

pub struct World {
    pub directory: TempDir,
    pub config: History,
    pub backlog: Backlog,
    ids: Arc<AtomicU64>,
}

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

/// A time, in seconds.
pub fn text(seconds: i64) -> Timestamp {
    Timestamp(1_795_415_126_000_000 + seconds * 1_000_000)
}

impl World {
    pub fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let config = History {
            path: directory.path().join("history.db"),
            ..History::default()
        };
        Self {
            directory,
            config,
            backlog: Backlog::default(),
            ids: Arc::default(),
        }
    }

    pub fn path(&self) -> PathBuf {
        self.config.path.clone()
    }

    pub fn fresh(&self) -> impl Fn() -> String + Send + 'static {
        let ids = self.ids.clone();
        move || format!("id{}", ids.fetch_add(1, Relaxed))
    }

    pub fn run(&self) -> Run {
        let (writer, before) = Writer::open(&self.config, Fresh::new(self.fresh()));
        let Before { numbering, boards } = before;
        if let Some(db) = &writer.db {
            // Tests do not wait for those whom they made hold it.
            db.conn.busy_timeout(Duration::ZERO).unwrap();
        }
        Run {
            streams: numbering.streams.clone(),
            first: numbering.first,
            journal: Arc::new(Journal::new(numbering, self.backlog)),
            writer,
            boards,
            slots: HashMap::new(),
            told: RefCell::default(),
        }
    }

    /// Another program.
    pub fn other(&self) -> Connection {
        let other = Connection::open(self.path()).unwrap();
        other.busy_timeout(Duration::ZERO).unwrap();
        other
    }

    pub fn reader(&self) -> Connection {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        Connection::open_with_flags(self.path(), flags).unwrap()
    }

    pub fn count(&self, table: &str) -> i64 {
        let count = format!("SELECT count(*) FROM {table}");
        self.reader()
            .query_row(&count, [], |row| row.get(0))
            .unwrap()
    }

    pub fn data_version(&self) -> Vec<u8> {
        let wal = super::super::with_end(&self.path(), "-wal");
        std::fs::read(wal).unwrap()
    }

    pub fn pairs(&self, query: &str) -> Vec<(i64, i64)> {
        let reader = self.reader();
        let mut query = reader.prepare(query).unwrap();
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.unwrap().map(Result::unwrap).collect()
    }

    pub fn streams(&self) -> Vec<String> {
        let reader = self.reader();
        let mut query = reader
            .prepare("SELECT id FROM stream ORDER BY rowid")
            .unwrap();
        let rows = query.query_map([], |row| row.get(0));
        rows.unwrap().map(Result::unwrap).collect()
    }

    pub fn events(&self) -> Vec<Event> {
        let reader = self.reader();
        let query =
            "SELECT seq, time, name, kind, body FROM event JOIN board ON id = board ORDER BY seq";
        let mut query = reader.prepare(query).unwrap();
        let rows = query.query_map([], |row| {
            let seq: i64 = row.get(0)?;
            Ok((
                seq as u64,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
            ))
        });
        rows.unwrap().map(Result::unwrap).collect()
    }

    /// How many files there are whose names begin so.
    pub fn files(&self, begin: &str) -> usize {
        let files = std::fs::read_dir(self.directory.path()).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        names
            .filter(|name| name.starts_with(begin) && name.ends_with(".db"))
            .count()
    }
}

impl Run {
    pub fn commit(&mut self) -> Outcome {
        self.listen();
        let outcome = self.writer.commit_now(&self.journal);
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
            let at = super::text(self.journal.head() as i64 / 10);
            self.journal.append(slot, at, &batch);
        }
        self.listen();
    }

    /// A reading, as its body.
    pub fn read(&mut self, board: &str, body: &str) {
        use crate::config::Format;
        use crate::reading::parse::Parser;
        let json: serde_json::Value = serde_json::from_str(body).unwrap();
        let line = json["values"].to_string();
        let parsed = Parser::new(&Format::Auto, false);
        let mut parser = parsed;
        let parsed = parser.parse(&line, false);
        let (name, slot) = self.board(board);
        let mut batch = Batch::default();
        batch.reading(&name, &parsed.readings[0]);
        self.journal.append(slot, super::text(1), &batch);
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
        self.journal.change(slot, super::text(0), change);
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
            told.insert(record.seq, event(&record));
        }
    }
}

fn event(record: &Record) -> Event {
    let board = record.board.as_ref().map_or("", BoardName::as_str);
    let kind = record.kind as i64;
    (
        record.seq,
        record.time.0,
        board.to_owned(),
        kind,
        record.body(),
    )
}
