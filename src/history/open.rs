//! Opens the database, or makes one: what each connection is set to, and the check that it is
//! one of ours. Knows nothing of the journal.

mod left;

#[cfg(test)]
mod tests;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, MAIN_DB, OpenFlags, Transaction, TransactionBehavior, params};
use tracing::info;

pub use self::left::{Left, Progress};

use super::aside::{Fate, Identity};
use super::limits::{Limits, PAGE};
use super::reach::GATEWAY;
use super::sums::Sums;
use super::trouble::{State, Trouble};
use crate::clock::Timestamp;

/// Says in the file's head whose it is: "brdc".
const APPLICATION: i64 = 0x6272_6463;

/// The version of `schema.sql`.
pub const VERSION: i64 = 1;

/// How long another program that reads may hold things up before it is an error.
const BUSY: Duration = Duration::from_millis(250);

/// The open database; the only connection that writes.
#[derive(Debug)]
pub struct Database {
    /// Its connection.
    pub conn: Connection,
    /// How far it is.
    pub progress: Progress,
    /// Summaries, as far as the file is.
    pub sums: Sums,
    path: PathBuf,
    file: Identity,
}

/// With what a new database begins.
#[derive(Clone, Copy, Debug)]
pub struct Seed<'a> {
    /// Ids of the numbers.
    pub ids: &'a [String],
    /// How far numbers are reserved, stored or lost.
    pub progress: Progress,
}

impl Database {
    /// Opens the one that is there; nothing if none is, or one that never began.
    ///
    /// # Errors
    /// When it cannot be used; [`State::Corrupt`] if it never can.
    pub fn open(path: &Path, limits: &Limits) -> Result<Option<Self>, Trouble> {
        match fs::metadata(path) {
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
            Ok(file) if file.is_file() && file.len() == 0 => return Ok(None),
            _ => {}
        }
        let of = |why| Trouble::of(&why, path);
        let conn = connect(path, limits, OpenFlags::empty()).map_err(of)?;
        if conn.is_readonly(MAIN_DB).map_err(of)? {
            return Err(Trouble::read_only(path));
        }
        if !check(&conn, path)? {
            return Ok(None);
        }
        conn.pragma_update(None, "journal_mode", "WAL")
            .map_err(of)?;
        // It is only for speed: what keeps it from being made now, such as a full disk, is seen
        // at the first commit, and the next start tries again.
        let _ = add_index(&conn, path);
        Self::new(conn, path).map(Some).map_err(of)
    }

    /// Makes one where none is.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(path: &Path, limits: &Limits, seed: &Seed<'_>) -> Result<Self, Trouble> {
        let of = |why| Trouble::of(&why, path);
        let conn = connect(path, limits, OpenFlags::SQLITE_OPEN_CREATE).map_err(of)?;
        begin(&conn, seed).map_err(of)?;
        Self::new(conn, path).map_err(of)
    }

    fn new(conn: Connection, path: &Path) -> rusqlite::Result<Self> {
        let file = Identity::of(path).map_err(|_| rusqlite::Error::InvalidPath(path.into()))?;
        Ok(Self {
            progress: Progress::read(&conn)?,
            sums: Sums::load(&conn)?,
            path: path.to_owned(),
            file,
            conn,
        })
    }

    /// Takes the standing from the file again, after a transaction that failed: its answer
    /// may have been lost, and it be on disk after all.
    ///
    /// # Errors
    /// SQLite's.
    pub fn reload(&mut self) -> rusqlite::Result<()> {
        let progress = Progress::read(&self.conn)?;
        // Summing a minute anew is much work, for each attempt while a disk is full.
        if progress != self.progress {
            self.sums = Sums::load(&self.conn)?;
            self.progress = progress;
        }
        Ok(())
    }

    /// Which file this is.
    pub fn file(&self) -> Identity {
        self.file
    }

    /// Whether the file at its path is still this one, and whole. One call of the system.
    pub fn fate(&self) -> Fate {
        self.file
            .fate(&self.path, || self.bytes().unwrap_or(u64::MAX))
    }

    /// Bytes of the database, without its log; what the file has is noted for [`Self::fate`].
    pub fn measure(&mut self) -> u64 {
        if let Ok(now) = Identity::of(&self.path)
            && now.is(&self.file)
        {
            self.file = now;
        }
        self.bytes().unwrap_or(0)
    }

    fn bytes(&self) -> rusqlite::Result<u64> {
        let mut pages = self.conn.prepare_cached("PRAGMA page_count")?;
        let pages: i64 = pages.query_row([], |row| row.get(0))?;
        Ok(pages.unsigned_abs() * PAGE)
    }

    /// Closes it without touching the log, which by its name may be another file's by now.
    pub fn abandon(self) {
        let setting = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
        // Where that fails, closing does as it always does.
        let _ = self.conn.set_db_config(setting, true);
    }
}

fn connect(path: &Path, limits: &Limits, create: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | create;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(BUSY)?;
    conn.set_prepared_statement_cache_capacity(64);
    conn.pragma_update(None, "cache_size", -1024)?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "wal_autocheckpoint", limits.log_pages)?;
    conn.pragma_update(None, "journal_size_limit", limits.log_pages * PAGE)?;
    Ok(conn)
}

/// Whether there is something in it, and that it is ours.
fn check(conn: &Connection, path: &Path) -> Result<bool, Trouble> {
    let of = |why| Trouble::of(&why, path);
    let ask = |what| conn.query_row(what, [], |row| row.get::<_, i64>(0));
    let application = ask("PRAGMA application_id").map_err(of)?;
    let version = ask("PRAGMA user_version").map_err(of)?;
    match (application, version) {
        (APPLICATION, VERSION) => Ok(true),
        (APPLICATION, _) => {
            let cause = format!("written by another version of boardcast (schema {version})");
            Err(Trouble::new(State::Corrupt, path, &cause))
        }
        (0, 0) if ask("SELECT count(*) FROM sqlite_schema").map_err(of)? == 0 => Ok(false),
        // Somebody needs it: it is not put aside.
        _ => {
            let cause = "another program's database (choose another `path` in [history])";
            Err(Trouble::new(State::Error, path, cause))
        }
    }
}

/// As `schema.sql` has it.
const INDEX: &str = "CREATE INDEX event_state ON event (board, time) WHERE kind = 2;";

/// Makes the index that the first files did not have. It reads every event, once.
fn add_index(conn: &Connection, path: &Path) -> rusqlite::Result<()> {
    let known = "SELECT count(*) FROM sqlite_schema WHERE name = 'event_state'";
    let known: i64 = conn.query_row(known, [], |row| row.get(0))?;
    if known == 0 {
        info!(path = %path.display(), "the history is given an index, which may take a minute");
        conn.execute_batch(INDEX)?;
    }
    Ok(())
}

fn begin(conn: &Connection, seed: &Seed<'_>) -> rusqlite::Result<()> {
    conn.pragma_update(None, "page_size", PAGE)?;
    conn.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    let tx = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
    tx.execute_batch(include_str!("schema.sql"))?;
    tx.pragma_update(None, "application_id", APPLICATION)?;
    tx.pragma_update(None, "user_version", VERSION)?;
    for id in seed.ids {
        tx.execute("INSERT INTO stream (id) VALUES (?1)", [id])?;
    }
    let Progress {
        reserved,
        stored,
        time,
    } = seed.progress;
    tx.execute(
        "INSERT INTO progress (only, reserved, stored, time, summed) VALUES (1, ?1, ?2, ?3, 0)",
        params![reserved, stored, time.0],
    )?;
    tx.execute(
        "INSERT INTO board (id, name, latest, gone) VALUES (?1, '', NULL, ?2)",
        params![GATEWAY, stored],
    )?;
    tx.commit()
}

/// The wall clock, for names of files and for numbers above all earlier ones.
pub fn wall_clock() -> Timestamp {
    crate::clock::Clock::default().now(|_, _| {})
}
