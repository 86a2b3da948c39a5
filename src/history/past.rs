//! What is asked of the history: to go on in the past, or anything else that is on disk.
//! Knows nothing of who asks.

use rusqlite::Connection;
use tracing::warn;

use super::pages::{self, Page};
use super::readers::{ReadError, Which};
use super::shared::Standing;
use super::trouble::Trouble;
use super::{History, State};
use crate::name::Boards;

/// Why there is no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPage {
    /// What comes next is not stored yet: see [`History::stored_more`].
    NotYet,
    /// It cannot be read, or was deleted meanwhile.
    Lost,
}

impl History {
    /// The newest number up to which every matching event after `since` is stored, if all
    /// since then are. Does not wait for the disk.
    pub fn stored(&self, boards: &Boards, since: u64) -> Option<u64> {
        self.shared.reach().stored(boards, since)
    }

    /// Matching events behind a number, some hundred at a time. Cancel safe.
    ///
    /// # Errors
    /// [`NoPage`].
    pub async fn page(&self, boards: &Boards, after: u64) -> Result<Page, NoPage> {
        let until = self.stored(boards, after).ok_or(NoPage::Lost)?;
        if after >= until {
            return Err(NoPage::NotYet);
        }
        let wanted = boards.clone();
        let page = self.read(move |connection| pages::page(connection, &wanted, after, until));
        let page = page.await.map_err(|why| {
            warn!(error = %why, cause = std::error::Error::source(&why), "stored events cannot be read");
            NoPage::Lost
        })?;
        page.ok_or(NoPage::Lost)
    }

    /// Waits until more than this number is stored, or nothing is being stored because of
    /// a fault (then false). Cancel safe.
    pub async fn stored_more(&self, than: u64) -> bool {
        let mut standing = self.shared.standing();
        let over = |now: &Standing| now.stored > than || now.state != State::Ok || now.ended;
        let now = standing.wait_for(over).await;
        now.is_ok_and(|now| now.stored > than)
    }

    /// The number behind which the last `n` matching events up to `until` lie, or as many
    /// as there are. Cancel safe.
    pub async fn position_of_last(&self, boards: &Boards, n: u64, until: u64) -> u64 {
        let until = until.min(self.shared.standing().borrow().stored);
        let boards = boards.clone();
        let position = move |connection: &_| pages::position_of_last(connection, &boards, n, until);
        self.read(position).await.unwrap_or(until)
    }

    /// Reads in one short transaction, beside the writer. Cancel safe: what has begun ends by
    /// itself.
    ///
    /// # Errors
    /// When the database cannot be read, or `read` fails.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ReadError> {
        self.read_from(self.file(), read).await
    }

    /// The file that is at the path now.
    pub fn file(&self) -> Which {
        Which(self.shared.generation())
    }

    /// As [`History::read`], but only as long as this is the file: ids of boards and channels
    /// are another's in another one.
    ///
    /// # Errors
    /// As [`History::read`], and when another file has taken its place.
    pub async fn read_from<T: Send + 'static>(
        &self,
        file: Which,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ReadError> {
        let done = self.readers.read(file.0, read).await;
        if self.file() != file {
            return Err(ReadError::Replaced);
        }
        if let Err(ReadError::Sqlite(why)) = &done {
            let trouble = Trouble::of(why, &self.shared.path);
            if trouble.state == State::Corrupt {
                self.shared.damaged(trouble);
            }
        }
        done
    }

    /// Why it cannot be read, for people, with the cure.
    pub fn why(&self, why: &ReadError) -> String {
        let status = self.status();
        match why {
            _ if !status.detail.is_empty() => status.detail,
            ReadError::Sqlite(why) => Trouble::of(why, &self.shared.path).detail,
            ReadError::Replaced | ReadError::Panicked => why.to_string(),
        }
    }
}
