//! The journal on disk: a cursor that writes events into SQLite, and what is read again.
//! A disk that is slow, full, broken or gone is a state, and slows nobody.
//! Knows nothing of sockets or of boards' links.

mod aside;

mod body;

mod ends;

#[cfg(test)]
mod figures;

#[cfg(test)]
pub(crate) mod filling;

mod limits;

mod open;

mod past;

mod pages;

pub mod query;

mod reach;

pub mod readers;

mod reserve;

mod shared;

pub mod sum;

pub mod sums;

pub mod trim;

mod trouble;

pub mod when;

mod writer;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

pub use self::open::VERSION;
pub use self::pages::{Page, Stored};
pub use self::past::NoPage;
pub use self::shared::Counters;
pub use self::trouble::State;

use self::readers::Readers;
use self::shared::Shared;
use self::trouble::Trouble;
use self::writer::thread::{self, Control, Order};
use self::writer::{Fresh, Pace, Writer};

use crate::config;
use crate::journal::{Journal, Numbering};
use crate::name::BoardName;

/// Events on disk. Shared by whoever reads them. Dropped without [`History::stop`], the
/// newest events are not stored, as after a power cut; nobody waits for the thread then.
#[derive(Debug)]
pub struct History {
    shared: Arc<Shared>,
    control: Arc<Control>,
    readers: Readers,
    config: config::History,
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
            config: config.clone(),
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
        let every = self.config.commit_every;
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

    /// How much is kept, and where.
    pub fn config(&self) -> &config::History {
        &self.config
    }

    /// What was done since the start.
    pub fn counters(&self) -> &Counters {
        &self.shared.counters
    }

    /// Whether events are being stored now.
    pub fn status(&self) -> Status {
        self.shared.status()
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
