//! A port and what can be said of it without opening it.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::boards::discovery::known::known;
use crate::boards::discovery::{UsbPort, candidates, names, other_ports, usb_ports};
use crate::config::{Config, PortMatch};
use crate::doctor::{Device, Finding, may_open};
use crate::name::BoardName;
use crate::processes::{Process, Processes};

/// A serial port.
#[derive(Debug)]
pub(super) struct Listed {
    /// Its device node.
    pub device: PathBuf,
    /// What USB says of it; other ports have nothing to say.
    pub usb: Option<UsbPort>,
    /// Programs that have it open, as far as they may be seen.
    pub holders: Vec<Process>,
    /// Whether there are programs that may not be seen.
    pub some_hidden: bool,
    /// Whether this user may open it.
    pub permitted: bool,
    /// What the gateway calls it: by the configuration, or as discovery does where that is on.
    pub name: Option<BoardName>,
    /// What to write for it, unless the configuration names it already.
    pub block: Option<String>,
}

/// Every USB serial port, with `all` also other real ones.
///
/// # Errors
/// Where sysfs cannot be read.
pub(super) fn list(root: &Path, config: &Config, all: bool) -> io::Result<Vec<Listed>> {
    let usb = usb_ports(root)?;
    let mut ports = found(&usb, config);
    if all {
        ports.extend(
            other_ports(root)?
                .into_iter()
                .map(|device| other(device, config)),
        );
    }
    let devices = ports.iter().map(|port| port.device.display().to_string());
    let processes = Processes::with(root, &devices.collect());
    for port in &mut ports {
        let device = port.device.display().to_string();
        port.holders = processes.holders(&device).cloned().collect();
        port.some_hidden = processes.some_hidden;
    }
    Ok(ports)
}

/// What helps where this user may not open a port.
pub(super) fn cure(root: &Path, ports: &[Listed]) -> Option<Finding> {
    let closed = ports.iter().filter(|port| !port.permitted);
    let devices: Vec<Device> = closed
        .filter_map(|port| Device::read(&port.device))
        .collect();
    if devices.is_empty() {
        return None;
    }
    may_open(root, &devices)
}

/// Names are what discovery would give: to those that no `[[serial]]` has for itself.
fn found(all: &[UsbPort], config: &Config) -> Vec<Listed> {
    let board = |port: &UsbPort| configured(config, |wanted| candidates(wanted, all) == [port]);
    let new: Vec<UsbPort> = all
        .iter()
        .filter(|port| board(port).is_none())
        .cloned()
        .collect();
    let serial = config.serial.iter().map(|board| &board.board);
    let wifi = config.boards.iter().map(|board| &board.board);
    let taken: BTreeSet<BoardName> = serial.chain(wifi).cloned().collect();
    let named = names(&new, &taken);
    let listed = all.iter().map(|port| {
        let named = named.iter().find(|(_, named)| named == port);
        // One that several boards of the file may mean is no other board's.
        let is_claimed = configured(config, |wanted| candidates(wanted, all).contains(&port));
        let found = named.filter(|_| config.discovery.serial && is_claimed.is_none());
        let name = board(port).or_else(|| found.map(|(name, _)| name.clone()));
        Listed {
            usb: Some(port.clone()),
            block: named.map(|(name, port)| block(name.as_str(), &key(port, all))),
            ..Listed::of(port.device.clone(), name)
        }
    });
    listed.collect()
}

fn other(device: PathBuf, config: &Config) -> Listed {
    let is_it = |wanted: &PortMatch| match wanted {
        PortMatch::Path(path) => path.canonicalize().is_ok_and(|path| path == device),
        PortMatch::Usb { .. } => false,
    };
    let board = configured(config, is_it);
    let name = device.file_name().unwrap_or_default().to_string_lossy();
    let new = block(&name, &quoted("port", &device.to_string_lossy()));
    Listed {
        block: board.is_none().then_some(new),
        ..Listed::of(device, board)
    }
}

fn configured(config: &Config, is_it: impl Fn(&PortMatch) -> bool) -> Option<BoardName> {
    let board = config.serial.iter().find(|board| is_it(&board.port))?;
    Some(board.board.clone())
}

fn block(name: &str, key: &str) -> String {
    format!("[[serial]]\nboard = \"{name}\"\n{key}\nbaud = 115200\n")
}

/// By id, unless a twin has the same name; then by USB socket. Without udev by its serial
/// number, and where it has none by its device node.
fn key(port: &UsbPort, all: &[UsbPort]) -> String {
    let has_twin = all.iter().any(|other| port.is_twin_of(other));
    let by_id = port.by_id.as_ref().filter(|_| !has_twin);
    match (by_id.or(port.by_path.as_ref()), &port.serial) {
        (Some(link), _) => quoted("port", &link.to_string_lossy()),
        (None, Some(serial)) if !has_twin => quoted("usb", &format!("{}:{serial}", ids(port))),
        _ => quoted("port", &port.device.to_string_lossy()),
    }
}

fn quoted(key: &str, text: &str) -> String {
    format!("{key} = {}", toml::Value::from(text))
}

fn ids(port: &UsbPort) -> String {
    format!("{:04x}:{:04x}", port.vendor, port.product)
}

impl Listed {
    fn of(device: PathBuf, name: Option<BoardName>) -> Self {
        Self {
            permitted: Device::read(&device).is_some_and(|device| device.may_open),
            device,
            usb: None,
            holders: Vec::new(),
            some_hidden: false,
            name,
            block: None,
        }
    }

    /// Vendor and product, as `lsusb` writes them.
    pub fn ids(&self) -> Option<String> {
        self.usb.as_ref().map(ids)
    }

    /// What board that is, in the best words there are.
    pub fn title(&self) -> Option<String> {
        let usb = self.usb.as_ref()?;
        let known = known(usb.vendor, usb.product).map(|known| known.title.to_owned());
        known.or_else(|| usb.title.clone())
    }

    /// For programs; `config` is null where the configuration names it, `cure` where this
    /// user may open it.
    pub fn json(&self, cure: Option<&Finding>) -> Value {
        let cure = cure.filter(|_| !self.permitted);
        let usb = self.usb.as_ref();
        let text = |path: &PathBuf| path.to_string_lossy().into_owned();
        let holder = |holder: &Process| json!({ "program": holder.name, "pid": holder.pid });
        json!({
            "device": text(&self.device),
            "usb": self.ids(),
            "serial": usb.and_then(|usb| usb.serial.as_deref()),
            "board": self.title(),
            "manufacturer": usb.and_then(|usb| usb.manufacturer.as_deref()),
            "product": usb.and_then(|usb| usb.title.as_deref()),
            "usb_path": usb.map(|usb| usb.usb_path.as_str()),
            "by_id": usb.and_then(|usb| usb.by_id.as_ref()).map(text),
            "by_path": usb.and_then(|usb| usb.by_path.as_ref()).map(text),
            "open_in": self.holders.iter().map(holder).collect::<Value>(),
            "permitted": self.permitted,
            "cure": cure.and_then(|finding| finding.cure.as_deref()),
            "name": self.name.as_ref().map(BoardName::as_str),
            "config": self.block,
        })
    }
}
