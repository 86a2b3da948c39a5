//! Programs that take boards for something else: ModemManager and brltty.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::Finding;
use super::devices::Device;
use super::machine::Machine;
use crate::boards::discovery::UsbPort;
use crate::boards::discovery::known::known;

/// What helps against ModemManager.
pub(super) const WITHOUT_MODEMS: &str = "sudo systemctl disable --now ModemManager
(it takes boards for modems; without a modem it is not needed)";

/// What helps against brltty.
pub(super) const WITHOUT_BRAILLE: &str = "sudo apt remove brltty   then plug the board in again
(it takes common chips for Braille displays; keep it if you need one)";

/// Where udev reads rules; a file of the same name in an earlier folder hides a later one.
const RULES: [&str; 4] = [
    "etc/udev/rules.d",
    "run/udev/rules.d",
    "usr/lib/udev/rules.d",
    "lib/udev/rules.d",
];

/// ModemManager talks to a port that says it understands modem commands, as boards with USB
/// of their own do, when it is plugged in, unless a udev rule says to leave it alone. Adapters
/// it leaves alone by its default policy, `strict` (its manual, "Modem filter", and its
/// `src/mm-filter.c`; that boards are hit is told in arduino/ArduinoCore-avr#92).
pub(super) fn modem_manager(machine: &Machine) -> Option<Finding> {
    let running = machine.processes.named("ModemManager");
    if running.is_none() && !machine.is_enabled("ModemManager.service") {
        return None;
    }
    // Where it has a port now, that is said already.
    let has = |device: &Device| {
        let name = device.name();
        let mut holders = machine.processes.holders(&name);
        holders.any(|holder| Some(holder) == running)
    };
    if machine.devices.iter().any(has) {
        return None;
    }
    let at_risk = machine.ports.iter().find(|port| {
        let folders = machine.folders_of(port);
        claims_to_be_a_modem(&folders) && !is_left_alone(machine, &folders)
    })?;
    let who = match running {
        Some(process) => format!("{process} runs"),
        None => "ModemManager is enabled".to_owned(),
    };
    let device = at_risk.device.display();
    let what = format!("{who}, and talks to {device} when it is plugged in");
    Some(Finding::warning("modemmanager", what, WITHOUT_MODEMS))
}

/// Boards on the bus that brltty's udev rules claim (CH340 and CP210x in Ubuntu 22.04's
/// `85-brltty.rules`). The kernel's driver loses such a device, and its port vanishes. What
/// no board has is left out: it may be a Braille display, which is as it should be.
pub(super) fn brltty(machine: &Machine) -> Vec<Finding> {
    let rules: Vec<String> = rules(machine).values().cloned().collect();
    let devices = machine.folder("sys/bus/usb/devices").into_iter();
    let claimed = devices.filter_map(|device| {
        let hex = |name| u16::from_str_radix(&text(&device.join(name))?, 16).ok();
        let (vendor, product) = (hex("idVendor")?, hex("idProduct")?);
        known(vendor, product)?;
        // As the kernel writes it for udev: without leading zeros.
        let rule = format!("ENV{{PRODUCT}}==\"{vendor:x}/{product:x}/");
        let folder = device.canonicalize().ok()?;
        let claims = |line: &str| {
            let line = line.trim_start();
            line.starts_with(&rule) && has_attributes(&folder, line)
        };
        let claimed = rules.iter().any(|rules| rules.lines().any(claims));
        let socket = device.file_name()?.to_str()?.to_owned();
        claimed.then_some((socket, format!("{vendor:04x}:{product:04x}")))
    });
    let finding = |(socket, ids): (String, String)| match machine
        .ports
        .iter()
        .find(|port| port.usb_path == socket)
    {
        Some(UsbPort { device, .. }) => {
            let device = device.display();
            let what = format!("brltty may take {device} ({ids}) when it is plugged in");
            Finding::warning("brltty", what, WITHOUT_BRAILLE)
        }
        None => {
            let what = format!("brltty has taken {ids} in USB port {socket}: it has no device");
            Finding::problem("brltty", what, WITHOUT_BRAILLE)
        }
    };
    claimed.map(finding).collect()
}

/// Whether the device or one of those it hangs on, all in one, has each attribute that the
/// rule asks for: Ubuntu 24.04 wants a CH340 behind the hub of one Braille display.
fn has_attributes(device: &Path, rule: &str) -> bool {
    let wanted = rule.split("ATTRS{").skip(1).filter_map(|rest| {
        let (name, rest) = rest.split_once("}==\"")?;
        Some((name, rest.split_once('"')?.0))
    });
    let wanted: Vec<(&str, &str)> = wanted.collect();
    let has = |folder: &Path| {
        let mut wanted = wanted.iter();
        wanted.all(|(name, value)| text(&folder.join(name)).is_some_and(|text| text == *value))
    };
    device.ancestors().any(has)
}

/// By the file's name, as udev has it.
fn rules(machine: &Machine) -> BTreeMap<String, String> {
    let mut rules = BTreeMap::new();
    for path in RULES.iter().flat_map(|folder| machine.folder(folder)) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.contains("brltty") && name.ends_with(".rules") {
            let text = text(&path).unwrap_or_default();
            rules.entry(name.into_owned()).or_insert(text);
        }
    }
    rules
}

/// CDC, abstract control model, AT commands: what most boards with USB of their own say,
/// although they understand none.
fn claims_to_be_a_modem(folders: &[PathBuf]) -> bool {
    let is = |folder: &Path, name: &str, wanted: &str| {
        text(&folder.join(name)).is_some_and(|text| text == wanted)
    };
    folders.iter().any(|folder| {
        is(folder, "bInterfaceClass", "02")
            && is(folder, "bInterfaceSubClass", "02")
            && is(folder, "bInterfaceProtocol", "01")
    })
}

/// udev keeps what its rules said of a device in `run/udev/data`, by the device's number.
fn is_left_alone(machine: &Machine, folders: &[PathBuf]) -> bool {
    let numbers = folders
        .iter()
        .filter_map(|folder| text(&folder.join("dev")));
    let said = |number| machine.text(format!("run/udev/data/c{number}"));
    let rules = ["E:ID_MM_DEVICE_IGNORE=1", "E:ID_MM_PORT_IGNORE=1"];
    let mut said = numbers.filter_map(said);
    said.any(|said| said.lines().any(|line| rules.contains(&line)))
}

fn text(path: &Path) -> Option<String> {
    Some(fs::read_to_string(path).ok()?.trim().to_owned())
}
