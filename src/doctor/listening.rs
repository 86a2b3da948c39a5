//! Whether the addresses of the configuration are free.

use std::net::SocketAddr;

use super::machine::Machine;
use super::sockets::Listener;
use super::{Asker, Finding};

/// Says of each address whether it is free; of the running gateway's, that it has them.
pub(super) fn in_use(machine: &Machine, addresses: &[SocketAddr]) -> Vec<Finding> {
    if machine.asker == Asker::Gateway {
        let own = |address| Finding::fine("address", format!("the gateway listens on {address}"));
        return addresses.iter().map(own).collect();
    }
    let finding = |address: &SocketAddr| {
        let mut listeners = machine.listeners.iter();
        match listeners.find(|listener| collide(*address, listener.address)) {
            Some(listener) => taken(*address, listener, machine),
            None => Finding::fine("address", format!("{address} is free to listen on")),
        }
    };
    addresses.iter().map(finding).collect()
}

fn taken(address: SocketAddr, listener: &Listener, machine: &Machine) -> Finding {
    let socket = listener.socket();
    match machine.processes.holders(&socket).next() {
        Some(process) if process.name == "boardcast" => {
            let what = format!("{address} is in use by {process}: the gateway runs");
            Finding::fine("address", what)
        }
        Some(process) => {
            let what = format!("{address} is in use by {process}");
            let cure = format!(
                "choose another `listen` in [server], or end {}",
                process.name
            );
            Finding::problem("address-in-use", what, cure)
        }
        None => hidden(address, machine),
    }
}

/// The gateway may be another user's, as the service is, and its sockets are seen by root.
fn hidden(address: SocketAddr, machine: &Machine) -> Finding {
    if let Some(gateway) = machine.processes.named("boardcast") {
        let what = format!("{address} is in use, and {gateway} of another user runs");
        return Finding::fine("address", what);
    }
    let what = format!("{address} is in use by another user's program");
    let cure = "choose another `listen` in [server], or end that program
which it is: sudo $(which boardcast) doctor";
    Finding::problem("address-in-use", what, cure)
}

/// A socket for all addresses takes the port on each of them.
fn collide(wanted: SocketAddr, taken: SocketAddr) -> bool {
    let (ip, other) = (wanted.ip().to_canonical(), taken.ip().to_canonical());
    let same = ip == other || ip.is_unspecified() || other.is_unspecified();
    wanted.port() != 0 && wanted.port() == taken.port() && same
}
