//! Another file: one that can be opened at last, or a new one in place of a broken one.
//! Knows nothing of commits.

use std::time::{Duration, Instant};

use tracing::{info, warn};

use super::Writer;
use super::commit::{Tell, adopt};
use crate::history::aside;
use crate::history::open::{Database, Progress, Seed, wall_clock};
use crate::history::reach::Reach;
use crate::history::trouble::{State, Trouble};

/// Between two files that are put aside, so that a broken disk is not filled with them.
const REST: Duration = Duration::from_secs(60);

impl Writer {
    /// Opens the file again, which could not be used before.
    pub(super) fn open_again(&mut self) -> Result<Database, Trouble> {
        match Database::open(&self.shared.path, &self.limits) {
            Ok(Some(db)) => self.recognise(db),
            Ok(None) => self.create(),
            Err(trouble) => Err(trouble),
        }
    }

    /// Goes on in a file, if its numbers and those of this run do not meet.
    fn recognise(&mut self, mut db: Database) -> Result<Database, Trouble> {
        if self.file.is_some_and(|file| file.is(&db.file())) {
            return Ok(db);
        }
        if db.progress.reserved >= self.begin {
            let cause = "holds numbers of another gateway";
            let trouble = Trouble::new(State::Corrupt, &self.shared.path, cause);
            db.abandon();
            return Err(trouble);
        }
        let reserved = self.reserve.until.max(self.begin - 1);
        adopt(&mut db, self.begin, reserved).map_err(|why| self.trouble(&why))?;
        self.ids.forget_saved();
        self.take_over(db)
    }

    /// Puts away what is there, and begins a new file that goes on with the same numbers.
    pub(super) fn begin_anew(&mut self, cause: &str) -> Result<(), Trouble> {
        self.close();
        let path = self.shared.path.clone();
        let failed = |why: &str| Trouble::new(State::Corrupt, &path, why);
        if self.put_aside.is_some_and(|then| then.elapsed() < REST) {
            return Err(failed(
                "broken again within a minute (is the disk dying? see `dmesg`; a new file is begun soon)",
            ));
        }
        let aside = aside::set_aside(&path, wall_clock()).map_err(|why| {
            failed(&format!(
                "cannot be used, nor put aside: {why} (move it away)"
            ))
        })?;
        match &aside {
            Some(aside) => {
                self.put_aside = Some(Instant::now());
                warn!(cause, kept = %aside.display(), "the history was put aside, and a new one is begun");
            }
            None => warn!(cause, "a new history is begun"),
        }
        self.db = Some(self.create()?);
        Ok(())
    }

    /// Makes a file that knows the numbers, and that all before this run is not in it.
    pub(super) fn create(&mut self) -> Result<Database, Trouble> {
        let stored = self.begin - 1;
        let seed = Seed {
            ids: self.ids.valid(),
            progress: Progress {
                reserved: self.reserve.until.max(stored),
                stored,
                time: self.time,
            },
        };
        let db = Database::create(&self.shared.path, &self.limits, &seed)?;
        self.ids.saved();
        info!(path = %self.shared.path.display(), "history created");
        self.take_over(db)
    }

    /// From here on this is the file.
    pub(super) fn take_over(&mut self, db: Database) -> Result<Database, Trouble> {
        let stored = db.progress.stored;
        let reach = Reach::load(&db.conn, stored).map_err(|why| self.trouble(&why))?;
        *self.shared.reach() = reach;
        self.file = Some(db.file());
        self.tell = Tell::All;
        self.shared.another_file();
        self.shared.advance(stored, 0);
        Ok(db)
    }

    /// Lets go of the file as it is.
    pub(super) fn close(&mut self) {
        if let Some(db) = self.db.take() {
            db.abandon();
        }
    }

    pub(super) fn trouble(&self, why: &rusqlite::Error) -> Trouble {
        Trouble::of(why, &self.shared.path)
    }
}
