//! Why a name cannot be used, and why a board cannot be forgotten.

use std::fmt;

/// Why a name cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It belongs to a serial port.
    Serial,
    /// Nobody configured it, and `accept_unknown` is off.
    Unknown,
    /// `max_boards` are known already.
    Full,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Serial => "this name belongs to a serial port (choose another for this board)",
            Self::Unknown => "this board is not known here (add a `[[board]]`, or set `accept_unknown`)",
            Self::Full => "as many boards as `max_boards` are known already (DELETE /api/boards/NAME forgets one)",
        })
    }
}

/// Why a board cannot be forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Nobody of that name.
    Unknown,
    /// It is in the file.
    Configured,
    /// It is connected, or was heard of lately.
    InUse,
}
