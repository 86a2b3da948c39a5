//! How boards reach the gateway: one file a link, bytes in and commands out.
//! Knows nothing of JSON or subscribers.

pub mod backoff;

pub mod discovery;

pub mod hub;

pub mod registry;

pub mod board;

pub mod session;

pub mod intake;

pub mod rate;

pub mod commands;

pub mod serial;

pub mod websocket;

pub mod http;

pub mod publish;

#[cfg(test)]
#[cfg(feature = "demo")]
mod recorded;

#[cfg(test)]
pub(crate) mod testing;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a board reaches the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Link {
    /// A serial port.
    Serial,
    /// A WebSocket that the board opened.
    Websocket,
    /// HTTP posts.
    Http,
    /// MQTT.
    Mqtt,
    /// A subscriber that publishes: a browser as a board.
    Publish,
}

/// Why a board is offline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// Its port went away while it was open.
    Unplugged,
    /// Its port is not there.
    Absent,
    /// The gateway may not open its port.
    Denied,
    /// Another program has its port.
    Busy,
    /// More than one port could be it.
    Ambiguous,
    /// The operator asked for the port.
    Released,
    /// The board closed the connection, or the gateway stops.
    Closed,
    /// Nothing came for too long.
    Timeout,
    /// Anything else; the detail says what.
    Error,
}
