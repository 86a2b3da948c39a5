//! One board: who may speak as it, and what time does to it.

mod live;

mod opening;

mod release;

mod restored;

mod talk;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use self::live::{Live, NO_SAY};
pub(super) use self::opening::Begun;
pub use self::release::Asked;
use self::release::Wishes;
pub(super) use self::release::{Orders, Release};
use crate::boards::hub::Hub;
use crate::boards::intake::{Bounds, Intake};
use crate::boards::rate::Rate;
use crate::boards::{Link, Reason};
use crate::config::ReadingSettings;
use crate::journal::{Shown, Slot};
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
    wishes: Wishes,
    live: Mutex<Live>,
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
            port_of: None,
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
            wishes: Wishes::default(),
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
        (live.owner, live.port_of) = (Owner::Port, None);
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

    /// Says something about a port's board that is no change of its state: its detail. An
    /// event only if that is news, and none while the board cannot be reached.
    pub fn remark(&self, detail: &str) {
        let mut live = self.live();
        let reachable = matches!(live.state, State::Connecting | State::Online | State::Stale);
        if reachable && live.detail != detail {
            let (state, reason, link) = (live.state, live.reason, live.link);
            self.change(&mut live, state, reason, link, detail);
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
        (live.owner, live.port_of) = (Owner::Network, None);
        self.wishes.forget();
        let link = live.link;
        self.set(&mut live, State::Removed, None, link, "");
    }

    fn intake(&self, live: &Live) -> Intake {
        let (name, settings) = (self.name.clone(), live.settings.clone());
        let mut intake = Intake::new(name, settings, self.bounds, self.tally.clone());
        intake.keep_raw(self.raw());
        intake
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
fn shown(settings: &ReadingSettings) -> BTreeMap<String, Shown> {
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
