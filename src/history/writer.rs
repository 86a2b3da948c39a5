//! Writes the journal into the database, and goes on when that fails: what failed is tried
//! again, what is broken is put aside. Knows nothing of threads or of when to commit.

mod anew;

mod commit;

mod ids;

mod pace;

mod publish;

mod rows;

mod start;

#[cfg(test)]
mod tests;

pub mod thread;

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use tracing::warn;

pub use self::ids::Fresh;
pub use self::pace::{Need, Pace};

use self::commit::{Done, FEW, Failure, Job, MOST, Tell, Until, commit};
use self::ids::Ids;
use super::aside::{Fate, Identity};
use super::limits::Limits;
use super::open::Database;
use super::reserve::Reserve;
use super::shared::Shared;
use super::trim::More;
use super::trouble::{State, Trouble};
use crate::clock::Timestamp;
use crate::journal::Journal;

/// Attempts to end in order while another program holds the file; each waits a little.
const LAST_ATTEMPTS: usize = 8;

/// The writing half of a history.
#[derive(Debug)]
pub struct Writer {
    shared: Arc<Shared>,
    limits: Limits,
    fresh: Fresh,
    db: Option<Database>,
    /// The file that this run wrote last.
    file: Option<Identity>,
    ids: Ids,
    reserve: Reserve,
    /// The first number of this run.
    begin: u64,
    /// Time of the newest event that was stored.
    time: Timestamp,
    /// Which boards the next commit writes.
    tell: Tell,
    /// Whether something is still to be trimmed.
    more: More,
    /// When a file was last put aside.
    put_aside: Option<Instant>,
}

/// How a commit went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All that waited is stored.
    Caught,
    /// As much as fits into one commit is stored.
    More,
    /// Nothing is; why is told.
    Failed,
}

impl Writer {
    /// How urgent a commit is.
    pub fn need(&self, journal: &Journal) -> Need {
        if self.shared.state() != State::Ok {
            return Need::Again;
        }
        let waits = journal.head() > self.stored()
            || self.more == More::Yes
            || !self.ids.unsaved().is_empty();
        match self.ids.wanted(journal, &self.reserve) {
            _ if !waits => Need::Nothing,
            Some(_) => Need::Now,
            None => Need::Soon,
        }
    }

    /// Everything up to this number is stored or lost.
    pub fn stored(&self) -> u64 {
        self.db
            .as_ref()
            .map_or(self.begin - 1, |db| db.progress.stored)
    }

    /// Stores what waits, up to the bound of one commit.
    pub fn commit_now(&mut self, journal: &Journal) -> Outcome {
        self.reserve
            .learn(journal.head().saturating_sub(self.stored()));
        let until = match self.ids.wanted(journal, &self.reserve) {
            Some(until) => Until::Least(until),
            None => self.give_back(journal),
        };
        self.attempt(journal, until)
    }

    /// After a burst, fewer numbers are reserved. The journal first: what the file no longer
    /// has, nobody must see.
    fn give_back(&mut self, journal: &Journal) -> Until {
        let enough = self.reserve.too_far(journal.head());
        let given = enough.and_then(|enough| journal.give_back(&journal.stream(), enough));
        match given {
            Some(until) => {
                self.reserve.until = until;
                Until::Back(until)
            }
            None => Until::Least(self.reserve.until),
        }
    }

    /// Stores all there is, and gives back the numbers that were not given out.
    pub fn finish(&mut self, journal: &Journal) {
        let until = Until::Exactly(self.ids.seal(journal, &self.fresh));
        let mut attempts = 0;
        while attempts < LAST_ATTEMPTS {
            match self.attempt(journal, until) {
                Outcome::Caught => return,
                Outcome::More => {}
                Outcome::Failed if self.shared.state() == State::Locked => attempts += 1,
                Outcome::Failed => break,
            }
        }
        let behind = journal.head().saturating_sub(self.stored());
        if behind > 0 {
            warn!(behind, "stopping without storing the newest events");
        }
    }

    /// Looks whether the file is still there, for when nothing is to be written.
    pub fn look(&mut self) {
        if let Err(trouble) = self.same_file() {
            self.failed(trouble);
        }
    }

    fn attempt(&mut self, journal: &Journal, reserve: Until) -> Outcome {
        match self.try_to(journal, reserve) {
            Ok(done) => {
                let outcome = self.publish(journal, done, reserve);
                match outcome {
                    Outcome::More => self.shared.going_on(),
                    Outcome::Caught | Outcome::Failed => self.shared.set(None),
                }
                outcome
            }
            Err(trouble) => self.failed(trouble),
        }
    }

    fn failed(&mut self, trouble: Trouble) -> Outcome {
        self.shared.counters.errors.fetch_add(1, Relaxed);
        self.shared.set(Some(trouble));
        Outcome::Failed
    }

    fn try_to(&mut self, journal: &Journal, reserve: Until) -> Result<Done, Trouble> {
        self.same_file()?;
        match self.commit(journal, reserve) {
            Err(trouble) if trouble.state == State::Corrupt => {
                self.begin_anew(&trouble.detail)?;
                self.commit(journal, reserve)
            }
            done => done,
        }
    }

    /// Begins another file if this one is not to be written any more.
    fn same_file(&mut self) -> Result<(), Trouble> {
        if let Some(found) = self.shared.damage() {
            return self.begin_anew(&found.detail);
        }
        let Some(db) = &self.db else {
            return Ok(());
        };
        let cause = match db.fate() {
            Fate::Same => return Ok(()),
            Fate::Removed => "was removed",
            Fate::Replaced => "was replaced by another file",
            Fate::Cut => "was cut off",
        };
        self.begin_anew(&format!("{}: {cause}", self.shared.path.display()))
    }

    fn commit(&mut self, journal: &Journal, reserve: Until) -> Result<Done, Trouble> {
        let db = match self.db.take() {
            Some(db) => db,
            None => self.open_again()?,
        };
        let db = self.db.insert(db);
        let job = Job {
            ids: self.ids.unsaved(),
            limits: &self.limits,
            most: match self.shared.state() {
                State::Ok => MOST,
                _ => FEW,
            },
            boards: self.tell,
            reserve,
        };
        commit(db, journal, &job).map_err(|why| self.undo(why))
    }

    /// After a transaction that failed.
    fn undo(&mut self, why: Failure) -> Trouble {
        // It may be on disk after all: only its answer was lost.
        self.tell = Tell::All;
        let path = &self.shared.path;
        let trouble = match why {
            Failure::Sqlite(why) => Trouble::of(&why, path),
            Failure::Foreign => {
                let cause = "another program writes it (stop that, or give each gateway its own `path` in [history]; then restart)";
                return Trouble::new(State::Error, path, cause);
            }
        };
        // A file of which nothing can be said is closed: perhaps its disk is another one soon.
        let reloaded = self.db.as_mut().map(Database::reload);
        if trouble.state == State::Error || !matches!(reloaded, Some(Ok(()))) {
            self.close();
        }
        trouble
    }
}
