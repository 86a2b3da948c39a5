//! HTTP: what browsers, programs and WiFi boards connect to. Knows nothing of boards' links.

pub mod listener;

pub mod routes;

pub mod access;

pub mod refusals;

pub mod body;

pub mod answer;

pub mod stream_body;

pub mod websocket;

pub mod stream;

pub mod fan;

pub mod subscriber;

pub mod events;

pub mod poll;

pub mod requests;

pub mod outbox;

pub mod upgrades;

pub mod posts;

pub mod release;

pub mod api;

pub mod status;

pub mod doctor;

pub mod history;

pub mod states;

pub mod assets;

pub mod echo;

#[cfg(test)]
mod testing;

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::boards::board::Board;
use crate::boards::commands::Ticket;
use crate::boards::hub::Hub;
use crate::boards::registry::Registry;
use crate::config::{Backlog, Config, Limits, Wifi};
use crate::history::History;
use crate::server::access::Policy;
use crate::server::fan::Fans;
use crate::server::listener::Health;
use crate::server::refusals::Refusals;
use crate::wire::{Code, Outcome};

/// What every connection needs.
#[derive(Debug)]
pub struct Shared {
    /// Journal, clock and counters.
    pub hub: Arc<Hub>,
    /// The boards.
    pub registry: Arc<Registry>,
    /// Bounds; a reload does not change them.
    pub limits: Limits,
    /// Bounds of the journal.
    pub backlog: Backlog,
    /// What is on disk, if anything is kept there.
    pub history: Option<Arc<History>>,
    /// How many questions to it are answered at a time.
    pub places: history::Places,
    /// What was found wrong with this machine.
    pub doctor: doctor::Doctor,
    /// The machine's name.
    pub machine: String,
    /// When this was made.
    pub started: Instant,
    /// Connections of boards.
    pub links: TaskTracker,
    /// Connections of subscribers, and echoes.
    pub sockets: TaskTracker,
    /// Who writes to subscribers that have everything.
    pub fans: Fans,
    /// The tasks of that. Each ends with its last subscriber.
    pub fanning: TaskTracker,
    /// The gateway stops.
    pub stop: CancellationToken,
    /// What the acceptors tell.
    pub health: Arc<Health>,
    ready: AtomicBool,
    rules: RwLock<Arc<Rules>>,
}

/// What a reload replaces.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Who may connect.
    pub policy: Policy,
    /// How WiFi boards are kept.
    pub wifi: Wifi,
    /// All of the configuration that is in force, with the addresses that are listened on.
    pub config: Arc<Config>,
    /// Who was refused under these rules.
    pub refusals: Arc<Refusals>,
}

impl Rules {
    /// From a configuration.
    pub fn new(config: &Config, machine: &str) -> Self {
        Self {
            policy: Policy::new(config, machine),
            wifi: config.wifi,
            config: Arc::new(config.clone()),
            refusals: Arc::default(),
        }
    }
}

impl Shared {
    /// Around the registry.
    pub fn new(
        registry: Arc<Registry>,
        history: Option<Arc<History>>,
        config: &Config,
        machine: String,
        stop: CancellationToken,
    ) -> Self {
        Self {
            hub: registry.hub().clone(),
            registry,
            history,
            places: history::Places::default(),
            doctor: doctor::Doctor::default(),
            limits: config.limits,
            backlog: config.backlog,
            started: Instant::now(),
            links: TaskTracker::new(),
            sockets: TaskTracker::new(),
            fans: Fans::default(),
            fanning: TaskTracker::new(),
            stop,
            health: Arc::default(),
            ready: AtomicBool::new(false),
            rules: RwLock::new(Arc::new(Rules::new(config, &machine))),
            machine,
        }
    }

    /// The rules in force.
    pub fn rules(&self) -> Arc<Rules> {
        self.rules
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// How WiFi boards and subscribers are kept.
    pub fn wifi(&self) -> Wifi {
        self.rules().wifi
    }

    /// Every board that is not removed, by name.
    pub fn boards(&self) -> Vec<Arc<Board>> {
        let mut boards = self.registry.list();
        boards.sort_by(|one, other| one.name().cmp(other.name()));
        boards
    }

    /// Takes a new configuration, for connections to come: as it is in force, without what
    /// needs a restart.
    pub fn reload(&self, config: &Config) {
        let rules = Arc::new(Rules::new(config, &self.machine));
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = rules;
    }

    /// Everything is started.
    pub fn set_ready(&self) {
        self.ready.store(true, Relaxed);
    }

    /// Whether everything is started and nothing stops yet.
    pub fn is_ready(&self) -> bool {
        self.ready.load(Relaxed) && !self.stop.is_cancelled()
    }

    /// Sends a command to a board, or says at once why not.
    pub fn command(&self, board: &str, text: &str, ttl: Duration, ticket: Ticket) {
        match self.registry.get(board) {
            Some(board) => board.command(text, ttl, ticket),
            None => {
                let why = format!("no board is called `{board}` (GET /api/boards lists them)");
                ticket.finish(Outcome::failed(Code::UnknownBoard, why));
            }
        }
    }
}
