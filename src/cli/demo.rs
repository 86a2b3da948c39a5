//! `boardcast demo`

use crate::config::Config;
use crate::gateway::StartError;

/// Runs the gateway with simulated boards.
///
/// # Errors
/// When it cannot start.
pub fn run(_: Config) -> Result<(), StartError> {
    Err(StartError)
}
