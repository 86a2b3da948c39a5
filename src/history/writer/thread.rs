//! The thread that writes: looks at the journal some times a second and commits when it is
//! time. Knows nothing of databases.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Outcome, Pace, Writer};
use crate::history::shared::Shared;
use crate::history::trouble::{State, Trouble};
use crate::journal::Journal;

/// Between two looks at the journal: how late a burst is seen that takes all that is
/// reserved. Twenty looks a second are not to be felt on the smallest board.
const LOOK: Duration = Duration::from_millis(50);

/// Between two looks at the file while nothing is written.
const FILE: Duration = Duration::from_secs(1);

/// What the thread is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Go on.
    Go,
    /// Store all there is, and end.
    Finish,
    /// End.
    Leave,
}

/// Where the thread gets its orders.
#[derive(Debug)]
pub struct Control {
    order: Mutex<Order>,
    changed: Condvar,
}

impl Control {
    /// Orders to go on.
    pub fn new() -> Self {
        Self {
            order: Mutex::new(Order::Go),
            changed: Condvar::new(),
        }
    }

    /// Gives another order, and wakes the thread.
    pub fn order(&self, order: Order) {
        *self.lock() = order;
        self.changed.notify_all();
    }

    /// Waits so long, or for another order.
    fn wait(&self, time: Duration) -> Order {
        let order = self.lock();
        let wait = self
            .changed
            .wait_timeout_while(order, time, |order| *order == Order::Go);
        let (order, _) = wait.unwrap_or_else(PoisonError::into_inner);
        *order
    }

    fn lock(&self) -> MutexGuard<'_, Order> {
        self.order.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts the thread; it owns the database until it has ended, which is told.
///
/// # Errors
/// When there can be no thread.
pub fn spawn(
    writer: Writer,
    journal: Arc<Journal>,
    control: Arc<Control>,
    pace: Pace,
) -> std::io::Result<()> {
    let ended = Ended(writer.shared());
    let run = move || {
        let _ended = ended;
        run(writer, &journal, &control, &pace);
    };
    let thread = std::thread::Builder::new().name("history".to_owned());
    // How it ends is told by `Ended`, also where nobody waits for it.
    thread.spawn(run).map(drop)
}

fn run(mut writer: Writer, journal: &Journal, control: &Control, pace: &Pace) {
    let mut tried: Option<Instant> = None;
    let mut looked = Instant::now();
    loop {
        match control.wait(LOOK) {
            Order::Go => {}
            Order::Finish => return writer.finish(journal),
            Order::Leave => return,
        }
        let passed = tried.map_or(Duration::MAX, |then| then.elapsed());
        if pace.is_due(writer.need(journal), passed, journal, writer.stored()) {
            // From the beginning of one to that of the next.
            tried = Some(Instant::now());
            while writer.commit_now(journal) == Outcome::More
                && control.wait(Duration::ZERO) == Order::Go
            {}
            looked = Instant::now();
        } else if looked.elapsed() >= FILE {
            looked = Instant::now();
            writer.look();
        }
    }
}

/// Says that the thread has ended, whatever ended it.
struct Ended(Arc<Shared>);

impl Drop for Ended {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let cause = "its writer failed (a mistake in boardcast: please report what the log says, and restart)";
            let trouble = Trouble::new(State::Error, &self.0.path, cause);
            self.0.set(Some(trouble));
        }
        self.0.end();
    }
}
