//! What became of a command, as its sender is told.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

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

    /// A result that says nothing more.
    pub fn plain(status: Status) -> Self {
        Self {
            status,
            reply: None,
            error: None,
        }
    }
}

/// What became of a command.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CommandResult<'a> {
    /// The command's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Value>,
    /// The board it was for.
    pub board: Cow<'a, str>,
    /// How far it came.
    pub status: Status,
    /// The board's line that answered it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply: Option<Cow<'a, str>>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Problem>,
}

impl<'a> CommandResult<'a> {
    /// What is told of an outcome.
    pub fn new(id: Option<Value>, board: &'a str, outcome: &'a Outcome) -> Self {
        Self {
            id,
            board: board.into(),
            status: outcome.status,
            reply: outcome.reply.as_deref().map(Cow::Borrowed),
            error: outcome.error.clone(),
        }
    }
}

/// How far a command came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Its last byte was written; final unless the board has `ack` or `nack`.
    Written,
    /// The board said yes.
    Acked,
    /// The board said no.
    Nacked,
    /// The board said nothing in time.
    Timeout,
    /// It was not written.
    Failed,
}

/// Something that went wrong, for programs and for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Problem {
    /// For programs.
    pub code: Code,
    /// For people, with the cure.
    pub message: String,
}

/// Codes of a failed command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// Nobody of that name.
    UnknownBoard,
    /// It cannot be reached now.
    BoardOffline,
    /// Its link cannot receive.
    ReadOnly,
    /// Too many wait already.
    QueueFull,
    /// Not written within its `ttl`.
    Expired,
    /// Longer than the link can take.
    TooLong,
    /// It holds a line end.
    Invalid,
    /// Not allowed.
    Forbidden,
}
