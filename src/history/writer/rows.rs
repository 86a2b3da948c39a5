//! Rows of events and boards within one transaction. Knows nothing of what is reserved.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};

use crate::clock::Timestamp;
use crate::history::reach::GATEWAY;
use crate::history::sums::Sums;
use crate::journal::{Journal, Lost, Record};
use crate::name::BoardName;
use crate::wire::encode::Kind;

/// Writes rows, and remembers which boards they were of.
pub struct Rows<'a> {
    tx: &'a Connection,
    sums: &'a mut Sums,
    /// Ids of the boards that had an event; looked up once a transaction.
    boards: HashMap<BoardName, i64>,
}

impl<'a> Rows<'a> {
    /// None yet.
    pub fn new(tx: &'a Connection, sums: &'a mut Sums) -> Self {
        let boards = HashMap::new();
        Self { tx, sums, boards }
    }

    /// Adds an event of this time; gives the bytes of its body.
    pub fn event(&mut self, record: &Record, time: Timestamp) -> rusqlite::Result<usize> {
        let board = match &record.board {
            Some(name) => self.id(name)?,
            None => GATEWAY,
        };
        let body = record.body();
        let (seq, kind) = (record.seq, record.kind.code());
        self.tx
            .prepare_cached(
                "INSERT INTO event (board, seq, time, kind, body) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![board, seq, time.0, kind, body])?;
        if record.kind == Kind::Reading {
            self.sums.add(self.tx, board, time, &body)?;
        }
        Ok(body.len())
    }

    /// Notes what cannot be stored any more.
    pub fn lost(&mut self, lost: &Lost) -> rusqlite::Result<()> {
        let others = lost.others.then_some(GATEWAY);
        let boards = lost.boards.iter().map(|name| self.id(name));
        let boards: Vec<_> = boards.chain(others.map(Ok)).collect::<Result<_, _>>()?;
        let mut note = self
            .tx
            .prepare_cached("UPDATE board SET gone = max(gone, ?2) WHERE id = ?1")?;
        for board in boards {
            note.execute(params![board, lost.to])?;
        }
        Ok(())
    }

    /// Writes how each board that had an event stands now; nothing for a removed one.
    pub fn latest(&self, journal: &Journal) -> rusqlite::Result<()> {
        let mut latest = self
            .tx
            .prepare_cached("UPDATE board SET latest = ?2 WHERE id = ?1")?;
        for (name, id) in &self.boards {
            let json = journal.board(name.as_str());
            let json = json.map(|json| String::from_utf8_lossy(&json).into_owned());
            latest.execute(params![id, json])?;
        }
        Ok(())
    }

    /// Counts every board that is known as one that had an event: for a file that knows none.
    pub fn all_boards(&mut self, journal: &Journal) -> rusqlite::Result<()> {
        for view in journal.views() {
            self.id(&view.name)?;
        }
        Ok(())
    }

    fn id(&mut self, name: &BoardName) -> rusqlite::Result<i64> {
        if let Some(&id) = self.boards.get(name) {
            return Ok(id);
        }
        let mut find = self
            .tx
            .prepare_cached("SELECT id FROM board WHERE name = ?1")?;
        let known = find.query_row([name.as_str()], |row| row.get(0));
        let id = match known.optional()? {
            Some(id) => id,
            None => self.new_board(name)?,
        };
        self.boards.insert(name.clone(), id);
        Ok(id)
    }

    fn new_board(&self, name: &BoardName) -> rusqlite::Result<i64> {
        let mut add = self
            .tx
            .prepare_cached("INSERT INTO board (name, latest, gone) VALUES (?1, NULL, 0)")?;
        add.insert([name.as_str()])
    }
}
