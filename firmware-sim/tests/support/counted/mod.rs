//! Boards that count, and subscribers that check: between the two, nothing may be lost
//! without a word. The end-to-end tests and the soak share this folder.
//! Knows the gateway by its address only.

mod books;

mod post;

mod serial;

#[cfg(test)]
mod tests;

mod verdict;

mod view;

mod watcher;

mod websocket;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use books::Books;
pub use post::{Taken, board as posting_board, post};
pub use serial::board as serial_board;
pub use verdict::{Moment, Verdict};
pub use view::View;
pub use watcher::watch;
pub use websocket::board as websocket_board;

/// What tasks and a test look at together; locked for a statement at a time.
pub struct Shared<T>(Arc<Mutex<T>>);

impl<T> Shared<T> {
    pub fn new(value: T) -> Self {
        Self(Arc::new(Mutex::new(value)))
    }

    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// Between two attempts to reach a gateway that is away: short, since what happens right
/// after its start is of interest.
const RETRY: Duration = Duration::from_millis(20);

/// What a board prints: its counter, and which connection this is.
fn line(n: u64, session: u32) -> String {
    format!(r#"{{"n":{n},"session":{session}}}"#)
}
