//! Recorded boards: raw bytes with their times, in a text file that a person can read,
//! edit, search and compare. Knows nothing of ports.
//!
//! ```text
//! # boardcast log 1: greenhouse on /dev/ttyACM0, 115200 baud, 2026-01-02T15:30:12Z
//! 0.000000 open
//! 0.020113 "temp:23.5,hum:48\r\n"
//! 0.020500 "x" * 1000000
//! 12.500000 close
//! ```
//!
//! The first line begins with [`MAGIC`]. Empty lines and those that begin with `#` are
//! comments. Every other line is a time, in seconds with at most six decimals, never less
//! than the one before, and what happened then: the port opened, the port closed, or bytes
//! came. Bytes are quoted: UTF-8 stands for itself, and `\r \n \t \\ \" \xNN` for what a
//! person could not see. `* 3` behind them repeats them.

mod play;

mod quote;

mod read;

mod write;

pub use play::play;
pub use read::{LogError, Reader};
pub use write::Writer;

use std::time::Duration;

/// How every log begins; the number is the format's version.
pub const MAGIC: &str = "# boardcast log 1";

/// The longest line of a file, in bytes; a longer one is an error.
pub const MAX_LINE: usize = 1024 * 1024;

/// What one line of a file may stand for with its repetition, in bytes; more is an error.
pub const MAX_PIECE: usize = 16 * 1024 * 1024;

/// Something that happened at a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When, since the recording began, in whole microseconds.
    pub at: Duration,
    /// What.
    pub what: What,
}

/// What may happen at a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It was opened.
    Open,
    /// The board sent these bytes.
    Bytes(Vec<u8>),
    /// It went away.
    Close,
}

#[cfg(test)]
mod tests;
