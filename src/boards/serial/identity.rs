//! Who is on a port: under the port's own name, or under the one that its board gave itself.
//! Knows nothing of bytes.

use std::path::Path;
use std::sync::Arc;

use crate::boards::board::Board;
use crate::boards::registry::{Claim, Registry};
use crate::boards::serial::rates::Rates;
use crate::config::SerialBoard;

/// What is known of a port's board beyond one opening.
pub(super) struct Identity {
    pub own: Arc<Board>,
    pub registry: Arc<Registry>,
    /// Where discovery looks for the board's rate.
    pub rates: Option<Rates>,
    /// The name that the board gave itself when the port was last open.
    pub claim: Option<Arc<Claim>>,
}

impl Identity {
    /// A port that was never open.
    pub(super) fn new(config: &SerialBoard, own: Arc<Board>, registry: Arc<Registry>) -> Self {
        Self {
            own,
            registry,
            rates: config.find_rate.then(Rates::new),
            claim: None,
        }
    }

    /// The port is open, and its board has yet to say the name that it gave itself before.
    pub(super) fn opened(&self, device: &Path) {
        if let Some(claim) = &self.claim {
            self.registry.tell(claim, |board| board.awaited(device));
        }
    }

    /// Says something of the board that was last on the port; of the port's own where that
    /// had no name of its own, or its name is another port's by now.
    pub(super) fn tell(&self, tell: impl Fn(&Board)) {
        let claim = self.claim.as_ref();
        if !claim.is_some_and(|claim| self.registry.tell(claim, &tell)) {
            tell(&self.own);
        }
    }
}
