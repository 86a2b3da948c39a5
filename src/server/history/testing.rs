//! A gateway with a history, without boards.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::boards::hub::Hub;
use crate::boards::registry::Registry;
use crate::config::Config;
use crate::history::History;
use crate::journal::{Journal, Numbering};
use crate::server::listener::Listener;
use crate::server::{Shared, routes};

/// What connections need, with a database if any is named.
pub fn shared(database: Option<&Path>) -> Shared {
    let config = Config::default();
    let numbering = Numbering {
        first: 101,
        ..Numbering::forgetful("s".into())
    };
    let journal = Arc::new(Journal::new(numbering, config.backlog));
    let registry = Arc::new(Registry::new(Arc::new(Hub::new(journal)), &config));
    let mut shared = Shared::new(registry, &config, "pi".into(), CancellationToken::new());
    let history = |path: &Path| Arc::new(History { path: path.into() });
    shared.history = database.map(history);
    shared
}

/// A gateway that answers.
pub struct Served {
    /// Where.
    pub address: SocketAddr,
    connections: TaskTracker,
    stop: CancellationToken,
}

impl Served {
    /// On a free port.
    pub async fn start(shared: Arc<Shared>) -> Self {
        let listener = Listener::bind(([127, 0, 0, 1], 0).into()).await.unwrap();
        let served = Self {
            address: listener.address(),
            connections: TaskTracker::new(),
            stop: shared.stop.clone(),
        };
        let health = shared.health.clone();
        let handler = move |request, peer| routes::handle(request, peer, shared.clone());
        let (tasks, stop) = (served.connections.clone(), served.stop.clone());
        served
            .connections
            .spawn(listener.run(handler, health, tasks, stop));
        served
    }

    /// Ends it, and waits for all that it began.
    pub async fn stop(self) {
        self.stop.cancel();
        self.connections.close();
        self.connections.wait().await;
    }
}
