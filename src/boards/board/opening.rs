//! One opening of a board's link: up, what it reads, down. Only the newest has a say.

use std::sync::Arc;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::live::{Connection, NO_SAY};
use super::{Board, Owner};
use crate::boards::commands::Queue;
use crate::boards::intake::{Intake, Raw};
use crate::boards::{Link, Reason};
use crate::journal::batch::Batch;
use crate::wire::{State, StateReason};

/// One opening, as its session needs it.
#[derive(Debug)]
pub(in crate::boards) struct Begun {
    /// By which the board knows it.
    pub number: u64,
    /// Reads as the board is configured now.
    pub intake: Intake,
}

impl Board {
    /// Counts an opening. One before it has no say any more; nor has this one if a port
    /// has taken the board in the meantime.
    pub(in crate::boards) fn begin(&self, link: Link) -> Begun {
        let mut live = self.live();
        let number = if live.owner == Owner::Port && link != Link::Serial {
            NO_SAY
        } else {
            live.opening += 1;
            live.opening
        };
        Begun {
            number,
            intake: self.intake(&live),
        }
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

    /// One opening goes on under another name: this one stands for nobody, whatever its
    /// state was. Its commands have failed already.
    pub(in crate::boards) fn leave(&self, opening: u64) {
        let mut live = self.live();
        if live.opening == opening {
            live.connection = None;
            let link = live.link;
            self.set(&mut live, State::Removed, None, link, "");
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
