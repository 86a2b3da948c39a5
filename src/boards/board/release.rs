//! Whose a board's port is: the gateway's, or for a while another program's.
//! Opens and closes nothing: the port's task obeys.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::{Board, Owner};
use crate::boards::{Link, Reason};
use crate::clock::Timestamp;
use crate::config::units::show_duration;
use crate::name::BoardName;
use crate::wire::{State, StateReason};

/// How long another program may have a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::boards) struct Release {
    /// By the clock that only goes forward.
    pub until: Instant,
    span: Duration,
    shown: Timestamp,
}

/// One thing that the operator asked of a port.
#[derive(Clone, Debug)]
pub struct Asked {
    number: u64,
    done: watch::Receiver<u64>,
}

impl Asked {
    /// Waits until the port's task has done it: the port is closed, or the first attempt to
    /// open it is over. That may take as long as a driver that hangs. Cancel safe.
    pub async fn obeyed(&mut self) {
        // Without a sender the port is nobody's any more.
        let _ = self.done.wait_for(|done| *done >= self.number).await;
    }
}

/// What was asked of a port last.
#[derive(Clone, Copy, Debug, Default)]
struct Wish {
    /// Counts from 1.
    number: u64,
    release: Option<Release>,
}

/// What the operator asks of a port, and how far its task has come with it.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    asked: watch::Sender<Wish>,
    done: watch::Sender<u64>,
}

/// The operator's wishes as the port's task sees them.
#[derive(Debug)]
pub(in crate::boards) struct Orders {
    asked: watch::Receiver<Wish>,
    done: watch::Sender<u64>,
    seen: Wish,
}

impl Board {
    /// Leaves its port to other programs for so long, counted from now also if it is
    /// released already. `None` if it has no port.
    pub fn release(&self, span: Duration) -> Option<Asked> {
        if let Some(own) = self.port_of() {
            return own.release(span);
        }
        let micros = i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
        let release = Release {
            until: Instant::now() + span,
            span,
            shown: self.hub.now().plus(micros),
        };
        // Held until it is asked, so that a port that is given up meanwhile forgets it.
        let live = self.live();
        (live.owner == Owner::Port).then(|| self.wishes.ask(Some(release)))
    }

    /// Takes its port back; what is not released stays as it is. `None` if it has no port.
    pub fn resume(&self) -> Option<Asked> {
        if let Some(own) = self.port_of() {
            return own.resume();
        }
        let live = self.live();
        (live.owner == Owner::Port).then(|| self.wishes.resume())
    }

    /// Whether its port is left to other programs now.
    pub fn is_released(&self) -> bool {
        self.live().reason == Some(StateReason::Offline(Reason::Released))
    }

    /// The board under whose name its port is, whoever has given himself a name there.
    pub fn own_of_port(self: &Arc<Self>) -> Arc<Self> {
        self.port_of().unwrap_or_else(|| self.clone())
    }

    /// Its port is open, and its board has not given itself this name yet: what kept the
    /// gateway from the port is over. An event only if that was what is said of it.
    pub(in crate::boards) fn awaited(&self, device: &Path) {
        use Reason::{Absent, Ambiguous, Busy, Denied, Released};
        let mut live = self.live();
        let Some(StateReason::Offline(Released | Busy | Denied | Ambiguous)) = live.reason else {
            return;
        };
        let (device, name) = (device.display(), &self.name);
        let detail = format!("{device} is open, and its board has not said that it is {name}");
        let reason = Some(StateReason::Offline(Absent));
        self.set(&mut live, State::Offline, reason, Link::Serial, &detail);
    }

    /// Has given itself its name: its port has another, and what is asked of it is asked of
    /// the board of that name.
    pub(in crate::boards) fn is_on_port_of(&self, own: Option<Arc<Board>>) {
        self.live().port_of = own;
    }

    fn port_of(&self) -> Option<Arc<Board>> {
        self.live().port_of.clone()
    }

    /// For its port's task.
    pub(in crate::boards) fn orders(&self) -> Orders {
        Orders {
            asked: self.wishes.asked.subscribe(),
            done: self.wishes.done.clone(),
            seen: Wish::default(),
        }
    }

    /// Says that its port is left to other programs. An event only if that, or the detail,
    /// is news.
    pub(in crate::boards) fn released(&self, detail: &str) {
        let mut live = self.live();
        let reason = Some(StateReason::Offline(Reason::Released));
        if live.reason != reason || live.detail != detail {
            self.change(&mut live, State::Offline, reason, Link::Serial, detail);
        }
    }
}

impl Wishes {
    /// Nobody's port any more: nothing is asked of it, and nobody waits for it.
    pub(super) fn forget(&self) {
        let number = self.resume().number;
        self.done.send_replace(number);
    }

    fn ask(&self, release: Option<Release>) -> Asked {
        self.asked.send_modify(|wish| {
            wish.number += 1;
            wish.release = release;
        });
        self.last()
    }

    fn resume(&self) -> Asked {
        let release = self.asked.borrow().release;
        match release {
            Some(_) => self.ask(None),
            None => self.last(),
        }
    }

    fn last(&self) -> Asked {
        Asked {
            number: self.asked.borrow().number,
            done: self.done.subscribe(),
        }
    }
}

impl Orders {
    /// Looks at what was asked last: the release, if the port is to be left alone.
    pub(in crate::boards) fn release(&mut self) -> Option<Release> {
        self.seen = *self.asked.borrow_and_update();
        let release = self.seen.release?;
        (release.until > Instant::now()).then_some(release)
    }

    /// Waits until something is asked that [`Orders::release`] has not shown. Cancel safe.
    pub(in crate::boards) async fn changed(&mut self) {
        if self.asked.changed().await.is_err() {
            // The board is gone, and with it who could ask.
            std::future::pending().await
        }
    }

    /// Waits, while the port is open, until it is to be left alone; whatever else was asked
    /// is done. Cancel safe.
    pub(in crate::boards) async fn released(&mut self) -> Release {
        loop {
            self.obeyed();
            self.changed().await;
            if let Some(release) = self.release() {
                return release;
            }
        }
    }

    /// What [`Orders::release`] has shown is done.
    pub(in crate::boards) fn obeyed(&self) {
        let number = self.seen.number;
        // Never back: a port that was given up is done with everything.
        self.done.send_if_modified(|done| {
            let is_news = number > *done;
            *done = number.max(*done);
            is_news
        });
    }
}

impl Release {
    /// As in `for 1m, until 14:32:05 UTC (boardcast resume greenhouse takes it back)`.
    pub(in crate::boards) fn words(&self, board: &BoardName) -> String {
        format!(
            "for {}, until {} UTC (boardcast resume {} takes it back)",
            show_duration(self.span),
            self.shown.utc("%H:%M:%S"),
            board
        )
    }
}
