//! Serial devices: which there are, which are missing, and who else has them.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::Finding;
use crate::config::{Config, PortMatch};
use crate::processes::{Process, Processes};

/// USB serial adapters and boards with USB of their own.
const NAMES: [&str; 2] = ["ttyUSB", "ttyACM"];

/// A serial device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Device {
    /// Without links, as in `/dev/ttyACM0`.
    pub path: String,
    /// The group that it belongs to.
    pub group: u32,
    /// Whether this user may open it.
    pub may_open: bool,
}

/// USB serial devices, and those of the configuration; each once.
pub(super) fn devices(root: &Path, config: &Config) -> Vec<Device> {
    let entries = fs::read_dir(root.join("dev"))
        .into_iter()
        .flatten()
        .flatten();
    let serial = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        NAMES.iter().any(|start| name.starts_with(start))
    };
    let plugged = entries.map(|entry| entry.path()).filter(serial);
    let configured = ports(config).map(|(_, path)| below(root, path));
    let mut devices: Vec<_> = plugged
        .chain(configured)
        .filter_map(|path| device(root, &path))
        .collect();
    devices.sort_by(|a, b| a.path.cmp(&b.path));
    devices.dedup();
    devices
}

/// Configured ports that are not there.
pub(super) fn absent(root: &Path, config: &Config) -> Vec<Finding> {
    let absent = ports(config).filter(|(_, path)| !below(root, path).exists());
    let finding = |(board, path): (String, &Path)| {
        let what = format!("board {board}: {} is not there", path.display());
        Finding::problem(what)
            .cured("plug the board in, or take a port that `boardcast ports` shows")
    };
    absent.map(finding).collect()
}

/// Devices that other programs have open.
pub(super) fn busy(devices: &[Device], processes: &Processes) -> Vec<Finding> {
    let findings = devices.iter().flat_map(|device| {
        let holders = processes.holders(&device.path);
        holders.map(|process| held(&device.path, process))
    });
    findings.collect()
}

fn held(path: &str, process: &Process) -> Finding {
    let what = format!("{path} is open in {process}");
    let cure = match process.name.as_str() {
        "boardcast" => return Finding::fine(what),
        "ModemManager" => {
            "sudo systemctl disable --now ModemManager (it takes boards for modems)".to_owned()
        }
        "brltty" => {
            "sudo systemctl disable --now brltty-udev brltty (it takes boards for Braille displays)"
                .to_owned()
        }
        name => format!("close {name}, or end it: kill {}", process.pid),
    };
    Finding::problem(what).cured(cure)
}

fn ports(config: &Config) -> impl Iterator<Item = (String, &Path)> {
    config.serial.iter().filter_map(|board| match &board.port {
        PortMatch::Path(path) => Some((board.board.to_string(), path.as_path())),
        PortMatch::Usb { .. } => None,
    })
}

fn device(root: &Path, path: &Path) -> Option<Device> {
    let real = path.canonicalize().ok()?;
    let metadata = real.metadata().ok()?;
    let inside = real.strip_prefix(root.canonicalize().ok()?).ok()?;
    Some(Device {
        path: format!("/{}", inside.display()),
        group: metadata.gid(),
        may_open: access(&real, Access::READ_OK | Access::WRITE_OK).is_ok(),
    })
}

fn below(root: &Path, path: &Path) -> PathBuf {
    root.join(path.strip_prefix("/").unwrap_or(path))
}
