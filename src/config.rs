//! The configuration as everything else sees it: checked and complete.
//! `config/file.rs` is the file as written; nothing outside `config/` knows that form.

mod boards;
mod error;
mod file;
mod load;
mod reading;
mod table;
#[cfg(test)]
mod tests;
pub mod units;
mod value;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

pub use boards::{Flow, Line, Parity, PortMatch, Reset, SerialBoard, WifiBoard};
pub use error::ConfigError;
pub use reading::{ChannelSettings, Format, Pattern, ReadingSettings};

/// Everything that an operator may choose. The default is what holds without a file:
/// loopback only, and every USB serial port that is found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// Where the file is, for messages and for `SIGHUP`; `None` without a file.
    pub file: Option<PathBuf>,
    /// `[server]`
    pub server: Server,
    /// `[access]`
    pub access: Access,
    /// `[limits]`
    pub limits: Limits,
    /// `[backlog]`
    pub backlog: Backlog,
    /// `[history]`; `None` keeps nothing on disk.
    pub history: Option<History>,
    /// `[discovery]`
    pub discovery: Discovery,
    /// `[wifi]`
    pub wifi: Wifi,
    /// `[[serial]]`: ports that have a board's name.
    pub serial: Vec<SerialBoard>,
    /// `[[board]]`: settings for WiFi boards by name.
    pub boards: Vec<WifiBoard>,
}

/// `[server]`
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// At least one address; port 0 picks a free one.
    pub listen: Vec<SocketAddr>,
    /// Origins of other pages that may connect, as a browser sends them; may hold `null`.
    pub allowed_origins: Vec<String>,
    /// How long stopping may take before who is late is named and left.
    pub stop_after: Duration,
}

/// Who may do what without a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Anonymous {
    /// Nobody, except on loopback.
    #[default]
    None,
    /// Everyone may read.
    Viewer,
    /// Everyone may also send commands and publish.
    Operator,
}

/// `[access]`
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Access {
    /// What those without a token may do away from loopback.
    pub anonymous: Anonymous,
}

/// `[limits]`
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Bytes in a line; a longer one is dropped whole and counted.
    pub max_line: usize,
    /// Bytes in a WebSocket message; above it the connection is closed with 1009.
    pub max_message: usize,
    /// Bytes in a POST body; above it 413.
    pub max_body: usize,
    /// Boards known at one time; one more is refused.
    pub max_boards: usize,
}

/// `[backlog]`: whichever comes first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backlog {
    /// Events kept in memory.
    pub events: usize,
    /// Bytes kept in memory.
    pub bytes: usize,
}

/// `[history]`
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// The database; relative to the working directory.
    pub path: PathBuf,
    /// What is older is deleted.
    pub keep: Duration,
    /// Bytes of the database and its log; beyond, the oldest is deleted.
    pub max_size: usize,
    /// Between two commits: so much is lost at a power cut.
    pub commit_every: Duration,
}

/// `[discovery]`
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Discovery {
    /// Open USB serial ports that no `[[serial]]` names.
    pub serial: bool,
}

/// `[wifi]`
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wifi {
    /// Boards that no `[[board]]` names may connect.
    pub accept_unknown: bool,
    /// Take frames that are not masked (MicroPython's C module sends them).
    pub accept_unmasked: bool,
    /// An object's `time` (ms since 1970) is `board_time`.
    pub board_time: bool,
    /// Between two pings.
    pub ping_interval: Duration,
    /// Nothing received for this long ends a connection.
    pub silent_after: Duration,
}

impl Wifi {
    /// Between two pings: often enough that who answers is never silent for too long,
    /// also where `ping_interval` is the longer of the two.
    pub fn ping_every(&self) -> Duration {
        self.ping_interval.min(self.silent_after / 3)
    }
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 8080))],
            allowed_origins: Vec::new(),
            stop_after: Duration::from_secs(5),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_line: 4096,
            max_message: 64 * units::KIB,
            max_body: 64 * units::KIB,
            max_boards: 1000,
        }
    }
}

impl Default for Backlog {
    fn default() -> Self {
        Self {
            events: 65_536,
            bytes: 16 * units::MIB,
        }
    }
}

impl Default for History {
    fn default() -> Self {
        Self {
            path: "history.db".into(),
            keep: Duration::from_secs(30 * 24 * 3600),
            max_size: 2 * units::GIB,
            commit_every: Duration::from_secs(1),
        }
    }
}

impl Default for Discovery {
    fn default() -> Self {
        Self { serial: true }
    }
}

impl Default for Wifi {
    fn default() -> Self {
        Self {
            accept_unknown: true,
            accept_unmasked: false,
            board_time: false,
            ping_interval: Duration::from_secs(20),
            silent_after: Duration::from_secs(60),
        }
    }
}
