//! Under which id numbers are given out, so that no number is ever given out twice under
//! the same id. Knows nothing of disks: somebody reserves numbers, and says so.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::clock::Timestamp;

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
    /// Numbers that may be given out under the last id; `None` is all of them.
    pub reserved: Option<Reserved>,
}

/// Numbers that will not be given out again after a crash.
#[derive(Clone, Debug)]
pub struct Reserved {
    /// The last of them.
    pub until: u64,
    /// The id under which further numbers are given out: of these nobody knows after a
    /// crash whether they were.
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
}

impl Streams {
    /// At least one id.
    pub fn new(ids: Vec<String>, reserved: Option<Reserved>) -> Self {
        let ids = ids.into_iter().map(Arc::from).collect();
        Self { ids, reserved }
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

    /// Begins another id if numbers up to this one are not reserved.
    pub fn need(&mut self, number: u64) {
        if self
            .reserved
            .as_ref()
            .is_some_and(|reserved| number > reserved.until)
            && let Some(reserved) = self.reserved.take()
        {
            self.ids.push(reserved.next.into());
        }
    }

    /// Takes a reservation for the id that it was made for; one that comes after another
    /// id was begun is too late.
    pub fn reserve(&mut self, id: &str, reserved: Reserved) {
        if **self.current() == *id {
            self.reserved = Some(reserved);
        }
    }
}
