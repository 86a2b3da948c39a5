//! Reads from the database beside the writer, without waiting for it.
//! Knows nothing of what is read.

use std::fmt;

use rusqlite::{Connection, OpenFlags};

use super::History;

/// Why nothing could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError(String);

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ReadError {}

impl History {
    /// Runs something on a connection that can only read, in a thread that may block.
    /// Cancel safe: what has begun goes on to its end.
    ///
    /// # Errors
    /// When the database cannot be opened or read.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ReadError> {
        let path = self.path.clone();
        let read = move || {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            f(&Connection::open_with_flags(path, flags)?)
        };
        let done = tokio::task::spawn_blocking(read).await;
        done.map_err(|why| ReadError(why.to_string()))?
            .map_err(|why| ReadError(why.to_string()))
    }
}
