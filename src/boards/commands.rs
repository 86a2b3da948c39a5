//! Commands for a board, and what becomes of each. Knows neither ports nor sockets.

mod queue;

#[cfg(test)]
mod tests;

pub use self::queue::{Outgoing, Queue};

use crate::wire::{Code, Problem, Status};

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How far it came.
    pub status: Status,
    /// The line that answered it.
    pub reply: Option<String>,
    /// Why it failed.
    pub error: Option<Problem>,
}

impl Outcome {
    /// A failure with its code and a text for people.
    pub fn failed(code: Code, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            status: Status::Failed,
            reply: None,
            error: Some(Problem { code, message }),
        }
    }

    fn plain(status: Status) -> Self {
        Self {
            status,
            reply: None,
            error: None,
        }
    }
}

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

    fn progress(&mut self, outcome: Outcome) {
        if let Some(tell) = &mut self.tell {
            tell(outcome, Last::No);
        }
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
