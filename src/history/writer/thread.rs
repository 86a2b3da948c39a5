//! The thread that writes: looks at the journal some times a second and commits when it is
//! time. Knows nothing of databases.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::pace::Last;
use super::{Outcome, Pace, Writer};
use crate::history::shared::Shared;
use crate::history::trouble::{State, Trouble};
use crate::journal::Journal;

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
    let mut tried: Option<(Instant, Duration)> = None;
    let mut looked = Instant::now();
    loop {
        match control.wait(pace.look()) {
            Order::Go => {}
            Order::Finish => return writer.finish(journal),
            Order::Leave => return,
        }
        let last = tried.map_or(Last::NEVER, |(then, took)| Last {
            passed: then.elapsed(),
            took,
        });
        if pace.is_due(writer.need(journal), last, journal, writer.stored()) {
            tried = Some(commit_all(&mut writer, journal, control));
            looked = Instant::now();
        } else if looked.elapsed() >= FILE {
            looked = Instant::now();
            writer.look();
        }
    }
}

/// Commits until nothing waits, and gives from when the time to the next one counts: from
/// when the last one began, so that they come evenly; from its end where it failed. And how
/// long that one took.
fn commit_all(writer: &mut Writer, journal: &Journal, control: &Control) -> (Instant, Duration) {
    loop {
        let began = Instant::now();
        match writer.commit_now(journal) {
            Outcome::More if control.wait(Duration::ZERO) == Order::Go => {}
            Outcome::More | Outcome::Caught => return (began, began.elapsed()),
            Outcome::Failed => return (Instant::now(), Duration::ZERO),
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
