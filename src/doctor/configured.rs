//! The ports that the configuration names: whether each leads to one device.

use super::Finding;
use super::machine::Machine;
use crate::boards::discovery::{UsbPort, candidates};
use crate::config::{Config, PortMatch, SerialBoard};

/// Ports that are not there, and those that may be several; and devices that their by-id
/// link cannot tell apart, where no port says which is which.
pub(super) fn ports(machine: &Machine, config: &Config) -> Vec<Finding> {
    let boards = config.serial.iter();
    let wrong = boards.filter_map(|board| port(machine, board));
    wrong.chain(twins(machine, config)).collect()
}

fn port(machine: &Machine, board: &SerialBoard) -> Option<Finding> {
    let (name, wanted) = (&board.board, &board.port);
    let found = candidates(wanted, &machine.ports);
    match (found.as_slice(), wanted) {
        ([_], _) => None,
        ([], PortMatch::Path(path)) if path.exists() => None,
        ([], _) => {
            let what = format!("board {name}: {wanted} is not there");
            let cure = "plug the board in, or take a port that `boardcast ports` shows";
            Some(Finding::problem("port-absent", what, cure))
        }
        (several, _) => {
            let which = described(several);
            let what = format!("board {name}: {wanted} may be\n{which}");
            Some(Finding::problem("port-ambiguous", what, one_of(several)))
        }
    }
}

fn twins(machine: &Machine, config: &Config) -> Vec<Finding> {
    let ports = &machine.ports;
    let is_named = |port: &UsbPort| {
        let found = config
            .serial
            .iter()
            .map(|board| candidates(&board.port, ports));
        found.into_iter().any(|found| found == [port])
    };
    let is_asked_for = |port: &UsbPort| {
        let boards = config.serial.iter();
        let mut found = boards.map(|board| candidates(&board.port, ports));
        found.any(|found| found.len() > 1 && found.contains(&port))
    };
    let mut findings = Vec::new();
    for (at, port) in ports.iter().enumerate() {
        let is_twin = |other: &&UsbPort| *other == port || port.is_twin_of(other);
        let all: Vec<&UsbPort> = ports.iter().filter(is_twin).collect();
        let is_first = ports[..at].iter().all(|earlier| !earlier.is_twin_of(port));
        let is_settled = all.iter().all(|twin| is_named(twin)) || is_asked_for(port);
        if all.len() > 1 && is_first && !is_settled {
            findings.push(alike(&all));
        }
    }
    findings
}

/// The link leads to one of them, the last that was plugged in.
fn alike(all: &[&UsbPort]) -> Finding {
    let link = all
        .iter()
        .find_map(|port| port.by_id.as_deref()?.file_name());
    let link = link.unwrap_or_default().to_string_lossy();
    let what = format!(
        "{} devices share the link by-id/{link}:\n{}",
        all.len(),
        described(all)
    );
    Finding::warning("twins", what, one_of(all))
}

fn described(ports: &[&UsbPort]) -> String {
    let lines: Vec<String> = ports.iter().map(|port| port.describe()).collect();
    lines.join("\n")
}

/// Lines for the configuration that name each by its USB socket.
fn one_of(ports: &[&UsbPort]) -> String {
    let links = ports.iter().filter_map(|port| port.by_path.as_ref());
    let lines: Vec<String> = links
        .map(|link| format!("port = \"{}\"", link.display()))
        .collect();
    if lines.is_empty() {
        return "start udev: only its links by-path tell such devices apart".to_owned();
    }
    format!(
        "name each by its USB socket, in [[serial]]:\n{}",
        lines.join("\n")
    )
}
