//! One opening of a board's link: up, what it reads, down. Only the newest has a say.

use std::sync::Arc;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::live::{Connection, NO_SAY};
use super::{Board, Owner};
use crate::boards::commands::Queue;
use crate::boards::intake::Raw;
use crate::boards::session::Session;
use crate::boards::{Link, Reason};
use crate::journal::batch::Batch;
use crate::wire::{State, StateReason};

impl Board {
    /// Begins one opening of a port or one connection; `send_end` is added to commands.
    /// The state stays as it is until [`Session::ready`]. An opening before this one has
    /// no say any more; nor has this one if a port has taken the board in the meantime.
    pub fn open(self: &Arc<Self>, link: Link, send_end: &str) -> Session {
        let mut live = self.live();
        let opening = if live.owner == Owner::Port && link != Link::Serial {
            NO_SAY
        } else {
            live.opening += 1;
            live.opening
        };
        let queue = Arc::new(Queue::new(live.settings.clone(), send_end));
        let intake = self.intake(&live);
        Session::new(self.clone(), link, opening, queue, intake)
    }

    /// One opening's link is up; again is no news.
    pub(in crate::boards) fn up(
        &self,
        opening: u64,
        link: Link,
        detail: &str,
        queue: &Arc<Queue>,
        replaced: &CancellationToken,
    ) {
        let mut live = self.live();
        if live.opening != opening {
            return replaced.cancel();
        }
        if live
            .connection
            .as_ref()
            .is_some_and(|connection| Arc::ptr_eq(&connection.queue, queue))
        {
            return;
        }
        let before = live.connection.replace(Connection {
            queue: queue.clone(),
            replaced: replaced.clone(),
        });
        live.heard = Instant::now();
        let Some(before) = before else {
            return self.set(&mut live, State::Online, None, link, detail);
        };
        before.replaced.cancel();
        before.queue.close();
        self.change(
            &mut live,
            State::Online,
            Some(StateReason::Replaced),
            link,
            detail,
        );
    }

    /// One opening's link is down. That is no news of a board that was removed.
    pub(in crate::boards) fn down(&self, opening: u64, link: Link, reason: Reason, detail: &str) {
        let mut live = self.live();
        if live.opening != opening {
            return;
        }
        live.connection = None;
        if live.state != State::Removed {
            self.set(
                &mut live,
                State::Offline,
                Some(StateReason::Offline(reason)),
                link,
                detail,
            );
        }
    }

    /// Appends what one opening read; false if another has taken its place.
    pub(in crate::boards) fn append(&self, opening: u64, batch: &Batch) -> bool {
        let mut live = self.live();
        if live.opening != opening {
            return false;
        }
        live.heard = Instant::now();
        self.revive(&mut live);
        self.hub.journal.append(self.slot, self.hub.now(), batch);
        true
    }

    /// Whether subscribers want raw lines.
    pub(in crate::boards) fn raw(&self) -> Raw {
        match self.hub.journal.wants_lines() {
            true => Raw::Keep,
            false => Raw::Drop,
        }
    }
}
