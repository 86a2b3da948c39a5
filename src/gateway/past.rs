//! What everything shares, as an earlier run left it on disk, or new.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::SocketAddr;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::boards::hub::Hub;
use crate::boards::registry::Registry;
use crate::clock::Clock;
use crate::config::Config;
use crate::history::{Before, History};
use crate::journal::{Journal, Numbering};
use crate::server::Shared;

/// Goes on where an earlier run ended: with its numbers and its boards. From here on what
/// boards say is stored.
pub fn go_on(config: &Config) -> Shared {
    let (history, before) = match &config.history {
        Some(settings) => {
            let (history, before) = History::open(settings, new_stream);
            (Some(Arc::new(history)), before)
        }
        None => (None, nothing()),
    };
    let clock = Clock::after(before.numbering.time);
    let journal = Arc::new(Journal::new(before.numbering, config.backlog));
    let hub = Hub::new(journal.clone(), clock);
    let registry = Registry::new(Arc::new(hub), config);
    for (name, said) in &before.boards {
        if let Err(why) = registry.restore(name, said) {
            warn!(board = %name, why, "what was known of a board is forgotten");
        }
    }
    if let Some(history) = &history {
        history.start(journal, config.backlog);
    }
    let stop = CancellationToken::new();
    Shared::new(Arc::new(registry), history, config, machine(), stop)
}

/// A configuration with the real ports, where it leaves them to the kernel.
pub fn listening_on(addresses: &[SocketAddr], config: &Config) -> Config {
    let mut config = config.clone();
    config.server.listen = addresses.to_vec();
    config
}

fn nothing() -> Before {
    Before {
        numbering: Numbering::forgetful(new_stream()),
        boards: Vec::new(),
    }
}

/// An id that no other numbering has.
fn new_stream() -> String {
    // The standard library seeds this from the operating system.
    format!("{:016x}", RandomState::new().build_hasher().finish())
}

fn machine() -> String {
    rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned()
}
