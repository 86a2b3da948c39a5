//! What the configuration says of single boards: serial ports and names.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::reading::{Pattern, ReadingSettings};
use crate::name::BoardName;

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

impl fmt::Display for PortMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "{}", path.display()),
            Self::Usb {
                vendor,
                product,
                serial,
            } => {
                write!(f, "usb {vendor:04x}:{product:04x}")?;
                serial.iter().try_for_each(|serial| write!(f, ":{serial}"))
            }
        }
    }
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

impl Default for Line {
    fn default() -> Self {
        Self {
            baud: 115_200,
            data_bits: 8,
            parity: Parity::None,
            stop_bits: 1,
            flow: Flow::None,
        }
    }
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
    /// Nobody said the baud rate: `line.baud` is only the first to be tried.
    pub find_rate: bool,
    /// Appended to each command, at most 8 bytes.
    pub send_end: String,
    /// DTR on open.
    pub reset: Reset,
    /// The port is `connecting` for this long after it opened.
    pub settle: Duration,
    /// `connecting` until a line matches this, or `settle` is over if that is not zero.
    pub ready: Option<Pattern>,
    /// A line of the board itself may name it.
    pub trust_hello: bool,
    /// How its lines are read.
    pub reading: ReadingSettings,
}

impl SerialBoard {
    /// A board with nothing said but its name and its port: what a `[[serial]]` without
    /// other keys is; and but for `find_rate` a port that discovery found.
    pub fn new(board: BoardName, port: PortMatch) -> Self {
        Self {
            board,
            port,
            line: Line::default(),
            find_rate: false,
            send_end: "\n".to_owned(),
            reset: Reset::default(),
            settle: Duration::ZERO,
            ready: None,
            trust_hello: false,
            reading: ReadingSettings::default(),
        }
    }
}

/// `[[board]]`
#[derive(Clone, Debug, PartialEq)]
pub struct WifiBoard {
    /// Its name.
    pub board: BoardName,
    /// How its lines are read.
    pub reading: ReadingSettings,
}

impl WifiBoard {
    /// A board with nothing said but its name.
    pub fn new(board: BoardName) -> Self {
        Self {
            board,
            reading: ReadingSettings::default(),
        }
    }
}
