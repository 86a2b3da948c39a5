//! Notices that another program has opened the port that the gateway has open: each then
//! takes bytes from the other. Exclusive access keeps out all but root.

use std::convert::Infallible;
use std::path::Path;

use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tracing::{info, warn};

use crate::boards::discovery::Ports;
use crate::boards::serial::holder;
use crate::boards::serial::others::Others;
use crate::boards::session::Session;

/// Hears from [`notice`] who shares a port.
#[derive(Debug)]
pub(super) struct Sharers(watch::Receiver<Option<String>>);

/// Who notices, and who hears of it.
pub(super) fn sharers() -> (watch::Sender<Option<String>>, Sharers) {
    let (tell, told) = watch::channel(None);
    (tell, Sharers(told))
}

impl Sharers {
    /// Waits until others share the port than before, or nobody any more. Cancel safe.
    pub(super) async fn changed(&mut self) -> Option<String> {
        if self.0.changed().await.is_err() {
            // Nobody is left who would notice.
            std::future::pending().await
        }
        self.0.borrow_and_update().clone()
    }
}

/// Watches an open port for as long as it is polled, and tells who shares it. Cancel safe.
pub(super) async fn notice(
    device: &Path,
    tell: watch::Sender<Option<String>>,
    ports: &Ports,
) -> Infallible {
    let mut others = Others::of(device);
    loop {
        others.changed().await;
        let (node, opened, ports) = (device.to_owned(), others.have_it_open(), ports.clone());
        let who = spawn_blocking(move || holder::who(&node, opened, ports.root())).await;
        // Only a runtime that shuts down, or a panic, makes it fail.
        let who = who.ok().flatten();
        tell.send_if_modified(|known| {
            let is_news = *known != who;
            *known = who;
            is_news
        });
    }
}

/// Says who shares the board's port, in the log and as its detail.
pub(super) fn say(device: &Path, session: &mut Session, who: Option<&str>) {
    let (name, device) = (session.board(), device.display());
    let Some(who) = who else {
        info!(board = %name, %device, "port is ours alone again");
        return session.shared(None);
    };
    warn!(
        board = %name, %device, who,
        "another program reads the same port: each loses bytes to the other"
    );
    let words = format!(
        "{device} is open in {who}, too, and each loses bytes to the other \
         (close it, or leave it the port: boardcast release {name})"
    );
    session.shared(Some(words));
}
