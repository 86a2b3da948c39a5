//! Says when another program has opened the port that the gateway has open: each then
//! takes bytes from the other. Exclusive access keeps out all but root.

use std::convert::Infallible;
use std::path::Path;

use tokio::task::spawn_blocking;
use tracing::{info, warn};

use crate::boards::board::Board;
use crate::boards::discovery::Ports;
use crate::boards::serial::holder;
use crate::boards::serial::others::Others;

/// Watches an open port for as long as it is polled. Each who shares it is said once, in the
/// log and as the board's detail, and so is that it is alone again. Cancel safe.
pub(super) async fn notice(device: &Path, board: &Board, ports: &Ports) -> Infallible {
    let mut others = Others::of(device);
    let mut known = None;
    loop {
        others.changed().await;
        let (node, opened, ports) = (device.to_owned(), others.have_it_open(), ports.clone());
        let who = spawn_blocking(move || holder::who(&node, opened, ports.root())).await;
        // Only a runtime that shuts down, or a panic, makes it fail.
        let who = who.ok().flatten();
        if who != known {
            say(device, board, who.as_deref());
            known = who;
        }
    }
}

fn say(device: &Path, board: &Board, who: Option<&str>) {
    let (name, device) = (board.name(), device.display());
    let Some(who) = who else {
        info!(board = %name, %device, "port is ours alone again");
        return board.remark(&device.to_string());
    };
    warn!(
        board = %name, %device, who,
        "another program reads the same port: each loses bytes to the other"
    );
    board.remark(&format!(
        "{device} is open in {who}, too, and each loses bytes to the other \
         (close it, or leave it the port: boardcast release {name})"
    ));
}
