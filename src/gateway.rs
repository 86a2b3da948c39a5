//! Starts and stops everything.

use std::fmt;

use crate::config::Config;

/// Why the gateway cannot start.
#[derive(Debug)]
pub struct StartError;

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot start")
    }
}

impl std::error::Error for StartError {}

/// Runs until it is told to stop.
///
/// # Errors
/// When it cannot start.
pub fn run(_: Config) -> Result<(), StartError> {
    Err(StartError)
}
