//! Leaves a port to other programs for a while, and says who has it.
//! Does not open it.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::task::spawn_blocking;
use tokio::time::Instant;

use crate::boards::board::{Orders, Release};
use crate::boards::discovery::{Changes, Ports};
use crate::boards::serial::identity::Identity;
use crate::boards::serial::others::Others;
use crate::boards::serial::{holder, locate};
use crate::config::SerialBoard;
use crate::name::BoardName;

/// Keeps off the port until the time is over or the operator wants it back; at once if it
/// is not released. Gives what was noticed of other programs, who may still have it.
/// Cancel safe.
pub(super) async fn leave(
    config: &Arc<SerialBoard>,
    identity: &Identity,
    ports: &Ports,
    orders: &mut Orders,
    changes: &mut Changes,
) -> Others {
    let mut others = Others::default();
    while let Some(release) = orders.release() {
        changes.forget();
        let (device, who) = look(config, ports, &mut others).await;
        let place = device.map_or_else(
            || locate::as_written(&config.port),
            |device| device.display().to_string(),
        );
        identity.tell(|board| {
            board.released(&words(&place, who.as_deref(), &release, board.name()));
        });
        orders.obeyed();
        tokio::select! {
            // A node that comes or goes: boards with USB of their own do when flashed.
            () = changes.wait(release.until - Instant::now()) => {}
            () = orders.changed() => {}
            () = others.changed() => {}
        }
    }
    others
}

/// What a released port's detail says as long as nobody has it open.
pub(super) fn free(place: &str, release: &Release, board: &BoardName) -> String {
    format!("{place} is free {}", release.words(board))
}

/// Where the port is, and who has it open. Watches its node from here on.
async fn look(
    config: &Arc<SerialBoard>,
    ports: &Ports,
    others: &mut Others,
) -> (Option<PathBuf>, Option<String>) {
    let find = {
        let (config, ports) = (config.clone(), ports.clone());
        move || locate::find(&config.port, &ports).ok()
    };
    // Only a runtime that shuts down, or a panic, makes it fail.
    let Some(device) = spawn_blocking(find).await.ok().flatten() else {
        *others = Others::default();
        return (None, None);
    };
    if !others.watches(&device) {
        *others = Others::of(&device);
    }
    let (opened, node, ports) = (others.have_it_open(), device.clone(), ports.clone());
    let who = spawn_blocking(move || holder::who(&node, opened, ports.root())).await;
    (Some(device), who.ok().flatten())
}

fn words(place: &str, who: Option<&str>, release: &Release, board: &BoardName) -> String {
    match who {
        None => free(place, release, board),
        Some(who) => format!(
            "{place} is open in {who}, and released {}",
            release.words(board)
        ),
    }
}
