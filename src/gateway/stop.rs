//! Stopping, in the order in which data flows, against one deadline.

use tokio::time::{Instant, timeout_at};
use tokio_util::task::TaskTracker;
use tracing::warn;

use super::Gateway;
use crate::server::Shared;

/// Stops accepting, then the boards, then the stream, then its readers; who is late is
/// named and left.
pub async fn stop(gateway: &Gateway) {
    let shared = &gateway.shared;
    let deadline = Instant::now() + gateway.config.server.stop_after;
    shared.stop.cancel();
    gateway.ports.stop.cancel();
    wait("serial boards", &gateway.ports.tasks, deadline).await;
    wait("boards on the network", &shared.links, deadline).await;
    // Whatever boards said is in the journal by now: readers may drain it and go.
    shared.hub.journal.close();
    tokio::join!(
        wait("subscribers", &shared.sockets, deadline),
        wait("fans", &shared.fanning, deadline),
        store_the_rest(shared, deadline)
    );
    gateway.background.cancel();
    wait("http connections", &gateway.connections, deadline).await;
}

async fn store_the_rest(shared: &Shared, deadline: Instant) {
    if let Some(history) = &shared.history
        && timeout_at(deadline, history.stop()).await.is_err()
    {
        warn!(who = "history", "stopping without waiting for the disk");
    }
}

async fn wait(who: &str, tasks: &TaskTracker, deadline: Instant) {
    tasks.close();
    if timeout_at(deadline, tasks.wait()).await.is_err() {
        warn!(who, open = tasks.len(), "stopping without waiting for them");
    }
}
