//! Who is online, and how to reach them.

use std::sync::Arc;

use crate::boards::session::Session;
use crate::boards::{Link, Reason};
use crate::config::ReadingSettings;
use crate::name::BoardName;

/// One board that the gateway knows; shared by its link and by who looks it up.
#[derive(Debug)]
pub struct Board {
    name: BoardName,
}

impl Board {
    /// Its name.
    pub fn name(&self) -> &BoardName {
        &self.name
    }

    /// Says that a port is being opened or settles. An event only if that is a change.
    pub fn connecting(&self, detail: &str) {
        todo!("{detail}")
    }

    /// Says that the board cannot be reached. An event only if state or reason changes.
    pub fn offline(&self, reason: Reason, detail: &str) {
        todo!("{reason:?} {detail}")
    }

    /// Begins one opening of a port or connection. The state stays `connecting` until
    /// [`Session::ready`].
    pub fn open(self: &Arc<Self>, link: Link, settings: Arc<ReadingSettings>) -> Session {
        todo!("{link:?} {settings:?}")
    }
}
