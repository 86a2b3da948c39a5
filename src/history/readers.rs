//! Connections that only read, a few at a time, away from the tasks that must not wait.
//! Knows nothing of what is read.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::aside::with_end;

/// More at a time would only wait for the same disk; whoever comes later waits here.
const MAX_READERS: usize = 4;

/// What a connection keeps in memory of the file, in KiB (negative: SQLite's way to say so).
const CACHE: i32 = -1024;

/// A checkpoint or a vacuum holds the file for a moment.
const PATIENCE: Duration = Duration::from_secs(2);

/// Connections for reading, opened when they are needed and kept.
#[derive(Debug)]
pub struct Readers {
    path: PathBuf,
    places: Arc<Semaphore>,
    idle: Mutex<Idle>,
}

#[derive(Debug, Default)]
struct Idle {
    /// Counts files: a connection to an older one is of no use.
    file: u64,
    connections: Vec<Connection>,
}

impl Idle {
    fn take(&mut self, file: u64) -> Option<Connection> {
        if self.file < file {
            self.file = file;
            self.connections.clear();
        }
        self.connections.pop()
    }
}

/// Why nothing could be read.
#[derive(Debug)]
pub enum ReadError {
    /// By SQLite.
    Sqlite(rusqlite::Error),
    /// Another file has taken the place of the one that was read before.
    Replaced,
    /// The reading code has a fault.
    Panicked,
}

/// One of the files that were at the path, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Which(pub(super) u64);

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(_) => f.write_str("the history cannot be read"),
            Self::Replaced => f.write_str("the history is another one since (ask again)"),
            Self::Panicked => f.write_str("the history was not read: this is a fault of boardcast"),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Sqlite(why) => Some(why),
            Self::Replaced | Self::Panicked => None,
        }
    }
}

impl Readers {
    /// For a file, which need not be there yet.
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            places: Arc::new(Semaphore::new(MAX_READERS)),
            idle: Mutex::default(),
        }
    }

    /// Runs `read` on this one of the files that were at the path, counted, in one short read
    /// transaction. Cancel safe: what has begun ends by itself, and has its place until then.
    ///
    /// # Errors
    /// When the file cannot be read, or `read` fails.
    pub async fn read<T: Send + 'static>(
        &self,
        file: u64,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ReadError> {
        // Never closed.
        let place = self.places.clone().acquire_owned().await;
        let idle = self.idle().take(file);
        let path = self.path.clone();
        let done = spawn_blocking(move || {
            // Not the caller's: who asks again and again and goes away would have threads
            // and connections without number.
            let _place = place;
            let connection = match idle {
                Some(connection) => connection,
                None => open_to_read(&path)?,
            };
            let transaction = connection.unchecked_transaction()?;
            let done = read(&transaction)?;
            drop(transaction);
            Ok((connection, done))
        });
        match done.await {
            Ok(Ok((connection, done))) => {
                let mut idle = self.idle();
                if idle.file == file {
                    idle.connections.push(connection);
                }
                Ok(done)
            }
            Ok(Err(why)) => Err(ReadError::Sqlite(why)),
            Err(_) => Err(ReadError::Panicked),
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens a database without ever changing it.
///
/// # Errors
/// When there is none, or it is none.
pub fn open_to_read(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    match connect(path, flags) {
        // Where nothing may be written, SQLite cannot have an index of the log; without a
        // log it needs none, but wants to be told.
        Err(why) if is_kept_from_writing(&why) && !has_log(path) => {
            connect(immutable(path).as_ref(), flags | OpenFlags::SQLITE_OPEN_URI)
        }
        opened => opened,
    }
}

fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "cache_size", CACHE)?;
    // Only now it is looked at.
    connection.query_row("PRAGMA user_version", [], |_| Ok(()))?;
    Ok(connection)
}

fn is_kept_from_writing(why: &rusqlite::Error) -> bool {
    let code = why.sqlite_error_code();
    matches!(code, Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

fn has_log(path: &Path) -> bool {
    std::fs::metadata(with_end(path, "-wal")).is_ok_and(|log| log.len() > 0)
}

fn immutable(path: &Path) -> String {
    let text = path.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-~".contains(c);
    let escaped = text.chars().map(|c| match plain(c) {
        true => c.to_string(),
        false => c.to_string().bytes().map(|b| format!("%{b:02x}")).collect(),
    });
    format!("file:{}?immutable=1", escaped.collect::<String>())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    /// Whoever goes away while he waits leaves a thread behind that reads on.
    #[tokio::test]
    async fn who_goes_away_keeps_his_place_until_the_disk_has_answered() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.db");
        Connection::open(&path)
            .unwrap()
            .execute_batch("CREATE TABLE a (b)")
            .unwrap();
        let readers = Arc::new(Readers::new(path));
        let mut slow = Vec::new();
        for _ in 0..MAX_READERS {
            let (begun, has_begun) = tokio::sync::oneshot::channel();
            let (go_on, may_go_on) = channel::<()>();
            let read = readers.read(0, move |_| {
                let _ = begun.send(());
                let _ = may_go_on.recv();
                Ok(())
            });
            tokio::select! {
                _ = read => panic!("it waits"),
                _ = has_begun => {}
            }
            slow.push(go_on);
        }
        assert_eq!(readers.places.available_permits(), 0);
        drop(slow);
        readers.read(0, |_| Ok(())).await.unwrap();
    }
}
