//! The configuration as everything else sees it: checked and complete.
//! `config/file.rs` is the file as written; nothing outside `config/` knows that form.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use regex::Regex;

use crate::name::BoardName;

/// Everything that an operator may choose.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Where the file is, for messages and for `SIGHUP`; `None` is the built-in one.
    pub file: Option<PathBuf>,
    /// `[server]`
    pub server: Server,
    /// `[access]`
    pub access: Access,
    /// `[limits]`
    pub limits: Limits,
    /// `[backlog]`
    pub backlog: Backlog,
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

/// Where a configured serial board is.
#[derive(Clone, Debug, PartialEq)]
pub enum PortMatch {
    /// `port = "/dev/…"`: this path, a by-id or a by-path link.
    Path(PathBuf),
    /// `usb = "2341:0043"` or `usb = "2341:0043:SERIAL"`.
    Usb {
        /// USB vendor id.
        vendor: u16,
        /// USB product id.
        product: u16,
        /// USB serial number, where given.
        serial: Option<String>,
    },
}

/// Parity bit of a serial line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Parity {
    /// No parity bit.
    #[default]
    None,
    /// Even.
    Even,
    /// Odd.
    Odd,
}

/// Flow control of a serial line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Flow {
    /// None.
    #[default]
    None,
    /// XON and XOFF.
    Software,
    /// RTS and CTS.
    Hardware,
}

/// When opening a port may reset the board (DTR).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Reset {
    /// Never, where the kernel allows it.
    Never,
    /// At the first opening; `HUPCL` is cleared, so a restart of the gateway is none.
    #[default]
    Once,
    /// At each opening.
    Always,
}

/// The electrical side of a serial port.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Bits a second.
    pub baud: u32,
    /// 5 to 8.
    pub data_bits: u8,
    /// Parity.
    pub parity: Parity,
    /// 1 or 2.
    pub stop_bits: u8,
    /// Flow control.
    pub flow: Flow,
}

/// `[[serial]]`
#[derive(Clone, Debug, PartialEq)]
pub struct SerialBoard {
    /// Its name.
    pub board: BoardName,
    /// Its port.
    pub port: PortMatch,
    /// How the port is set.
    pub line: Line,
    /// Appended to each command, at most 8 bytes.
    pub send_end: String,
    /// DTR on open.
    pub reset: Reset,
    /// The port is `connecting` for this long after it opened.
    pub settle: Duration,
    /// `connecting` until a line matches this, or `settle` is over if that is not zero.
    pub ready: Option<Pattern>,
    /// A line `{"board":"…"}` may name the board.
    pub trust_hello: bool,
    /// How its lines are read.
    pub reading: ReadingSettings,
}

/// `[[board]]`
#[derive(Clone, Debug, PartialEq)]
pub struct WifiBoard {
    /// Its name.
    pub board: BoardName,
    /// How its lines are read.
    pub reading: ReadingSettings,
}

/// What a board's lines are.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Format {
    /// Tried in the order of docs/protocol.md.
    #[default]
    Auto,
    /// JSON only.
    Json,
    /// `name:value` pairs only.
    Pairs,
    /// Values in these columns.
    Csv {
        /// Names of the columns, in order.
        columns: Vec<String>,
    },
    /// Every line is text.
    Text,
    /// Named groups are channels.
    Regex(Pattern),
}

/// A regular expression that compares by its text.
#[derive(Clone, Debug)]
pub struct Pattern(pub Regex);

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

/// How a board's lines are read and when it counts as stale; the same keys for
/// every kind of link.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadingSettings {
    /// What a line is.
    pub format: Format,
    /// Settings by the channel's name as the board says it.
    pub channels: BTreeMap<String, ChannelSettings>,
    /// Nothing for this long is `stale`; `None` is never.
    pub stale_after: Option<Duration>,
    /// A line that matches answers a command with `acked`.
    pub ack: Option<Pattern>,
    /// A line that matches answers a command with `nacked`.
    pub nack: Option<Pattern>,
    /// Lines a second that are taken; more are dropped and counted.
    pub max_lines_per_s: Option<u32>,
}

impl Default for ReadingSettings {
    fn default() -> Self {
        Self {
            format: Format::Auto,
            channels: BTreeMap::new(),
            stale_after: Some(Duration::from_secs(60)),
            ack: None,
            nack: None,
            max_lines_per_s: None,
        }
    }
}

/// What the owner says of one channel.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ChannelSettings {
    /// Shown behind the value.
    pub unit: Option<String>,
    /// Shown instead of the name.
    pub label: Option<String>,
    /// Value × scale + offset; 1 where absent.
    pub scale: Option<f64>,
    /// Added after scaling; 0 where absent.
    pub offset: Option<f64>,
    /// A smaller value, after scaling, is null and counted.
    pub min: Option<f64>,
    /// A larger value, after scaling, is null and counted.
    pub max: Option<f64>,
    /// The channel's name from here on.
    pub rename: Option<String>,
}

impl ChannelSettings {
    /// Whether values pass unchanged.
    pub fn is_identity(&self) -> bool {
        self.scale.is_none() && self.offset.is_none() && self.min.is_none() && self.max.is_none()
    }
}
