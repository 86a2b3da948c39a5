//! USB serial ports that nobody configured, each made a board as soon as it appears.
//! Does not open them.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tracing::warn;

use crate::boards::backoff::LONGEST;
use crate::boards::discovery::{Changes, Ports, UsbPort, candidates, names, usb_ports};
use crate::config::{PortMatch, SerialBoard};
use crate::name::BoardName;

/// How often, and how many times, to look again for udev's links of a new port: they come
/// within a second, on a Pi that boots within five.
const LINKS_EVERY: Duration = Duration::from_millis(200);
const LINKS_TIMES: u32 = 25;

/// Finds ports that no `[[serial]]` names, and gives each a name once and for all: its
/// link stays the board's own while it is unplugged.
#[derive(Debug)]
pub struct Discovery {
    ports: Ports,
    changes: Changes,
    claimed: Vec<PortMatch>,
    taken: BTreeSet<BoardName>,
}

impl Discovery {
    /// Leaves what is `configured` alone, and gives no name that is `taken` (those of
    /// `configured` are in any case).
    pub fn new(ports: Ports, configured: &[SerialBoard], taken: BTreeSet<BoardName>) -> Self {
        let mut discovery = Self {
            changes: ports.changes(),
            ports,
            claimed: Vec::new(),
            taken,
        };
        configured.iter().for_each(|board| discovery.claim(board));
        discovery
    }

    /// Waits until there are ports that no board has yet, at least one and at most as many
    /// as are plugged in; none while `must_wait` says so. Cancel safe: what was not returned is
    /// found again.
    pub async fn next(&mut self, must_wait: impl Fn() -> bool) -> Vec<SerialBoard> {
        self.ports.watch(&ANY);
        let mut unlinked = 0;
        let mut failing = false;
        loop {
            self.changes.forget();
            let ports = match look(&self.ports).await {
                Ok(ports) => ports,
                Err(error) => {
                    if !std::mem::replace(&mut failing, true) {
                        warn!(%error, "cannot list USB serial ports");
                    }
                    Vec::new()
                }
            };
            let new = self.unclaimed(&ports);
            // Whose it is may only be known by its link, which udev makes a moment later.
            if unlinked < LINKS_TIMES && awaits_links(self.ports.root(), &new) {
                unlinked += 1;
                tokio::time::sleep(LINKS_EVERY).await;
                continue;
            }
            if !new.is_empty() && !must_wait() {
                return self.adopt(&new, &ports);
            }
            unlinked = 0;
            self.changes.wait(LONGEST).await;
        }
    }

    fn claim(&mut self, board: &SerialBoard) {
        self.claimed.push(board.port.clone());
        self.taken.insert(board.board.clone());
    }

    fn unclaimed(&self, ports: &[UsbPort]) -> Vec<UsbPort> {
        let claimed = self.claimed.iter();
        let claimed: Vec<&UsbPort> = claimed.flat_map(|port| candidates(port, ports)).collect();
        let free = ports.iter().filter(|port| !claimed.contains(port));
        free.cloned().collect()
    }

    fn adopt(&mut self, new: &[UsbPort], all: &[UsbPort]) -> Vec<SerialBoard> {
        let named = names(new, &self.taken).into_iter();
        let boards: Vec<SerialBoard> = named
            .map(|(name, port)| settings(name, lasting(&port, all)))
            .collect();
        boards.iter().for_each(|board| self.claim(board));
        boards
    }
}

/// Stands for every USB port where only its folder matters.
const ANY: PortMatch = PortMatch::Usb {
    vendor: 0,
    product: 0,
    serial: None,
};

async fn look(ports: &Ports) -> io::Result<Vec<UsbPort>> {
    let ports = ports.clone();
    let looked = spawn_blocking(move || usb_ports(ports.root())).await;
    looked.unwrap_or_else(|error| Err(io::Error::other(error)))
}

fn awaits_links(root: &Path, new: &[UsbPort]) -> bool {
    new.iter().any(|port| port.by_path.is_none()) && root.join("run/udev/control").exists()
}

/// What leads to this port also after it was unplugged: its serial number where it is its
/// own, else the USB socket; its number only where there is nothing better. The link by id
/// comes before the bare serial number, because it also tells the ports of one device apart.
fn lasting(port: &UsbPort, all: &[UsbPort]) -> PortMatch {
    let by_serial = PortMatch::Usb {
        vendor: port.vendor,
        product: port.product,
        serial: port.serial.clone(),
    };
    let is_own = port.serial.is_some() && !all.iter().any(|other| port.is_twin_of(other));
    match (&port.by_id, &port.by_path) {
        (Some(by_id), _) if is_own => PortMatch::Path(by_id.clone()),
        (None, _) if is_own && candidates(&by_serial, all).len() == 1 => by_serial,
        (_, Some(by_path)) => PortMatch::Path(by_path.clone()),
        _ => PortMatch::Path(port.device.clone()),
    }
}

fn settings(board: BoardName, port: PortMatch) -> SerialBoard {
    SerialBoard {
        find_rate: true,
        ..SerialBoard::new(board, port)
    }
}

#[cfg(test)]
mod tests;
