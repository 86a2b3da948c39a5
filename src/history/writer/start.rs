//! How a run begins: with what an earlier one left, as far as that can be read.
//! Knows nothing of the journal, which is made from what is found here.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

use tracing::{info, warn};

use super::commit::{Tell, adopt};
use super::ids::{Fresh, Ids};
use super::{Limits, More, Reserve, Writer};
use crate::clock::Timestamp;
use crate::config;
use crate::history::Before;
use crate::history::open::{Database, Left, wall_clock};
use crate::history::shared::Shared;
use crate::history::trouble::{State, Trouble};
use crate::journal::{Numbering, Reserved};

impl Writer {
    /// Opens or makes the database. Whatever is wrong is a state, and the gateway starts.
    pub fn open(config: &config::History, fresh: Fresh) -> (Self, Before) {
        let path = std::path::absolute(&config.path).unwrap_or_else(|_| config.path.clone());
        let mut writer = Self {
            shared: Arc::new(Shared::new(path)),
            limits: Limits::new(config),
            fresh,
            db: None,
            file: None,
            ids: Ids::default(),
            reserve: Reserve::new(0),
            begin: 1,
            time: Timestamp::default(),
            tell: Tell::All,
            more: More::No,
            put_aside: None,
        };
        writer.make_directory();
        let before = writer.begin_run();
        (writer, before)
    }

    pub(super) fn make_directory(&self) {
        if let Some(directory) = self.shared.path.parent() {
            // Where that fails, opening the file says what is wrong.
            let _ = std::fs::create_dir_all(directory);
        }
    }

    /// What everybody else may know.
    pub fn shared(&self) -> Arc<Shared> {
        self.shared.clone()
    }

    fn begin_run(&mut self) -> Before {
        let path = self.shared.path.clone();
        let begun = match Database::open(&path, &self.limits) {
            Ok(None) => self.first_run(),
            Ok(Some(db)) => match Left::read(&db.conn) {
                Ok(left) => return self.next_run(Some(db), left),
                Err(why) => {
                    db.abandon();
                    Err(self.trouble(&why))
                }
            },
            Err(trouble) => Err(trouble),
        };
        match begun {
            Ok(()) => self.before(Vec::new()),
            Err(trouble) if trouble.state == State::Corrupt => self.run_in_place_of(&trouble),
            Err(trouble) => self.run_without(trouble),
        }
    }

    fn first_run(&mut self) -> Result<(), Trouble> {
        self.ids = Ids::new(self.fresh.id());
        self.reserve.until = self.reserve.ahead(self.begin - 1);
        self.db = Some(self.create()?);
        Ok(())
    }

    /// Goes on where an earlier run ended; without a database that may be written, under
    /// another id with the first event.
    fn next_run(&mut self, db: Option<Database>, left: Left) -> Before {
        let reserved = left.progress.reserved.max(left.progress.stored);
        self.begin = reserved + 1;
        self.time = left.progress.time;
        self.ids = Ids::of_file(left.ids);
        self.reserve = Reserve::new(reserved);
        self.shared.advance(left.progress.stored, 0);
        *self.shared.reach() = left.reach;
        if let Some(mut db) = db {
            let ahead = self.reserve.ahead(reserved);
            let adopted = adopt(&mut db, self.begin, ahead).map_err(|why| self.trouble(&why));
            match adopted.and_then(|()| self.take_over(db)) {
                Ok(db) => {
                    self.reserve.until = ahead;
                    self.db = Some(db);
                }
                Err(trouble) => self.shared.set(Some(trouble)),
            }
        }
        let path = self.shared.path.display();
        info!(%path, seq = reserved, "history opened");
        let lost = reserved - left.progress.stored;
        if lost > 0 {
            warn!(
                at_most = lost,
                "the last run did not end in order, and so many events may be lost"
            );
        }
        self.before(left.boards)
    }

    /// What is there can never be used: a new file, whose numbers are above all earlier ones.
    fn run_in_place_of(&mut self, broken: &Trouble) -> Before {
        self.begin = first_of_now(&self.shared.path);
        self.reserve = Reserve::new(self.begin - 1);
        self.reserve.until = self.reserve.ahead(self.begin - 1);
        self.ids = Ids::new(self.fresh.id());
        match self.begin_anew(&broken.detail) {
            Ok(()) => self.before(Vec::new()),
            Err(trouble) => self.run_without(trouble),
        }
    }

    /// What is there cannot be written now: it is read, if that is possible.
    fn run_without(&mut self, trouble: Trouble) -> Before {
        self.shared.set(Some(trouble));
        self.ids = Ids::default();
        if let Ok(left) = Left::read_only(&self.shared.path) {
            return self.next_run(None, left);
        }
        self.begin = first_of_now(&self.shared.path);
        self.reserve = Reserve::new(self.begin - 1);
        self.shared.advance(self.begin - 1, 0);
        self.before(Vec::new())
    }

    fn before(&self, boards: Vec<(crate::name::BoardName, String)>) -> Before {
        let known = self.ids.valid();
        let reserved = Reserved {
            until: self.reserve.until,
            next: self.fresh.id(),
        };
        let numbering = Numbering {
            streams: if known.is_empty() {
                vec![self.fresh.id()]
            } else {
                known.to_vec()
            },
            first: self.begin,
            time: self.time,
            // Under an id that is nowhere stored, all numbers may be given out.
            reserved: (!known.is_empty()).then_some(reserved),
        };
        Before { numbering, boards }
    }
}

/// Above every number of earlier runs: nobody gives out a thousand a second from 1970 on.
/// A machine without a clock of its own may be in the past, but not the file.
fn first_of_now(path: &Path) -> u64 {
    let written = std::fs::metadata(path).map_or(0, |file| file.mtime() + 1);
    let now = (wall_clock().0 / 1000).max(written.saturating_mul(1000));
    u64::try_from(now).unwrap_or(1).max(1)
}
