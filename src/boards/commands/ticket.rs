//! A sender's claim to a result. Knows nothing of queues.

use crate::wire::{Code, Outcome};

/// A sender's claim to exactly one final result. Dropped without one, it says
/// `board_offline`.
pub struct Ticket {
    board: String,
    tell: Option<Box<Tell>>,
}

/// Takes a result, and whether it is the final one.
type Tell = dyn FnMut(Outcome, Last) + Send;

/// Whether a result is the final one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Last {
    /// Another follows.
    No,
    /// Nothing follows.
    Yes,
}

impl Ticket {
    /// `tell` is called at most twice: with `written` where an answer is awaited, and
    /// with the final result.
    pub fn new(board: &str, tell: impl FnMut(Outcome, Last) + Send + 'static) -> Self {
        Self {
            board: board.to_owned(),
            tell: Some(Box::new(tell)),
        }
    }

    /// Gives a result that another follows.
    pub fn progress(&mut self, outcome: Outcome) {
        if let Some(tell) = &mut self.tell {
            tell(outcome, Last::No);
        }
    }

    /// The board that the command is for.
    pub fn board(&self) -> &str {
        &self.board
    }

    /// Gives the final result.
    pub fn finish(mut self, outcome: Outcome) {
        if let Some(mut tell) = self.tell.take() {
            tell(outcome, Last::Yes);
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some(mut tell) = self.tell.take() {
            tell(
                Outcome::failed(
                    Code::BoardOffline,
                    format!("board {} went offline", self.board),
                ),
                Last::Yes,
            );
        }
    }
}

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ticket({})", self.board)
    }
}
