//! A board that says its own name: the opening of its port goes on under that.
//! Knows nothing of ports.

use std::sync::Arc;

use tracing::{info, warn};

use super::Session;
use super::greeting::Greetings;
use crate::boards::board::{Begun, Board};
use crate::boards::commands::Queue;
use crate::boards::registry::{Claim, Registry};
use crate::name::BoardName;

/// What a session needs to let its board name itself.
#[derive(Debug)]
pub(super) struct Naming {
    registry: Arc<Registry>,
    /// Under its port's own name.
    own: Arc<Board>,
    claim: Option<Arc<Claim>>,
    greetings: Greetings,
    complained: bool,
}

impl Session {
    /// For a port whose board may name itself: from a line on that does so, what comes in
    /// this opening is that board's, and the name that it had stands for nobody.
    pub fn trusting(mut self, registry: &Arc<Registry>) -> Self {
        self.naming = Some(Naming {
            registry: registry.clone(),
            own: self.board.clone(),
            claim: None,
            greetings: Greetings::default(),
            complained: false,
        });
        self
    }

    /// The name that the board has given itself in this opening, if it has.
    pub fn claim(&self) -> Option<Arc<Claim>> {
        self.naming.as_ref()?.claim.clone()
    }

    /// Takes bytes of a board that may name itself: whole lines, so that the line with its
    /// name is read under it.
    pub(super) fn bytes_by_line(&mut self, bytes: &[u8]) {
        let Some(naming) = &mut self.naming else {
            return;
        };
        let mut greetings = std::mem::take(&mut naming.greetings);
        greetings.feed(bytes, |line, name| {
            if let Some(name) = name {
                self.greeted(&name);
            }
            self.read(line);
        });
        if let Some(naming) = &mut self.naming {
            naming.greetings = greetings;
        }
        self.flush();
    }

    /// The link is down: a line without its end is torn, and the name may be claimed by
    /// another port.
    pub(super) fn end_naming(&mut self) {
        let Some(mut naming) = self.naming.take() else {
            return;
        };
        self.read(&naming.greetings.rest());
        if let Some(claim) = &naming.claim {
            naming.registry.closed(claim);
        }
    }

    /// The board says that it is `name`.
    fn greeted(&mut self, name: &str) {
        if self.board.name().as_str() == name {
            return;
        }
        match self.rename(name) {
            Ok(()) => {}
            Err(why) => self.refuse(&why),
        }
    }

    fn rename(&mut self, name: &str) -> Result<(), String> {
        let name = BoardName::new(name).map_err(|why| why.to_string())?;
        // What came before belongs to the name before.
        self.flush();
        let Some(naming) = &mut self.naming else {
            return Ok(());
        };
        let own = naming.own.name();
        let (board, claim) = if name == *own {
            (naming.own.clone(), None)
        } else {
            let settings = self.intake.settings().clone();
            let claim = naming.registry.hello(own, &name, settings);
            let claim = Arc::new(claim.map_err(|why| why.to_string())?);
            (claim.board().clone(), Some(claim))
        };
        let before = std::mem::replace(&mut naming.claim, claim);
        let registry = naming.registry.clone();
        info!(board = %self.board.name(), name = %board.name(), "the board has given itself a name");
        self.go_on_as(board);
        if let Some(before) = before {
            registry.give_back(&before);
        }
        Ok(())
    }

    /// The rest of this opening is another board's: commands for the one before fail, and a
    /// header that it sent is not in force.
    fn go_on_as(&mut self, board: Arc<Board>) {
        self.queue.close();
        self.board.leave(self.opening);
        let Begun { number, intake } = board.begin(self.link);
        self.queue = Arc::new(Queue::new(intake.settings().clone(), &self.send_end));
        (self.board, self.opening, self.intake) = (board, number, intake);
        // What was wrong with the name before is not with this one.
        self.remarks.refused = None;
        if self.is_up {
            let place = self.remarks.place.clone();
            self.ready(&place);
        } else {
            self.board.connecting(self.remarks.detail());
        }
    }

    fn refuse(&mut self, why: &str) {
        let place = self.remarks.place.clone();
        self.refused(format!("{place}: {why}"));
        let complained = self.naming.as_mut().map(|naming| &mut naming.complained);
        if complained.is_some_and(|complained| !std::mem::replace(complained, true)) {
            warn!(board = %self.board.name(), port = place, "the name that the board gives itself is refused: {why}");
        }
    }
}
