//! Every message of the protocol (docs/protocol.md) as a type; nothing else in the
//! gateway knows how they look. Knows no sockets, no clocks, and not who sends.

pub mod encode;

pub mod frame;

pub mod release;

pub mod request;

pub mod result;

pub mod states;

pub mod status;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use indexmap::IndexMap;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::boards::{Link, Reason};

pub use self::result::{Code, CommandResult, Outcome, Problem, Status};

/// The version in `hello`.
pub const PROTOCOL: u32 = 1;

/// What the gateway sends; the schema of `/api/schema` is made of these.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Message<'a> {
    /// The first message, and the answer to `subscribe`.
    Hello(Hello<'a>),
    /// A board's state: in the snapshot, and as an event when it changes.
    Board(BoardMessage<'a>),
    /// What one line said.
    Reading {
        /// Number of the event.
        seq: u64,
        /// Milliseconds since 1970, with microseconds as decimals.
        time: f64,
        /// Its board.
        board: Cow<'a, str>,
        /// The board's own time in ms since 1970, where the configuration takes it.
        #[serde(skip_serializing_if = "Option::is_none")]
        board_time: Option<f64>,
        /// Value by channel: number, boolean, string or null.
        values: IndexMap<String, Value>,
    },
    /// A line that is not a reading.
    Text {
        /// Number of the event.
        seq: u64,
        /// Milliseconds since 1970.
        time: f64,
        /// Its board.
        board: Cow<'a, str>,
        /// The line.
        text: Cow<'a, str>,
        /// The line's beginning may be missing: it was the first after a port opened.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        partial: bool,
    },
    /// The wall clock stepped forward.
    Clock {
        /// Number of the event.
        seq: u64,
        /// Milliseconds since 1970, after the step.
        time: f64,
        /// By how many milliseconds.
        jump: f64,
    },
    /// Events that this subscriber lost.
    Gap(Gap),
    /// A line as it came, for subscribers with `lines=true`.
    Line {
        /// Its board.
        board: Cow<'a, str>,
        /// Milliseconds since 1970.
        time: f64,
        /// The line.
        text: Cow<'a, str>,
    },
    /// What became of a command.
    Result(CommandResult<'a>),
    /// A message that could not be understood.
    Error {
        /// For programs.
        code: Cow<'a, str>,
        /// For people.
        message: Cow<'a, str>,
        /// The message's own `id`, if it had one.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<Value>,
    },
}

/// See [`Message::Hello`].
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Hello<'a> {
    /// Version of the protocol.
    pub protocol: u32,
    /// The machine's name.
    pub gateway: Cow<'a, str>,
    /// Version of the gateway.
    pub version: Cow<'a, str>,
    /// Id of this numbering.
    pub stream: Cow<'a, str>,
    /// The newest event's number.
    pub seq: u64,
    /// Whether the stream goes on right after `since`.
    pub resumed: bool,
}

/// See [`Message::Gap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Gap {
    /// First number lost.
    pub from: u64,
    /// Last number lost.
    pub to: u64,
    /// How many of them matched the subscription.
    pub missed: u64,
    /// `missed` may be too high.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub atmost: bool,
}

/// See [`Message::Board`].
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct BoardMessage<'a> {
    /// Number of the event; in a snapshot, of the board's last event.
    pub seq: u64,
    /// Its time, milliseconds since 1970.
    pub time: f64,
    /// Its name.
    pub board: Cow<'a, str>,
    /// Whether it can be reached.
    pub state: State,
    /// Why it is in this state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<StateReason>,
    /// How it reaches the gateway.
    pub link: Link,
    /// Where, or what is wrong, for people.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub detail: Cow<'a, str>,
    /// Every channel known.
    pub channels: IndexMap<Cow<'a, str>, ChannelInfo<'a>>,
    /// The newest value of every channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Last<'a>>,
}

/// What is known of a channel besides its value.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ChannelInfo<'a> {
    /// Shown behind the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Cow<'a, str>>,
    /// Shown instead of the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<Cow<'a, str>>,
    /// When its value came, if that is before `last.time`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<f64>,
}

/// The newest values of a board.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Last<'a> {
    /// Number of the newest reading.
    pub seq: u64,
    /// Its time.
    pub time: f64,
    /// Newest value of every channel.
    pub values: IndexMap<Cow<'a, str>, Cow<'a, Value>>,
}

/// A board's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// A port is being opened or settles.
    Connecting,
    /// Its link is up.
    Online,
    /// Nothing came for `stale_after`.
    Stale,
    /// It cannot be reached; the reason says why.
    Offline,
    /// It was forgotten.
    Removed,
}

impl State {
    /// Every state, for counting.
    pub const ALL: [Self; 4] = [Self::Connecting, Self::Online, Self::Stale, Self::Offline];

    /// The name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Online => "online",
            Self::Stale => "stale",
            Self::Offline => "offline",
            Self::Removed => "removed",
        }
    }
}

/// Why a board is in its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StateReason {
    /// A second connection took over.
    Replaced,
    /// Why it is offline.
    #[serde(untagged)]
    Offline(Reason),
}

/// What a subscriber sends.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(
    tag = "type",
    rename_all = "lowercase",
    expecting = "a JSON object with a `type`"
)]
pub enum Request {
    /// Replaces the subscription.
    Subscribe(request::Subscribe),
    /// A text for a board.
    Command(request::Command),
    /// The subscriber is a board.
    Publish(request::Publish),
}

/// The JSON Schema of every message, as `/api/schema` gives it: of the gateway's
/// (`Message`, or an array of them), and of its clients' (`Request`).
pub fn schema() -> Value {
    // As it goes out: what is left out at times is not required.
    let mut written = SchemaSettings::default().for_serialize().into_generator();
    let mut read = SchemaSettings::default().into_generator();
    let sent = written.subschema_for::<Message>();
    let taken = read.subschema_for::<Request>();
    let mut definitions = written.take_definitions(true);
    definitions.extend(read.take_definitions(true));
    serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "boardcast protocol 1",
        "anyOf": [sent, { "type": "array", "items": sent }, taken],
        "$defs": definitions,
    })
}
