//! Writes what is new to every subscriber that has all else, one after the other, with one
//! cursor a filter. To wake a task for each would cost as much again as the write.
//! Knows nothing of what is in a frame.
//!
//! A subscriber that waits has a [`Seat`] here, and gets up whenever anything else than the
//! next events is to be done: to answer, to ping, to write what its socket would not take.

mod pass;

use std::collections::HashMap;
use std::pin::pin;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::task::yield_now;

use self::pass::{Hall, Place, Turn};
use crate::boards::hub::Hub;
use crate::journal::Cursor;
use crate::server::Shared;
use crate::server::outbox::Outbox;
use crate::server::websocket::Writer;

/// The fans by their filter.
#[derive(Debug, Default)]
pub struct Fans(Mutex<HashMap<usize, Arc<Fan>>>);

/// Everybody who has one filter and has everything.
#[derive(Debug)]
struct Fan {
    hall: Mutex<Hall>,
    bell: Arc<Notify>,
}

/// A subscriber's place. While it lasts, what is new is written for the subscriber; dropped,
/// cursor and writer are as if they had done that themselves.
pub struct Seat<'a> {
    fans: &'a Fans,
    fan: Arc<Fan>,
    number: u64,
    cursor: &'a mut Cursor,
    writer: &'a mut Writer,
}

/// A seat for a subscriber whose writer owes nothing; none where there are no others, or where
/// they have come less far or further. The outbox is rung when the subscriber has to get up.
pub fn seat<'a>(
    shared: &'a Shared,
    cursor: &'a mut Cursor,
    writer: &'a mut Writer,
    outbox: &Arc<Outbox>,
) -> Option<Seat<'a>> {
    if !cursor.is_plain() || !cursor.has_company() {
        return None;
    }
    let place = Place::new(writer.tap(), outbox.clone(), cursor.mark());
    let (fan, number) = shared.fans.enter(place, cursor, shared)?;
    Some(Seat {
        fans: &shared.fans,
        fan,
        number,
        cursor,
        writer,
    })
}

impl Fans {
    /// Whether a cursor need not read, because others are where it is: a seat is better. Without
    /// this, who gets up while a fan is busy would come further than the fan, and stay alone.
    pub fn take(&self, cursor: &Cursor) -> bool {
        let fans = lock(&self.0);
        let fan = fans.get(&cursor.filter());
        cursor.is_plain() && fan.is_some_and(|fan| fan.hall().takes(cursor.mark()))
    }

    /// Whether there is none.
    #[cfg(test)]
    pub fn is_empty(&self) -> bool {
        lock(&self.0).is_empty()
    }

    fn enter(&self, place: Place, cursor: &Cursor, shared: &Shared) -> Option<(Arc<Fan>, u64)> {
        let mut fans = lock(&self.0);
        let found = fans.get(&cursor.filter());
        if let Some(fan) = found.filter(|fan| fan.hall().is_open()) {
            let number = fan.hall().enter(place)?;
            return Some((fan.clone(), number));
        }
        let fan = Fan::begin(place, cursor, shared);
        fans.insert(cursor.filter(), fan.clone());
        Some((fan, 0))
    }

    /// Forgets a fan that is closed, unless another has its place already.
    fn forget(&self, filter: usize, fan: &Arc<Fan>) {
        let mut fans = lock(&self.0);
        if fans
            .get(&filter)
            .is_some_and(|found| Arc::ptr_eq(found, fan))
        {
            fans.remove(&filter);
        }
    }
}

impl Seat<'_> {
    /// Stays. Cancel safe: that is how one gets up.
    pub async fn stay(self) {
        std::future::pending().await
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let (left, is_empty) = {
            let mut hall = self.fan.hall();
            (hall.leave(self.number), hall.close_if_empty())
        };
        if let Some((at, rest)) = left {
            self.cursor.move_to(at);
            if let Some(rest) = rest {
                self.writer.take_back(rest.frames, rest.written);
            }
        }
        if is_empty {
            self.fans.forget(self.cursor.filter(), &self.fan);
        }
    }
}

impl Fan {
    /// Its first place has number 0. It ends with the last who leaves, so it is never empty.
    fn begin(first: Place, cursor: &Cursor, shared: &Shared) -> Arc<Self> {
        let fan = Arc::new(Self {
            hall: Mutex::new(Hall::new(cursor.twin(), first)),
            bell: cursor.bell(),
        });
        let running = Running(fan.clone());
        let task = shared.fanning.spawn(run(running, shared.hub.clone()));
        fan.hall().task = Some(task.abort_handle());
        fan
    }

    fn hall(&self) -> MutexGuard<'_, Hall> {
        lock(&self.hall)
    }
}

/// A task that ends in whatever way sends everybody back to their own cursors.
struct Running(Arc<Fan>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.hall().close();
    }
}

async fn run(fan: Running, hub: Arc<Hub>) {
    let Running(fan) = &fan;
    loop {
        let mut rung = pin!(fan.bell.notified());
        // Before it is looked whether there is more, so that nothing is missed in between.
        rung.as_mut().enable();
        let (turn, sent) = fan.hall().turn();
        hub.counters.sent_bytes.fetch_add(sent, Relaxed);
        match turn {
            Turn::More => yield_now().await,
            Turn::Wait => rung.await,
            Turn::Over => return,
        }
    }
}

/// What the lock protects is valid between statements.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
