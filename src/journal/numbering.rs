//! Under which id numbers are given out, so that no number is ever seen twice under the same
//! id. Knows nothing of disks: somebody reserves numbers, and says so.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::clock::Timestamp;

/// How many ticks readers wait for a reservation: with ten in a second some 0.3 s. A disk
/// that is well needs 0.01 to 0.1 s, and only a burst from nothing has to wait at all.
const PATIENCE: u32 = 3;

/// Where a numbering begins.
#[derive(Clone, Debug)]
pub struct Numbering {
    /// Its ids, at least one. A subscriber that knows any of them knows these numbers; the
    /// last one is told.
    pub streams: Vec<String>,
    /// The first number that will be given out; at least 1.
    pub first: u64,
    /// No event is older than this.
    pub time: Timestamp,
    /// Numbers that readers may see under the last id; `None` is all of them.
    pub reserved: Option<Reserved>,
}

/// Numbers that will not be given out again after a crash.
#[derive(Clone, Debug)]
pub struct Reserved {
    /// The last of them.
    pub until: u64,
    /// The id of further numbers, if they are not reserved in time: of these nobody knows
    /// after a crash whether they were given out.
    pub next: String,
}

impl Numbering {
    /// One that nobody remembers: from 1, under an id that no other has.
    pub fn forgetful(stream: String) -> Self {
        Self {
            streams: vec![stream],
            first: 1,
            time: Timestamp::default(),
            reserved: None,
        }
    }
}

/// The ids of a numbering that goes on.
#[derive(Debug)]
pub(super) struct Streams {
    ids: Vec<Arc<str>>,
    reserved: Option<Reserved>,
    /// Ticks since numbers were first needed that are not reserved.
    waited: u32,
}

impl Streams {
    /// At least one id.
    pub fn new(ids: Vec<String>, reserved: Option<Reserved>) -> Self {
        let ids = ids.into_iter().map(Arc::from).collect();
        Self {
            ids,
            reserved,
            waited: 0,
        }
    }

    /// The one that is told.
    pub fn current(&self) -> &Arc<str> {
        self.ids.last().expect("a numbering has an id")
    }

    /// How many there were so far: changes when subscribers are to be told another.
    pub fn count(&self) -> usize {
        self.ids.len()
    }

    /// Whether this is an id of these numbers.
    pub fn know(&self, id: &str) -> bool {
        self.ids.iter().any(|known| **known == *id)
    }

    /// The largest number that may be seen under the id that is told.
    pub fn limit(&self) -> u64 {
        let reserved = self.reserved.as_ref();
        reserved.map_or(u64::MAX, |reserved| reserved.until)
    }

    /// Begins another id once numbers up to this one have not been reserved for too long.
    pub fn tick(&mut self, head: u64) -> Told {
        if head <= self.limit() {
            self.waited = 0;
            return Told::Nothing;
        }
        self.waited += 1;
        if self.waited < PATIENCE {
            return Told::Nothing;
        }
        self.begin_another()
    }

    /// Begins another id, under which all numbers may be seen.
    pub fn begin_another(&mut self) -> Told {
        let Some(reserved) = self.reserved.take() else {
            return Told::Nothing;
        };
        self.ids.push(reserved.next.into());
        self.waited = 0;
        Told::Another
    }

    /// Lets no more than this be seen under this id, if it is the last and there is a bound;
    /// gives the bound. Nothing above the newest number was seen.
    pub fn lower(&mut self, id: &str, until: u64, head: u64) -> Option<u64> {
        let is_last = **self.current() == *id;
        let reserved = self.reserved.as_mut().filter(|_| is_last)?;
        reserved.until = reserved.until.min(until.max(head));
        Some(reserved.until)
    }

    /// Takes a reservation for the id that it was made for; one that comes after another
    /// id was begun is too late.
    pub fn reserve(&mut self, id: &str, reserved: Reserved) {
        if **self.current() == *id {
            self.reserved = Some(reserved);
        }
    }
}

/// Whether there is another id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// There is.
    Another,
    /// All is as it was.
    Nothing,
}
