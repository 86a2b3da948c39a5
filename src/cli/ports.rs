//! `boardcast ports`

use std::process::ExitCode;

/// Lists serial ports.
pub fn run(_all: bool, _json: bool) -> ExitCode {
    ExitCode::FAILURE
}
