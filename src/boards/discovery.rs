//! Which USB serial ports there are, as sysfs and udev's links tell it.
//! Knows nothing of who opens them.

mod found;

pub mod known;

mod links;

mod names;

mod watch;

pub use found::Discovery;
pub use names::names;
pub use watch::{Changes, Ports, Watcher};

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::config::PortMatch;

/// A serial port of a USB device that is plugged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsbPort {
    /// Its device node, `/dev/ttyACM0`.
    pub device: PathBuf,
    /// USB vendor id.
    pub vendor: u16,
    /// USB product id.
    pub product: u16,
    /// USB serial number; many clones have none.
    pub serial: Option<String>,
    /// Who made it, in the device's own words.
    pub manufacturer: Option<String>,
    /// What it is, in the device's own words.
    pub title: Option<String>,
    /// The number of the USB interface, 0 for a board with one port.
    pub interface: u8,
    /// Which port of an adapter with several on one interface.
    pub port_number: u8,
    /// The USB socket, as the kernel numbers it: `1-1.2` is port 2 of a hub on port 1 of bus 1.
    pub usb_path: String,
    /// udev's link by maker, product and serial number. Devices without a serial number
    /// share one name, and the link leads to the last that was plugged in.
    pub by_id: Option<PathBuf>,
    /// udev's link by USB socket.
    pub by_path: Option<PathBuf>,
}

impl UsbPort {
    /// Whether udev's link by id cannot tell these two apart.
    pub fn is_twin_of(&self, other: &Self) -> bool {
        let id = |port: &Self| {
            let names = (
                port.serial.clone(),
                port.manufacturer.clone(),
                port.title.clone(),
            );
            let numbers = (port.vendor, port.product, port.interface, port.port_number);
            (numbers, names)
        };
        self.device != other.device && id(self) == id(other)
    }

    /// What to call it in a message: device node and USB socket.
    pub fn describe(&self) -> String {
        format!("{} (USB port {})", self.device.display(), self.usb_path)
    }
}

/// Every USB serial port under `root` (`/`, or a made-up tree), in the order of USB sockets.
/// Empty where `/sys/class/tty` is absent, as in most containers.
///
/// # Errors
/// When `/sys/class/tty` is there but cannot be read.
pub fn usb_ports(root: &Path) -> io::Result<Vec<UsbPort>> {
    let ttys = ttys(root)?.into_iter();
    let by_id = links(root, "by-id");
    let by_path = links(root, "by-path");
    // A port that goes away while it is looked at is not there.
    let mut ports: Vec<UsbPort> = ttys
        .filter_map(|tty| usb_port(root, &tty))
        .map(|port| UsbPort {
            by_id: link_to(&by_id, &port.device),
            by_path: link_to(&by_path, &port.device),
            ..port
        })
        .collect();
    ports.sort_by(|a, b| order(a).cmp(&order(b)));
    Ok(ports)
}

/// Serial ports that are not of USB and have hardware behind them: `/dev/ttyS0`,
/// `/dev/ttyAMA0`. In the order of their names; empty where `/sys/class/tty` is absent.
///
/// # Errors
/// As [`usb_ports`].
pub fn other_ports(root: &Path) -> io::Result<Vec<PathBuf>> {
    let ttys = ttys(root)?.into_iter();
    // 0 is a port that the driver has prepared for hardware that is not there.
    let is_real = |tty: &PathBuf| attribute(tty, "type").is_none_or(|kind| kind != "0");
    let ports = ttys.filter(|tty| tty.join("device").exists() && is_real(tty));
    let ports = ports.filter(|tty| usb_port(root, tty).is_none());
    let mut ports: Vec<PathBuf> = ports
        .filter_map(|tty| Some(root.join("dev").join(tty.file_name()?)))
        .collect();
    ports.sort();
    Ok(ports)
}

/// Whether `path` is a link of udev's that leads to a port it was not made for: the board is
/// gone, and another one has its device's number before the link is removed.
pub fn is_stale(path: &Path, ports: &[UsbPort]) -> bool {
    let Ok(target) = path.canonicalize() else {
        return false;
    };
    let port = ports.iter().find(|port| leads_to(port, &target));
    port.is_some_and(|port| !links::fits(path, port))
}

/// Which of `ports` a board's configuration may mean. More than one is a tie that nobody
/// may guess: also a link by id is one when two devices share its name.
pub fn candidates<'a>(wanted: &PortMatch, ports: &'a [UsbPort]) -> Vec<&'a UsbPort> {
    match wanted {
        PortMatch::Path(path) => candidates_by_path(path, ports),
        PortMatch::Usb {
            vendor,
            product,
            serial,
        } => ports
            .iter()
            .filter(|port| (port.vendor, port.product) == (*vendor, *product))
            .filter(|port| serial.is_none() || port.serial == *serial)
            .collect(),
    }
}

fn candidates_by_path<'a>(path: &Path, ports: &'a [UsbPort]) -> Vec<&'a UsbPort> {
    let Ok(target) = path.canonicalize() else {
        return Vec::new();
    };
    let Some(port) = ports.iter().find(|port| leads_to(port, &target)) else {
        return Vec::new();
    };
    if !links::fits(path, port) {
        return Vec::new();
    }
    let by_id = path
        .parent()
        .is_some_and(|folder| folder.ends_with("serial/by-id"));
    let same = |other: &&UsbPort| *other == port || (by_id && other.is_twin_of(port));
    ports.iter().filter(same).collect()
}

fn leads_to(port: &UsbPort, target: &Path) -> bool {
    let is_target = |device: PathBuf| device == target;
    port.device == target || port.device.canonicalize().is_ok_and(is_target)
}

fn ttys(root: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(root.join("sys/class/tty")) {
        Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn order(port: &UsbPort) -> (&str, u8, u8, &Path) {
    let UsbPort {
        usb_path, device, ..
    } = port;
    (usb_path, port.interface, port.port_number, device)
}

/// `tty` is `/sys/class/tty/ttyACM0`, whose `device` leads into the tree of USB devices:
/// `…/1-1.2/1-1.2:1.0`, and one level deeper for adapters (`…/1-1.2:1.0/ttyUSB0`).
fn usb_port(root: &Path, tty: &Path) -> Option<UsbPort> {
    let port = tty.join("device").canonicalize().ok()?;
    let interface = port
        .ancestors()
        .find(|path| path.join("bInterfaceNumber").exists())?;
    let usb = interface
        .ancestors()
        .find(|path| path.join("idVendor").exists())?;
    let hex = |folder: &Path, name: &str| u16::from_str_radix(&attribute(folder, name)?, 16).ok();
    Some(UsbPort {
        device: root.join("dev").join(tty.file_name()?),
        vendor: hex(usb, "idVendor")?,
        product: hex(usb, "idProduct")?,
        serial: attribute(usb, "serial"),
        manufacturer: attribute(usb, "manufacturer"),
        title: attribute(usb, "product"),
        interface: u8::try_from(hex(interface, "bInterfaceNumber")?).ok()?,
        port_number: attribute(&port, "port_number")
            .and_then(|n| n.parse().ok())
            .unwrap_or(0),
        usb_path: usb.file_name()?.to_str()?.to_owned(),
        by_id: None,
        by_path: None,
    })
}

/// An attribute's text; `None` where it is absent, empty or not text.
fn attribute(folder: &Path, name: &str) -> Option<String> {
    let text = fs::read_to_string(folder.join(name)).ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// udev's links and where they lead, in the order of their names.
fn links(root: &Path, kind: &str) -> Vec<(PathBuf, PathBuf)> {
    let Ok(entries) = fs::read_dir(root.join("dev/serial").join(kind)) else {
        return Vec::new();
    };
    let lead = |link: PathBuf| Some((link.clone(), link.canonicalize().ok()?));
    let mut links: Vec<_> = entries
        .filter_map(|entry| lead(entry.ok()?.path()))
        .collect();
    links.sort();
    links
}

fn link_to(links: &[(PathBuf, PathBuf)], device: &Path) -> Option<PathBuf> {
    let device = device.canonicalize().ok()?;
    let found = links.iter().find(|(_, target)| *target == device)?;
    Some(found.0.clone())
}

#[cfg(test)]
pub(crate) mod fake;

#[cfg(test)]
mod tests;
