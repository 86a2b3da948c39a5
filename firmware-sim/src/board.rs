//! Takes what a board does to where the gateway hears it: one runner a kind of link.
//! Knows nothing of what the lines mean.

use std::fmt;
use std::time::Duration;

use crate::faults::Fault;

mod address;
mod http;
mod serial;
mod websocket;

pub use address::{Address, AddressError};
pub use http::run_http;
pub use serial::run_serial;
pub use websocket::run_websocket;

/// What happened to a board, in words that fit after its name.
#[derive(Clone, Debug, PartialEq)]
pub enum Note {
    /// Its port is linked and waits to be opened.
    Plugged(String),
    /// Somebody opened its port.
    Opened,
    /// Nobody has its port open any more.
    Closed,
    /// The gateway took its connection.
    Connected,
    /// There is no connection, and why; the board tries again after this time.
    Lost(String, Duration),
    /// A fault of its script happens now.
    Fault(Fault),
    /// It was told this, and answered that (nothing, if it never listens).
    Command(String, String),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plugged(device) => write!(f, "plugged in as {device}"),
            Self::Opened => write!(f, "its port was opened; it resets, as an Uno does"),
            Self::Closed => write!(f, "its port was closed"),
            Self::Connected => write!(f, "connected"),
            Self::Lost(why, again) => write!(f, "no connection ({why}), again in {again:?}"),
            Self::Fault(fault) => write!(f, "fault: {fault}"),
            Self::Command(text, answer) if answer.is_empty() => {
                write!(f, "was told `{text}` and does not listen")
            }
            Self::Command(text, answer) => write!(f, "was told `{text}`, answered `{answer}`"),
        }
    }
}

/// Who is told what happens.
pub type Tell = fn(&Note);

/// Pauses between attempts to connect: half a second, doubling to ten, as WiFi
/// libraries do.
#[derive(Debug)]
struct Backoff(Duration);

impl Backoff {
    const FIRST: Duration = Duration::from_millis(500);
    const LONGEST: Duration = Duration::from_secs(10);

    fn new() -> Self {
        Self(Self::FIRST)
    }

    fn next(&mut self) -> Duration {
        let pause = self.0;
        self.0 = (pause * 2).min(Self::LONGEST);
        pause
    }
}
