//! One board: its state, and the one way in which it changes.

mod talk;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::boards::commands::Queue;
use crate::boards::hub::Hub;
use crate::boards::intake::{Bounds, Intake, Raw};
use crate::boards::rate::Rate;
use crate::boards::{Link, Reason};
use crate::config::ReadingSettings;
use crate::journal::{Change, Shown, Slot};
use crate::metrics::Tally;
use crate::name::BoardName;
use crate::wire::{State, StateReason};

/// Who may speak as a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A serial port.
    Port,
    /// Whoever connects under its name.
    Network,
}

/// One board that the gateway knows; shared by its link and by who looks it up.
#[derive(Debug)]
pub struct Board {
    name: BoardName,
    slot: Slot,
    hub: Arc<Hub>,
    bounds: Bounds,
    tally: Arc<Tally>,
    live: Mutex<Live>,
}

/// The number of an opening that never had a say.
const NO_SAY: u64 = 0;

/// What changes about a board. Its lock is held while an event is appended, so events
/// are in the order of the changes they tell.
#[derive(Debug)]
struct Live {
    owner: Owner,
    state: State,
    reason: Option<StateReason>,
    link: Link,
    detail: String,
    settings: Arc<ReadingSettings>,
    heard: Instant,
    /// Counts openings from 1; an older one has no say any more.
    opening: u64,
    /// Bounds what posts and publishers say; a connection has a bound of its own.
    rate: Option<Rate>,
    /// The connection that commands go to.
    connection: Option<Connection>,
}

#[derive(Debug)]
struct Connection {
    queue: Arc<Queue>,
    replaced: CancellationToken,
}

/// One opening, as its session needs it.
#[derive(Debug)]
pub(super) struct Begun {
    /// By which the board knows it.
    pub number: u64,
    /// Reads as the board is configured now.
    pub intake: Intake,
}

impl Board {
    /// A board that was never heard of. No event yet. Has its place in the journal for as
    /// long as it lives.
    pub fn new(
        name: BoardName,
        hub: Arc<Hub>,
        owner: Owner,
        settings: Arc<ReadingSettings>,
        bounds: Bounds,
    ) -> Self {
        let slot = hub.journal.register(&name, Link::Serial, shown(&settings));
        let live = Live {
            owner,
            state: State::Removed,
            reason: None,
            link: Link::Serial,
            detail: String::new(),
            rate: settings.max_lines_per_s.map(Rate::new),
            settings,
            heard: Instant::now(),
            opening: NO_SAY + 1,
            connection: None,
        };
        Self {
            name,
            slot,
            hub,
            bounds,
            tally: Arc::default(),
            live: Mutex::new(live),
        }
    }

    /// Its name.
    pub fn name(&self) -> &BoardName {
        &self.name
    }

    /// Who may speak as it.
    pub fn owner(&self) -> Owner {
        self.live().owner
    }

    /// What it sent.
    pub fn tally(&self) -> &Arc<Tally> {
        &self.tally
    }

    /// Its state.
    pub fn state(&self) -> State {
        self.live().state
    }

    /// Belongs to a port from here on; a connection from the network that had the name
    /// is ended.
    pub fn take_port(&self, settings: Arc<ReadingSettings>) {
        self.hub.journal.show(self.slot, shown(&settings));
        let mut live = self.live();
        live.settings = settings;
        if live.owner == Owner::Network
            && let Some(connection) = live.connection.take()
        {
            live.opening += 1;
            connection.replaced.cancel();
            connection.queue.close();
        }
        live.owner = Owner::Port;
    }

    /// Takes other settings, for the next opening.
    pub fn configure(&self, settings: Arc<ReadingSettings>) {
        self.hub.journal.show(self.slot, shown(&settings));
        let mut live = self.live();
        live.rate = settings.max_lines_per_s.map(Rate::new);
        live.settings = settings;
    }

    /// Says that a port is being opened or settles. An event only if that is a change.
    pub fn connecting(&self, detail: &str) {
        self.set(
            &mut self.live(),
            State::Connecting,
            None,
            Link::Serial,
            detail,
        );
    }

    /// Says that a port's board cannot be reached. An event only if state or reason
    /// changes.
    pub fn offline(&self, reason: Reason, detail: &str) {
        let mut live = self.live();
        let reason = Some(StateReason::Offline(reason));
        self.set(&mut live, State::Offline, reason, Link::Serial, detail);
    }

    /// Counts an opening. One before it has no say any more; nor has this one if a port
    /// has taken the board in the meantime.
    pub(super) fn begin(&self, link: Link) -> Begun {
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

    /// Becomes stale if nothing came for too long; answers expired commands.
    pub fn tick(&self) {
        let mut live = self.live();
        let now = Instant::now();
        if live.state == State::Online
            && live
                .settings
                .stale_after
                .is_some_and(|after| now - live.heard >= after)
        {
            let (link, detail) = (live.link, live.detail.clone());
            self.set(&mut live, State::Stale, None, link, &detail);
        }
        let queue = live
            .connection
            .as_ref()
            .map(|connection| connection.queue.clone());
        drop(live);
        if let Some(queue) = queue {
            queue.expire(now);
        }
    }

    /// Whether commands reach it now.
    pub fn is_connected(&self) -> bool {
        self.live().connection.is_some()
    }

    /// Says `removed`, if it is offline or stale; else false. It is back with the next that
    /// it says.
    pub fn remove(&self) -> bool {
        let mut live = self.live();
        let may = matches!(live.state, State::Offline | State::Stale);
        if may {
            let link = live.link;
            self.set(&mut live, State::Removed, None, link, "");
        }
        may
    }

    /// No port's any more, and removed in any state. To be called when its port's task
    /// has ended.
    pub fn give_up(&self) {
        let mut live = self.live();
        live.owner = Owner::Network;
        let link = live.link;
        self.set(&mut live, State::Removed, None, link, "");
    }

    /// One opening's link is up; again is no news.
    pub(super) fn up(
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
    pub(super) fn down(&self, opening: u64, link: Link, reason: Reason, detail: &str) {
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
    pub(super) fn append(&self, opening: u64, batch: &crate::journal::batch::Batch) -> bool {
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
    pub(super) fn raw(&self) -> Raw {
        match self.hub.journal.wants_lines() {
            true => Raw::Keep,
            false => Raw::Drop,
        }
    }

    fn intake(&self, live: &Live) -> Intake {
        let (name, settings) = (self.name.clone(), live.settings.clone());
        let mut intake = Intake::new(name, settings, self.bounds, self.tally.clone());
        intake.keep_raw(self.raw());
        intake
    }

    /// A board that speaks is not stale, nor removed.
    fn revive(&self, live: &mut Live) {
        if matches!(live.state, State::Stale | State::Removed) {
            let (link, detail) = (live.link, live.detail.clone());
            self.set(live, State::Online, None, link, &detail);
        }
    }

    /// Makes a change an event; what is no change is none.
    fn set(
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

    fn change(
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
            Some(StateReason::Offline(reason)) if reason != Reason::Closed => {
                let reason = format!("{reason:?}").to_lowercase();
                warn!(board = %self.name, state, reason, link, detail, "board lost");
            }
            _ => info!(board = %self.name, state, link, detail, "board changed"),
        }
    }

    fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        self.hub.journal.release(self.slot);
    }
}

/// What subscribers see of a board's channel settings, by the name they know.
pub(super) fn shown(settings: &ReadingSettings) -> BTreeMap<String, Shown> {
    let channels = settings.channels.iter().map(|(name, channel)| {
        let shown = Shown {
            unit: channel.unit.clone(),
            label: channel.label.clone(),
        };
        (
            channel.rename.clone().unwrap_or_else(|| name.clone()),
            shown,
        )
    });
    channels.collect()
}
