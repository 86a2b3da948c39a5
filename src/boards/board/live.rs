//! What changes about a board, and the one way in which its state does: as an event.

use std::sync::Arc;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{Board, Owner};
use crate::boards::commands::Queue;
use crate::boards::rate::Rate;
use crate::boards::{Link, Reason};
use crate::config::ReadingSettings;
use crate::journal::Change;
use crate::wire::{State, StateReason};

/// The number of an opening that never had a say.
pub(super) const NO_SAY: u64 = 0;

/// What changes about a board. Its lock is held while an event is appended, so events
/// are in the order of the changes they tell.
#[derive(Debug)]
pub(super) struct Live {
    pub owner: Owner,
    /// The board under whose name the port is, if this one gave itself its name.
    pub port_of: Option<Arc<Board>>,
    pub state: State,
    pub reason: Option<StateReason>,
    pub link: Link,
    pub detail: String,
    pub settings: Arc<ReadingSettings>,
    pub heard: Instant,
    /// Counts openings from 1; an older one has no say any more.
    pub opening: u64,
    /// Bounds what posts and publishers say; a connection has a bound of its own.
    pub rate: Option<Rate>,
    /// The connection that commands go to.
    pub connection: Option<Connection>,
}

#[derive(Debug)]
pub(super) struct Connection {
    pub queue: Arc<Queue>,
    pub replaced: CancellationToken,
}

impl Board {
    /// A board that speaks is not stale, nor removed.
    pub(super) fn revive(&self, live: &mut Live) {
        if matches!(live.state, State::Stale | State::Removed) {
            let (link, detail) = (live.link, live.detail.clone());
            self.set(live, State::Online, None, link, &detail);
        }
    }

    /// Makes a change an event; what is no change is none.
    pub(super) fn set(
        &self,
        live: &mut Live,
        state: State,
        reason: Option<StateReason>,
        link: Link,
        detail: &str,
    ) {
        if live.state != state || live.reason != reason || live.link != link {
            self.change(live, state, reason, link, detail);
        }
    }

    pub(super) fn change(
        &self,
        live: &mut Live,
        state: State,
        reason: Option<StateReason>,
        link: Link,
        detail: &str,
    ) {
        (live.state, live.reason, live.link) = (state, reason, link);
        detail.clone_into(&mut live.detail);
        let change = Change {
            state,
            reason,
            link,
            detail: detail.to_owned(),
        };
        self.hub.journal.change(self.slot, self.hub.now(), change);
        let (link, state) = (format!("{link:?}").to_lowercase(), state.name());
        match reason {
            // Somebody may have to look at a cable, a permission or a board.
            Some(StateReason::Offline(reason))
                if !matches!(reason, Reason::Closed | Reason::Released) =>
            {
                let reason = format!("{reason:?}").to_lowercase();
                warn!(board = %self.name, state, reason, link, detail, "board lost");
            }
            _ => info!(board = %self.name, state, link, detail, "board changed"),
        }
    }
}
