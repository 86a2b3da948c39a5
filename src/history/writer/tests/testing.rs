//! A directory with a database, runs of a gateway over it, and questions to it.

mod run;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

pub use self::run::Run;

use crate::clock::Timestamp;
use crate::config::{Backlog, History};
use crate::history::aside::with_end;
use crate::name::Boards;

/// Number, time, board, kind and body.
pub type Event = (u64, i64, String, i64, String);

pub struct World {
    pub directory: TempDir,
    pub config: History,
    pub backlog: Backlog,
    ids: Arc<AtomicU64>,
}

/// Whether somebody who wants everything may resume there.
pub fn resumes(run: &Run, since: u64) -> bool {
    run.writer
        .shared
        .reach()
        .stored(&Boards::All, since)
        .is_some()
}

/// A time, in seconds.
pub fn text(seconds: i64) -> Timestamp {
    Timestamp(1_795_415_126_000_000 + seconds * 1_000_000)
}

impl World {
    pub fn new() -> Self {
        Self::on(&std::env::temp_dir())
    }

    pub fn on(disk: &Path) -> Self {
        let directory = tempfile::tempdir_in(disk).unwrap();
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
        Run::new(self)
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
        let wal = with_end(&self.path(), "-wal");
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
