//! The journal on disk: a cursor that writes events into SQLite, and what is read again.
//! A disk that is slow, full, broken or gone is a state, and slows nobody.
//! Knows nothing of sockets or of boards' links.

mod aside;

#[cfg(test)]
mod figures;

#[cfg(test)]
pub(crate) mod filling;

mod limits;

mod oldest;

mod open;

mod pages;

pub mod query;

mod reach;

pub mod readers;

mod reserve;

mod shared;

pub mod sums;

pub mod trim;

mod trouble;

pub mod when;

mod writer;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

pub use self::shared::Counters;
pub use self::trouble::State;

use self::readers::{ReadError, Readers, Which};
use self::shared::{Shared, Standing};
use self::trouble::Trouble;
use self::writer::thread::{self, Control, Order};
use self::writer::{Fresh, Pace, Writer};
use rusqlite::Connection;
use tracing::warn;

use crate::config;
use crate::journal::{Journal, Numbering, Record};
use crate::name::{BoardName, Boards};

/// Events on disk. Shared by whoever reads them. Dropped without [`History::stop`], the
/// newest events are not stored, as after a power cut; nobody waits for the thread then.
#[derive(Debug)]
pub struct History {
    shared: Arc<Shared>,
    control: Arc<Control>,
    readers: Readers,
    every: std::time::Duration,
    /// Until it has a thread.
    writer: Mutex<Option<Writer>>,
}

/// What an earlier run left behind.
#[derive(Debug)]
pub struct Before {
    /// Where numbers go on.
    pub numbering: Numbering,
    /// Boards that were known, each with its `board` message as JSON.
    pub boards: Vec<(BoardName, String)>,
}

/// Whether events are being stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// `ok`, or what is wrong in one word: `full`, `read_only`, `locked`, `corrupt`, `error`.
    pub state: &'static str,
    /// What is wrong, for people, with the cure; empty if nothing is.
    pub detail: String,
    /// Events that are not stored yet.
    pub behind: u64,
    /// Bytes on disk.
    pub bytes: u64,
}

/// Events that follow a number.
#[derive(Debug)]
pub struct Page {
    /// Matching events and gaps, in order.
    pub items: Vec<Stored>,
    /// There is nothing else that matches up to this number.
    pub to: u64,
}

/// One thing on a page.
#[derive(Debug)]
pub enum Stored {
    /// An event.
    Event(Record),
    /// Numbers that were perhaps given out before a crash.
    Gap {
        /// First.
        from: u64,
        /// Last.
        to: u64,
    },
}

/// Why there is no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPage {
    /// What comes next is not stored yet: see [`History::stored_more`].
    NotYet,
    /// It cannot be read, or was deleted meanwhile.
    Lost,
}

impl Status {
    /// Whether events are being stored.
    pub fn is_ok(&self) -> bool {
        self.state == State::Ok.as_str()
    }
}

impl History {
    /// Opens the database, or makes it, and says where an earlier run ended. Never fails:
    /// what is wrong is a state. `fresh_id` gives ids that no other start of any gateway has.
    /// It waits for the disk.
    pub fn open(
        config: &config::History,
        fresh_id: impl Fn() -> String + Send + 'static,
    ) -> (Self, Before) {
        let (writer, before) = Writer::open(config, Fresh::new(fresh_id));
        let shared = writer.shared();
        let readers = Readers::new(shared.path.clone());
        let history = Self {
            shared,
            control: Arc::new(Control::new()),
            readers,
            every: config.commit_every,
            writer: Mutex::new(Some(writer)),
        };
        (history, before)
    }

    /// Begins to store what is in the journal, which was made from [`Before::numbering`] and
    /// has these bounds. A second call does nothing.
    pub fn start(&self, journal: Arc<Journal>, backlog: config::Backlog) {
        let Some(writer) = self.take_writer() else {
            return;
        };
        let _ = self.shared.journal.set(journal.clone());
        let every = self.every;
        let pace = Pace { every, backlog };
        if let Err(why) = thread::spawn(writer, journal, self.control.clone(), pace) {
            let cause = format!("no thread to write it: {why} (see `ulimit -u`, and restart)");
            let trouble = Trouble::new(State::Error, &self.shared.path, &cause);
            self.shared.set(Some(trouble));
            self.shared.end();
        }
    }

    /// Stores everything that is in the journal, which is closed by then, closes the
    /// database, and waits for that. Cancel safe: dropped, it goes on by itself, and a
    /// second call waits again.
    pub async fn stop(&self) {
        if self.take_writer().is_some() {
            self.shared.end();
        }
        self.control.order(Order::Finish);
        let mut standing = self.shared.standing();
        // It cannot fail: the sender is here, too.
        let _ = standing.wait_for(|standing| standing.ended).await;
    }

    /// Where the database is.
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// What was done since the start.
    pub fn counters(&self) -> &Counters {
        &self.shared.counters
    }

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

    /// Whether events are being stored now.
    pub fn status(&self) -> Status {
        self.shared.status()
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
        if self.file() == file {
            done
        } else {
            Err(ReadError::Replaced)
        }
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

    fn take_writer(&self) -> Option<Writer> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.take()
    }
}

impl Drop for History {
    fn drop(&mut self) {
        self.control.order(Order::Leave);
    }
}
