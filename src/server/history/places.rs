//! How many questions to the history are answered at a time: each answer holds memory.
//! Knows nothing of what is asked.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Answers in memory, of some 20 MiB at the very most. Whoever comes later waits in line.
const ANSWERS: usize = 4;

/// Texts that are being sent. They may take hours, so nobody waits for the end of one.
pub(super) const EXPORTS: usize = 8;

/// An answer that is no larger does not count any more once it is made.
const SMALL: usize = 256 * 1024;

/// A place; it is given back when this is dropped.
pub(in crate::server) type Place = OwnedSemaphorePermit;

/// The places there are.
#[derive(Debug)]
pub struct Places {
    answers: Arc<Semaphore>,
    exports: Arc<Semaphore>,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            answers: Arc::new(Semaphore::new(ANSWERS)),
            exports: Arc::new(Semaphore::new(EXPORTS)),
        }
    }
}

impl Places {
    /// Waits for a place for an answer. Cancel safe: who goes away leaves the line.
    pub(in crate::server) async fn answer(&self) -> Option<Place> {
        self.answers.clone().acquire_owned().await.ok()
    }

    /// A place for a text, if there is one.
    pub(super) fn export(&self) -> Option<Place> {
        self.exports.clone().try_acquire_owned().ok()
    }
}

/// An answer that is ready. A large one keeps its place until the client has taken it.
pub(super) fn ready(json: Vec<u8>, place: Place) -> Bytes {
    if json.len() <= SMALL {
        return json.into();
    }
    Bytes::from_owner(Large {
        json,
        _place: place,
    })
}

struct Large {
    json: Vec<u8>,
    _place: Place,
}

impl AsRef<[u8]> for Large {
    fn as_ref(&self) -> &[u8] {
        &self.json
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_large_answer_keeps_its_place_until_it_is_taken() {
        let places = Places::default();
        let free = || places.answers.available_permits();
        let small = ready(vec![b' '; SMALL], places.answer().await.unwrap());
        assert_eq!((small.len(), free()), (SMALL, ANSWERS));
        let large = ready(vec![b' '; SMALL + 1], places.answer().await.unwrap());
        let rest = large.slice(7..);
        drop(large);
        assert_eq!(free(), ANSWERS - 1);
        drop(rest);
        assert_eq!(free(), ANSWERS);
    }
}
