//! Who is online, and how to reach them. Every change of a board's state is made here
//! and is an event.

mod hello;

mod refusals;

mod rules;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use self::hello::Claims;
pub use self::hello::{Claim, Taken};
pub use self::refusals::{Kept, Refused};
use self::rules::Rules;
use crate::boards::Link;
use crate::boards::board::{Board, Owner};
use crate::boards::hub::Hub;
use crate::boards::intake::Bounds;
use crate::config::{Config, ReadingSettings};
use crate::name::BoardName;
use crate::wire::State;

/// Every board the gateway knows.
#[derive(Debug)]
pub struct Registry {
    hub: Arc<Hub>,
    boards: Mutex<HashMap<BoardName, Arc<Board>>>,
    rules: Mutex<Rules>,
    naming: Mutex<()>,
    /// Locked before all others.
    claims: Mutex<Claims>,
}

impl Registry {
    /// Nobody yet.
    pub fn new(hub: Arc<Hub>, config: &Config) -> Self {
        Self {
            hub,
            boards: Mutex::default(),
            rules: Mutex::new(Rules::new(config)),
            naming: Mutex::default(),
            claims: Mutex::default(),
        }
    }

    /// What every board shares.
    pub fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// Takes a new configuration. Boards that are connected get their new settings with
    /// their next connection.
    pub fn reload(&self, config: &Config) {
        *self.rules() = Rules::new(config);
        let boards: Vec<_> = self.boards().values().cloned().collect();
        for board in boards {
            if let Some(settings) = self.settings(board.name()) {
                board.configure(settings);
            }
        }
    }

    /// The board of a serial port.
    ///
    /// # Errors
    /// When a found port would be one too many, or its name is what the board on another
    /// port calls itself; those of the file always have a place.
    pub fn serial(
        &self,
        name: &BoardName,
        settings: Arc<ReadingSettings>,
    ) -> Result<Arc<Board>, Refused> {
        let claims = self.claims();
        let configured = self.rules().serial.contains_key(name);
        if !configured && claims.contains(name) {
            return Err(Refused::Serial);
        }
        let board = self.find_or_add(name, Owner::Port, settings.clone(), configured)?;
        board.take_port(settings);
        Ok(board)
    }

    /// The board of a WebSocket, a post or a publisher.
    ///
    /// # Errors
    /// When the name belongs to a port, is not accepted, or is one too many.
    pub fn claim(&self, name: &BoardName, link: Link) -> Result<Arc<Board>, Refused> {
        let (settings, configured) = {
            let rules = self.rules();
            if rules.serial.contains_key(name) {
                return Err(Refused::Serial);
            }
            match rules.wifi.get(name) {
                Some(settings) => (settings.clone(), true),
                // A browser's page is no board on the network.
                None if rules.accept_unknown || link == Link::Publish => (Arc::default(), false),
                None => return Err(Refused::Unknown),
            }
        };
        let board = self.find_or_add(name, Owner::Network, settings, configured)?;
        if board.owner() == Owner::Port {
            Err(Refused::Serial)
        } else {
            Ok(board)
        }
    }

    /// A board that an earlier run knew, by its message as JSON.
    ///
    /// # Errors
    /// When it is one too many, or the message is none.
    pub fn restore(&self, name: &BoardName, said: &str) -> Result<(), String> {
        let said = serde_json::from_str(said).map_err(|why| why.to_string())?;
        let settings = self.settings(name);
        let configured = settings.is_some();
        let settings = settings.unwrap_or_default();
        let board = self.find_or_add(name, Owner::Network, settings, configured);
        board.map_err(|refused| refused.to_string())?.restore(said);
        Ok(())
    }

    /// A board by name; one that was removed or never said anything is not there.
    pub fn get(&self, name: &str) -> Option<Arc<Board>> {
        let board = self.boards().get(name).cloned();
        board.filter(|board| board.state() != State::Removed)
    }

    /// Whether a connection has this name.
    pub fn is_connected(&self, name: &str) -> bool {
        let board = self.boards().get(name).cloned();
        board.is_some_and(|board| board.is_connected())
    }

    /// Held while a name is chosen by which names are free.
    pub fn naming(&self) -> MutexGuard<'_, ()> {
        self.naming.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every board that is not removed.
    pub fn list(&self) -> Vec<Arc<Board>> {
        let boards: Vec<_> = self.boards().values().cloned().collect();
        let there = |board: &Arc<Board>| board.state() != State::Removed;
        boards.into_iter().filter(there).collect()
    }

    /// Whether a port is lent to another program.
    pub fn is_any_released(&self) -> bool {
        self.list().iter().any(|board| board.is_released())
    }

    /// Whether a name is in the file.
    pub fn is_configured(&self, name: &BoardName) -> bool {
        self.settings(name).is_some()
    }

    /// Forgets a board that is offline or stale and not in the file.
    ///
    /// # Errors
    /// When it is not to be forgotten.
    pub fn remove(&self, name: &str) -> Result<(), Kept> {
        let board = self.boards().get(name).cloned().ok_or(Kept::Unknown)?;
        if self.is_configured(board.name()) {
            Err(Kept::Configured)
        } else if board.state() == State::Removed {
            Err(Kept::Unknown)
        } else if board.remove() {
            self.free_name(&board);
            Ok(())
        } else {
            Err(Kept::InUse)
        }
    }

    /// Forgets the board of a port that the file no longer names.
    pub fn forget(&self, name: &BoardName) {
        let board = self.boards().get(name).cloned();
        if let Some(board) = board {
            board.give_up();
        }
    }

    /// Finds boards that have become stale, and commands that have expired. To be called
    /// several times a second.
    pub fn tick(&self) {
        self.hub.now();
        self.hub.journal.tick();
        for board in self.list() {
            board.tick();
        }
    }

    /// Bounds of lines.
    pub fn bounds(&self) -> Bounds {
        self.rules().bounds
    }

    fn settings(&self, name: &BoardName) -> Option<Arc<ReadingSettings>> {
        let rules = self.rules();
        rules
            .serial
            .get(name)
            .or_else(|| rules.wifi.get(name))
            .cloned()
    }

    fn find_or_add(
        &self,
        name: &BoardName,
        owner: Owner,
        settings: Arc<ReadingSettings>,
        configured: bool,
    ) -> Result<Arc<Board>, Refused> {
        let (max_boards, bounds) = {
            let rules = self.rules();
            (rules.max_boards, rules.bounds)
        };
        let mut boards = self.boards();
        if let Some(board) = boards.get(name)
            && !is_unused(board)
        {
            return Ok(board.clone());
        }
        boards.retain(|_, board| !is_unused(board));
        if boards.len() >= max_boards && !configured {
            return Err(Refused::Full);
        }
        let board = Arc::new(Board::new(
            name.clone(),
            self.hub.clone(),
            owner,
            settings,
            bounds,
        ));
        boards.insert(name.clone(), board.clone());
        Ok(board)
    }

    fn boards(&self) -> MutexGuard<'_, HashMap<BoardName, Arc<Board>>> {
        self.boards.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn rules(&self) -> MutexGuard<'_, Rules> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Removed or never heard of, and known to nobody but the registry, whose lock is held.
/// Who found it before it was removed, and has something to say as it, still may.
fn is_unused(board: &Arc<Board>) -> bool {
    Arc::strong_count(board) == 1 && board.state() == State::Removed
}
