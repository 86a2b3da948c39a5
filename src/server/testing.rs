//! A server without sockets, for tests of what it answers.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::boards::Link;
use crate::boards::http::{self, Sent};
use crate::boards::hub::Hub;
use crate::boards::registry::Registry;
use crate::config::Config;
use crate::journal::{Journal, Numbering};
use crate::name::BoardName;
use crate::server::Shared;

/// With a numbering of its own, `s`, from `first`.
pub fn server(config: &str, first: u64) -> Arc<Shared> {
    let config = Config::parse(config, "test").unwrap();
    let numbering = Numbering {
        first,
        ..Numbering::forgetful("s".into())
    };
    let journal = Arc::new(Journal::new(numbering, config.backlog));
    let registry = Arc::new(Registry::new(
        Arc::new(Hub::new(journal, crate::clock::Clock::default())),
        &config,
    ));
    let stop = CancellationToken::new();
    Arc::new(Shared::new(registry, None, &config, "pi".into(), stop))
}

/// A board posts.
pub fn post(shared: &Shared, board: &str, body: &str) {
    let name = BoardName::new(board).unwrap();
    let board = shared.registry.claim(&name, Link::Http).unwrap();
    http::post(&board, body.as_bytes(), Sent::Plain).unwrap();
}
