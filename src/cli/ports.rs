//! `boardcast ports`: which serial ports there are, who has them, and what to write for them.
//! Opens none of them.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rustix::fs::{Access, access};
use serde_json::{Value, json};

use crate::boards::discovery::known::known;
use crate::boards::discovery::{UsbPort, names, other_ports, usb_ports};
use crate::boards::serial::holders;
use crate::system::system_root;

const NONE: &str = "\
no USB serial port found
Is the board plugged in, with a cable that carries data? Many only charge.
`dmesg | tail` tells what the kernel saw; `lsusb` lists the board if it got that far.
In a container, pass in /dev and /sys. Ports that are not USB: boardcast ports --all
";

const PASTE: &str = "Into config.toml, under the names that you like:";

/// Prints the USB serial ports, with `all` also other real ones; with `json` exactly one
/// JSON array. Succeeds also where there is none; fails where sysfs cannot be read.
pub fn run(all: bool, json: bool) -> ExitCode {
    let ports = match list(&system_root(), all) {
        Ok(ports) => ports,
        Err(error) => {
            eprintln!("cannot list serial ports: {error}");
            return ExitCode::FAILURE;
        }
    };
    let text = if json {
        as_json(&ports)
    } else {
        as_text(&ports)
    };
    // A reader that has gone, as with `| head -1`, has seen enough.
    let _ = io::stdout().lock().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

/// A port and what can be said of it without opening it.
struct Listed {
    device: PathBuf,
    usb: Option<UsbPort>,
    holders: Vec<String>,
    permitted: bool,
    /// What to write for it in the configuration.
    block: String,
    /// What leads to it also after it was unplugged, where udev knows.
    link: Option<PathBuf>,
}

fn list(root: &Path, all: bool) -> io::Result<Vec<Listed>> {
    let ports = usb_ports(root)?;
    let named = names(&ports, &BTreeSet::new());
    let usb = named.iter().map(|(name, port)| {
        let link = lasting_link(port, &ports);
        let key = match (&link, &port.serial) {
            (None, Some(serial)) => quoted("usb", &format!("{}:{serial}", ids(port))),
            _ => quoted(
                "port",
                &link.as_ref().unwrap_or(&port.device).to_string_lossy(),
            ),
        };
        listed(&port.device, Some(port.clone()), link, name.as_str(), &key)
    });
    let mut listed_all: Vec<Listed> = usb.collect();
    if all {
        let others = other_ports(root)?.into_iter();
        listed_all.extend(others.map(|device| {
            let name = device
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            listed(
                &device,
                None,
                None,
                &name,
                &quoted("port", &device.to_string_lossy()),
            )
        }));
    }
    Ok(listed_all)
}

fn listed(
    device: &Path,
    usb: Option<UsbPort>,
    link: Option<PathBuf>,
    name: &str,
    key: &str,
) -> Listed {
    Listed {
        device: device.to_owned(),
        usb,
        holders: holders(device),
        permitted: access(device, Access::READ_OK | Access::WRITE_OK).is_ok(),
        block: format!("[[serial]]\nboard = \"{name}\"\n{key}\nbaud = 115200\n"),
        link,
    }
}

/// By id, unless a twin has the same name; then by USB socket.
fn lasting_link(port: &UsbPort, all: &[UsbPort]) -> Option<PathBuf> {
    let has_twin = all.iter().any(|other| port.is_twin_of(other));
    let by_id = port.by_id.clone().filter(|_| !has_twin);
    by_id.or_else(|| port.by_path.clone())
}

fn quoted(key: &str, text: &str) -> String {
    format!("{key} = {}", toml::Value::from(text))
}

fn ids(port: &UsbPort) -> String {
    format!("{:04x}:{:04x}", port.vendor, port.product)
}

/// What board that is, in the best words there are.
fn title(port: &UsbPort) -> Option<String> {
    let known = known(port.vendor, port.product).map(|known| known.title.to_owned());
    known.or_else(|| port.title.clone())
}

fn as_json(ports: &[Listed]) -> String {
    let ports: Vec<Value> = ports.iter().map(object).collect();
    format!("{}\n", Value::from(ports))
}

fn object(port: &Listed) -> Value {
    let usb = port.usb.as_ref();
    json!({
        "device": port.device.to_string_lossy(),
        "usb": usb.map(ids),
        "serial": usb.and_then(|usb| usb.serial.as_deref()),
        "board": usb.and_then(title),
        "manufacturer": usb.and_then(|usb| usb.manufacturer.as_deref()),
        "product": usb.and_then(|usb| usb.title.as_deref()),
        "usb_path": usb.map(|usb| usb.usb_path.as_str()),
        "by_id": usb.and_then(|usb| usb.by_id.as_ref()).map(|link| link.to_string_lossy()),
        "by_path": usb.and_then(|usb| usb.by_path.as_ref()).map(|link| link.to_string_lossy()),
        "open_in": port.holders,
        "permitted": port.permitted,
        "config": port.block,
    })
}

fn as_text(ports: &[Listed]) -> String {
    if ports.is_empty() {
        return NONE.to_owned();
    }
    let heading = ["DEVICE", "USB", "BOARD", "STATE", "LINK"].map(str::to_owned);
    let rows: Vec<[String; 5]> = [heading].into_iter().chain(ports.iter().map(row)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths = [0, 1, 2, 3, 4].map(|column| width(column).unwrap_or(0));
    let line = |row: &[String; 5]| {
        let cells = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let table = rows.iter().map(line).collect::<Vec<_>>().join("\n");
    let blocks = ports
        .iter()
        .map(|port| port.block.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    format!("{table}\n\n{PASTE}\n\n{blocks}")
}

fn row(port: &Listed) -> [String; 5] {
    let usb = port.usb.as_ref();
    let state = match (port.holders.as_slice(), port.permitted) {
        ([], true) => "free".to_owned(),
        ([], false) => "not permitted (group `dialout`?)".to_owned(),
        (holders, _) => format!("open in {}", holders.join(", ")),
    };
    [
        port.device.display().to_string(),
        usb.map(ids).unwrap_or_default(),
        usb.and_then(title).unwrap_or_default(),
        state,
        port.link
            .as_ref()
            .map(|link| link.display().to_string())
            .unwrap_or_default(),
    ]
}

#[cfg(test)]
mod tests;
