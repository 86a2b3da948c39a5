//! Names that boards on ports give themselves, and which port has each.
//! Every step is one under one lock, so that a name is never two ports' at a time.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, MutexGuard, PoisonError};

use super::Registry;
use crate::boards::board::{Board, Owner};
use crate::config::ReadingSettings;
use crate::name::BoardName;
use crate::wire::State;

/// A name that the board on a port has given itself. It is that port's until the board on
/// another port takes the name, which it may once this one's port is closed.
#[derive(Debug)]
pub struct Claim {
    board: Arc<Board>,
    number: u64,
}

impl Claim {
    /// The board of that name.
    pub fn board(&self) -> &Arc<Board> {
        &self.board
    }
}

/// Why a board may not have the name that it gives itself; names both, and the cure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    name: BoardName,
    by: Holder,
}

/// Who has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Holder {
    /// This port, under its own name or its board's.
    Port(BoardName),
    /// A `[[board]]` of the file.
    File,
    /// A board that is connected over the network.
    Network,
    /// Nobody, but `max_boards` are known.
    Full,
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, by } = self;
        let cure = "give each board a name of its own in its sketch";
        match by {
            Holder::Port(port) if port == name => {
                write!(
                    f,
                    "calls itself {name}, which is the board on another port ({cure})"
                )
            }
            Holder::Port(port) => {
                write!(
                    f,
                    "calls itself {name}, as the board on port {port} does ({cure})"
                )
            }
            Holder::File => write!(
                f,
                "calls itself {name}, which is a [[board]] of the configuration ({cure})"
            ),
            Holder::Network => write!(
                f,
                "calls itself {name}, which is a board on the network ({cure})"
            ),
            Holder::Full => write!(
                f,
                "calls itself {name}, and as many boards as `max_boards` are known already (DELETE /api/boards/NAME forgets one)"
            ),
        }
    }
}

/// The names in use, by name. One for each port that is open, and for each board that is
/// known: bounded as they are.
#[derive(Debug, Default)]
pub(super) struct Claims {
    last: u64,
    held: HashMap<BoardName, Held>,
}

#[derive(Debug)]
struct Held {
    /// The port's own name.
    port: BoardName,
    number: u64,
    is_open: bool,
}

impl Claims {
    pub(super) fn contains(&self, name: &BoardName) -> bool {
        self.held.contains_key(name)
    }

    fn is_current(&self, claim: &Claim) -> bool {
        let held = self.held.get(claim.board.name());
        held.is_some_and(|held| held.number == claim.number)
    }
}

impl Registry {
    /// The board on `port` says that it is `name`, and is to be read with these settings.
    ///
    /// # Errors
    /// When the name belongs to another port that is open or configured, to a `[[board]]`,
    /// or to a board on the network that is there; or when it would be one too many.
    pub fn hello(
        &self,
        port: &BoardName,
        name: &BoardName,
        settings: Arc<ReadingSettings>,
    ) -> Result<Claim, Taken> {
        let taken = |by| Taken {
            name: name.clone(),
            by,
        };
        let mut claims = self.claims();
        claims
            .held
            .retain(|name, held| held.is_open || self.get(name.as_str()).is_some());
        if let Some(by) = self.holder(port, name, &claims) {
            return Err(taken(by));
        }
        let board = self
            .find_or_add(name, Owner::Port, settings.clone(), false)
            .map_err(|_| taken(Holder::Full))?;
        board.take_port(settings);
        let own = self.boards().get(port).cloned();
        board.is_on_port_of(own);
        claims.last += 1;
        let number = claims.last;
        let held = Held {
            port: port.clone(),
            number,
            is_open: true,
        };
        claims.held.insert(name.clone(), held);
        Ok(Claim { board, number })
    }

    /// The claim's port is closed: the board on another port may have the name now.
    pub fn closed(&self, claim: &Claim) {
        let mut claims = self.claims();
        if claims.is_current(claim)
            && let Some(held) = claims.held.get_mut(claim.board.name())
        {
            held.is_open = false;
        }
    }

    /// Says something of the claim's board; false if the name is another port's now.
    pub fn tell(&self, claim: &Claim, tell: impl Fn(&Board)) -> bool {
        let claims = self.claims();
        let is_current = claims.is_current(claim);
        if is_current {
            tell(&claim.board);
        }
        is_current
    }

    /// The board has another name now: this one is free.
    pub fn give_back(&self, claim: &Claim) {
        let mut claims = self.claims();
        if claims.is_current(claim) {
            claims.held.remove(claim.board.name());
            claim.board.give_up();
        }
    }

    /// The board was removed: its name is free, unless its port is open and it may speak again.
    pub(super) fn free_name(&self, board: &Board) {
        let mut claims = self.claims();
        let held = claims.held.get(board.name());
        if held.is_some_and(|held| !held.is_open) {
            claims.held.remove(board.name());
            board.give_up();
            // Whoever has the name next is no board of this port.
            board.configure(Arc::default());
        }
    }

    /// The port is nobody's any more: the names that its boards gave themselves are free.
    pub fn forget_hello(&self, port: &BoardName) {
        let mut claims = self.claims();
        let names: Vec<_> = claims.of(port).cloned().collect();
        for name in names {
            claims.held.remove(&name);
            self.forget(&name);
        }
    }

    /// The board of a port by its own name, also while its board goes by another, or by the
    /// name that its board gave itself.
    pub fn of_port(&self, name: &str) -> Option<Arc<Board>> {
        let board = self.boards().get(name).cloned();
        board.filter(|board| board.owner() == Owner::Port)
    }

    /// The board that is on this one's port now: under the port's own name, unless its board
    /// has given itself another.
    pub fn on_port_of(&self, board: &Arc<Board>) -> Arc<Board> {
        let own = board.own_of_port();
        if own.state() != State::Removed {
            return own;
        }
        let names = self.names_of(own.name());
        let named = names.iter().find_map(|name| self.get(name.as_str()));
        named.unwrap_or(own)
    }

    /// The names that boards on this port have given themselves and that are still theirs.
    pub fn names_of(&self, port: &BoardName) -> Vec<BoardName> {
        self.claims().of(port).cloned().collect()
    }

    /// Who keeps `port` from having this name.
    fn holder(&self, port: &BoardName, name: &BoardName, claims: &Claims) -> Option<Holder> {
        let rules = self.rules();
        if rules.serial.contains_key(name) {
            return Some(Holder::Port(name.clone()));
        }
        if rules.wifi.contains_key(name) {
            return Some(Holder::File);
        }
        drop(rules);
        if let Some(held) = claims.held.get(name) {
            let is_another = held.is_open && held.port != *port;
            return is_another.then(|| Holder::Port(held.port.clone()));
        }
        let board = self.get(name.as_str())?;
        match board.owner() {
            Owner::Port => Some(Holder::Port(name.clone())),
            // Who posts is no connection, but a board all the same.
            Owner::Network if board.is_connected() || board.state() == State::Online => {
                Some(Holder::Network)
            }
            Owner::Network => None,
        }
    }

    pub(super) fn claims(&self) -> MutexGuard<'_, Claims> {
        self.claims.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Claims {
    fn of<'a>(&'a self, port: &BoardName) -> impl Iterator<Item = &'a BoardName> {
        let of_port = self.held.iter().filter(move |(_, held)| held.port == *port);
        of_port.map(|(name, _)| name)
    }
}
