//! Which ids of the numbers may be stored, and what the journal is promised under them.
//! Knows nothing of the database.
//!
//! An id is stored only once all its numbers are within a reservation that is on disk:
//! whoever resumes under a stored id after a crash must not meet numbers given out twice.

use crate::history::reserve::Reserve;
use crate::journal::{Journal, Reserved};

/// Makes ids that no other start of any gateway has.
pub struct Fresh(Box<dyn Fn() -> String + Send>);

impl Fresh {
    /// From what makes them.
    pub fn new(make: impl Fn() -> String + Send + 'static) -> Self {
        Self(Box::new(make))
    }

    /// Another one.
    pub fn id(&self) -> String {
        (self.0)()
    }
}

impl std::fmt::Debug for Fresh {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fresh")
    }
}

/// The ids of the numbers that may be stored; one more for each time that the disk failed
/// for longer than what was reserved.
#[derive(Debug, Default)]
pub struct Ids {
    valid: Vec<String>,
    /// How many of them are in the file.
    saved: usize,
}

impl Ids {
    /// One that is new.
    pub fn new(id: String) -> Self {
        let valid = vec![id];
        Self { valid, saved: 0 }
    }

    /// Those of a file.
    pub fn of_file(ids: Vec<String>) -> Self {
        let saved = ids.len();
        Self { valid: ids, saved }
    }

    /// Every id that may be stored, the newest last.
    pub fn valid(&self) -> &[String] {
        &self.valid
    }

    /// Those that are still to be stored.
    pub fn unsaved(&self) -> &[String] {
        &self.valid[self.saved..]
    }

    /// All are in the file now.
    pub fn saved(&mut self) {
        self.saved = self.valid.len();
    }

    /// Another file is begun, that has none.
    pub fn forget_saved(&mut self) {
        self.saved = 0;
    }

    /// How far numbers are to be reserved with the next commit, if anything has to be.
    pub fn wanted(&self, journal: &Journal, reserve: &Reserve) -> Option<u64> {
        let known = self.knows(&journal.stream());
        let head = journal.head();
        (!known || reserve.is_low(head)).then(|| reserve.ahead(head))
    }

    /// Tells the journal of a reservation that is on disk.
    pub fn promise(&mut self, journal: &Journal, until: u64, fresh: &Fresh) {
        let id = journal.stream();
        let next = fresh.id();
        journal.reserve(&id, Reserved { until, next });
        // Under an id that the journal had to begin itself, more may have been given out
        // meanwhile than this reserves. From now on it gives out no more under it.
        if journal.head() <= until {
            self.add(&id);
        }
    }

    /// Lets the journal give out nothing more under its id, and gives the last number that
    /// it has given out.
    pub fn seal(&mut self, journal: &Journal, fresh: &Fresh) -> u64 {
        let id = journal.stream();
        let until = journal.head();
        let next = fresh.id();
        journal.reserve(&id, Reserved { until, next });
        self.add(&id);
        journal.head()
    }

    fn add(&mut self, id: &str) {
        if !self.knows(id) {
            self.valid.push(id.to_owned());
        }
    }

    fn knows(&self, id: &str) -> bool {
        self.valid.iter().any(|known| known == id)
    }
}
