//! What the writer tells everybody else: how far it is, and what is wrong.
//! Knows nothing of the database.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::watch;
use tracing::{info, warn};

use super::Status;
use super::reach::Reach;
use super::trouble::{State, Trouble};
use crate::journal::Journal;

/// Shared by the writer's thread and whoever asks.
#[derive(Debug)]
pub struct Shared {
    /// The database.
    pub path: PathBuf,
    /// What can be had from disk.
    pub reach: Arc<Mutex<Reach>>,
    /// What was done so far.
    pub counters: Counters,
    /// From where events come, once that is known.
    pub journal: OnceLock<Arc<Journal>>,
    standing: watch::Sender<Standing>,
    trouble: Mutex<Option<Trouble>>,
    /// What a reader found to be damaged, until the writer has heard of it.
    damage: Mutex<Option<Trouble>>,
    bytes: AtomicU64,
    generation: AtomicU64,
}

/// How far the writer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Everything up to this number is stored, or known to be lost.
    pub stored: u64,
    /// Whether more is going to be.
    pub state: State,
    /// The writer has ended.
    pub ended: bool,
}

/// What the writer has done since the start.
#[derive(Debug, Default)]
pub struct Counters {
    /// Transactions that are on disk.
    pub commits: AtomicU64,
    /// Events in them.
    pub events: AtomicU64,
    /// Transactions that failed.
    pub errors: AtomicU64,
    /// Events that left the backlog before they could be stored.
    pub lost: AtomicU64,
}

impl Shared {
    /// Nothing stored, nothing wrong.
    pub fn new(path: PathBuf) -> Self {
        let standing = Standing {
            stored: 0,
            state: State::Ok,
            ended: false,
        };
        Self {
            path,
            reach: Arc::default(),
            counters: Counters::default(),
            journal: OnceLock::new(),
            standing: watch::Sender::new(standing),
            trouble: Mutex::default(),
            damage: Mutex::default(),
            bytes: AtomicU64::new(0),
            generation: AtomicU64::new(0),
        }
    }

    /// How far the writer is, and news of it.
    pub fn standing(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    /// What can be had from disk.
    pub fn reach(&self) -> MutexGuard<'_, Reach> {
        self.reach.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes when another file is opened, so that readers do so, too.
    pub fn generation(&self) -> u64 {
        self.generation.load(Relaxed)
    }

    /// A reader has found the file to be damaged, where the writer has not looked.
    pub fn damaged(&self, found: Trouble) {
        *self.damage.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
    }

    /// What was found since this was last asked.
    pub fn damage(&self) -> Option<Trouble> {
        let mut damage = self.damage.lock().unwrap_or_else(PoisonError::into_inner);
        damage.take()
    }

    /// Tells how far the writer is, and how large the file and its log.
    pub fn advance(&self, stored: u64, bytes: u64) {
        self.bytes.store(bytes, Relaxed);
        self.standing
            .send_modify(|standing| standing.stored = stored);
    }

    /// Another file is being written.
    pub fn another_file(&self) {
        self.generation.fetch_add(1, Relaxed);
    }

    /// Says what is wrong now, in the log only where that is news.
    pub fn set(&self, trouble: Option<Trouble>) {
        let state = trouble.as_ref().map_or(State::Ok, |trouble| trouble.state);
        let mut known = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if *known != trouble {
            match &trouble {
                Some(Trouble { state, detail }) => {
                    warn!(state = state.as_str(), detail, "events are not stored");
                }
                None => info!(path = %self.path.display(), "events are stored again"),
            }
            *known = trouble;
        }
        drop(known);
        self.stand(state);
    }

    /// Something could be stored, though not all that waits. People are told of the trouble
    /// until that is so: into the last room of a disk a few events fit again and again, and
    /// each time would be two lines in the log.
    pub fn going_on(&self) {
        self.stand(State::Ok);
    }

    fn stand(&self, state: State) {
        self.standing.send_if_modified(|standing| {
            let news = standing.state != state;
            standing.state = state;
            news
        });
    }

    /// Whether something is wrong.
    pub fn state(&self) -> State {
        self.standing.borrow().state
    }

    /// Nothing more is going to be stored.
    pub fn end(&self) {
        self.standing.send_modify(|standing| standing.ended = true);
    }

    /// For people and for `/api/status`.
    pub fn status(&self) -> Status {
        let trouble = self
            .trouble
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let stored = self.standing.borrow().stored;
        let head = self.journal.get().map_or(stored, |journal| journal.head());
        Status {
            state: trouble
                .as_ref()
                .map_or(State::Ok, |trouble| trouble.state)
                .as_str(),
            detail: trouble.map(|trouble| trouble.detail).unwrap_or_default(),
            behind: head.saturating_sub(stored),
            bytes: self.bytes.load(Relaxed),
        }
    }
}
