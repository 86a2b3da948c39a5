//! Where this machine's `dev`, `proc`, `sys` and the like are.
//! Reads none of them.

use std::path::PathBuf;

/// The folder that holds `dev`, `proc`, `sys` and `run` (for the doctor also `etc`, `usr` and
/// `var`): `/`, unless `BOARDCAST_ROOT` names another one, such as a container's view of its
/// host, or a made-up machine in a test.
/// Paths in the configuration are taken as they are written.
pub fn system_root() -> PathBuf {
    let chosen = std::env::var_os("BOARDCAST_ROOT").filter(|root| !root.is_empty());
    chosen.map_or_else(|| PathBuf::from("/"), PathBuf::from)
}
