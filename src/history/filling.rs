//! Databases for tests: a schema, boards, and events put in with their sums.
//! Knows nothing of the journal; numbers are counted here.

use std::path::Path;

use rusqlite::{Connection, params};

use super::sums::Sums;
use crate::clock::Timestamp;

/// 2026-11-23T06:00:00Z, a whole hour, in microseconds.
pub const START: i64 = 1_795_413_600_000_000;

/// One second in microseconds.
pub const SECOND: i64 = 1_000_000;

/// A database, its sums, and the newest number.
#[derive(Debug)]
pub struct Filling {
    pub conn: Connection,
    pub sums: Sums,
    pub seq: u64,
}

impl Filling {
    /// A new database in a file, as the writer opens it.
    pub fn at(path: &Path) -> Self {
        Self::new(Connection::open(path).unwrap())
    }

    /// A new database in memory.
    pub fn in_memory() -> Self {
        Self::new(Connection::open_in_memory().unwrap())
    }

    fn new(conn: Connection) -> Self {
        conn.execute_batch(
            "PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL;
             PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -1024;",
        )
        .unwrap();
        conn.set_prepared_statement_cache_capacity(64);
        conn.execute_batch(include_str!("schema.sql")).unwrap();
        conn.execute_batch(
            "INSERT INTO progress VALUES (1, 0, 0, 0, 0);
             INSERT INTO board VALUES (0, '', NULL, 0);",
        )
        .unwrap();
        let sums = Sums::load(&conn).unwrap();
        Self { conn, sums, seq: 0 }
    }

    /// Boards with ids from 1, named board-1 and so on.
    pub fn boards(&self, count: i64) {
        for id in 1..=count {
            let name = format!("board-{id}");
            self.conn
                .execute(
                    "INSERT INTO board VALUES (?1, ?2, '{}', 0)",
                    params![id, name],
                )
                .unwrap();
        }
    }

    /// The next event, a reading; summed.
    pub fn reading(&mut self, board: i64, time: i64, body: &str) {
        self.event(board, time, 0, body);
        self.sums
            .add(&self.conn, board, Timestamp(time), body)
            .unwrap();
    }

    /// The next event; not summed.
    pub fn event(&mut self, board: i64, time: i64, kind: i64, body: &str) {
        self.seq += 1;
        let mut insert = self
            .conn
            .prepare_cached("INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5)")
            .unwrap();
        insert
            .execute(params![board, self.seq as i64, time, kind, body])
            .unwrap();
    }

    /// Does several things in one transaction.
    pub fn commit<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        self.conn.execute_batch("BEGIN IMMEDIATE").unwrap();
        let done = work(self);
        self.conn.execute_batch("COMMIT").unwrap();
        done
    }

    /// Readings of one board at a steady pace, `every` microseconds, committed every 1000.
    pub fn steadily(
        &mut self,
        board: i64,
        from: i64,
        every: i64,
        count: i64,
        body: impl Fn(i64) -> String,
    ) {
        for block in (0..count).step_by(1000) {
            self.commit(|filling| {
                for n in block..count.min(block + 1000) {
                    filling.reading(board, from + n * every, &body(n));
                }
            });
        }
    }

    /// One number from a query without parameters.
    pub fn number(&self, sql: &str) -> i64 {
        self.conn.query_row(sql, [], |row| row.get(0)).unwrap()
    }
}

/// A body as an Uno with a sensor writes it, with this many channels.
pub fn body(n: i64, channels: i64) -> String {
    let mut body = String::from("{\"values\":{");
    for channel in 0..channels {
        let name = ["temperature", "humidity", "light", "battery"][channel as usize % 4];
        let tenths = (n * 7 + channel * 31) % 400;
        let comma = if channel > 0 { "," } else { "" };
        body.push_str(&format!(
            "{comma}\"{name}\":{}.{}",
            tenths / 10,
            tenths % 10
        ));
    }
    body.push_str("}}");
    body
}
