//! A gateway with a history, without boards.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::boards::hub::Hub;
use crate::boards::registry::Registry;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::history::History;
use crate::journal::{Journal, Numbering};
use crate::server::listener::Listener;
use crate::server::{Shared, routes};

/// What connections need, with a database if any is named.
pub fn shared(database: Option<&Path>) -> Shared {
    let config = Config::default();
    let settings = |path: &Path| config::History {
        path: path.into(),
        ..config::History::default()
    };
    let opened = database.map(|path| History::open(&settings(path), || "s".into()));
    let (history, numbering) = match opened {
        Some((history, before)) => (Some(Arc::new(history)), before.numbering),
        None => (None, Numbering::forgetful("s".into())),
    };
    let journal = Arc::new(Journal::new(numbering, config.backlog));
    let hub = Hub::new(journal, Clock::default());
    let registry = Arc::new(Registry::new(Arc::new(hub), &config));
    let stop = CancellationToken::new();
    Shared::new(registry, history, &config, "pi".into(), stop)
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
