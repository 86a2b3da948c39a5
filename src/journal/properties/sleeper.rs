//! A subscriber that reads only when it is woken, as every real one does.

use std::pin::{Pin, pin};
use std::task::{Context, Waker};

use tokio::sync::futures::OwnedNotified;

use crate::clock::Timestamp;
use crate::journal::Cursor;

pub struct Sleeper {
    bell: Pin<Box<OwnedNotified>>,
    due: Option<Timestamp>,
}

impl Sleeper {
    /// After a read that found nothing until this time.
    pub fn new(cursor: &Cursor, due: Option<Timestamp>) -> Self {
        let mut bell = Box::pin(cursor.bell.clone().notified_owned());
        bell.as_mut().enable();
        assert!(
            !is_ready(pin!(cursor.changed())),
            "nothing is new after a read"
        );
        Self { bell, due }
    }

    pub fn is_woken(&mut self, now: i64) -> bool {
        self.due.is_some_and(|due| due.0 <= now) || is_ready(self.bell.as_mut())
    }
}

fn is_ready(future: Pin<&mut impl Future>) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    future.poll(&mut context).is_ready()
}
