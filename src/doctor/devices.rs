//! The serial devices of a machine: USB ones, and those of the configuration.
//! Judges nothing.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use crate::config::{Config, PortMatch};

/// USB serial adapters and boards with USB of their own.
const NAMES: [&str; 2] = ["ttyUSB", "ttyACM"];

/// A serial device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Device {
    /// Without links, as in `/dev/ttyACM0`.
    pub path: PathBuf,
    /// The group that it belongs to.
    pub group: u32,
    /// Who else may open it, as `chmod` has it.
    pub mode: u32,
    /// Whether this user may open it.
    pub may_open: bool,
}

impl Device {
    /// Reads who may open it; links are followed. `None` where it is not there.
    pub fn read(path: &Path) -> Option<Self> {
        let path = path.canonicalize().ok()?;
        let metadata = path.metadata().ok()?;
        let may_open = access(&path, Access::READ_OK | Access::WRITE_OK).is_ok();
        Some(Self {
            path,
            group: metadata.gid(),
            mode: metadata.mode() & 0o777,
            may_open,
        })
    }

    /// Its path as text.
    pub fn name(&self) -> String {
        self.path.display().to_string()
    }
}

/// USB serial devices, and those of the configuration; each once.
pub(super) fn devices(root: &Path, config: &Config) -> Vec<Device> {
    let entries = fs::read_dir(root.join("dev")).into_iter().flatten();
    let serial = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        NAMES.iter().any(|start| name.starts_with(start))
    };
    let plugged = entries.flatten().map(|entry| entry.path()).filter(serial);
    let configured = config.serial.iter().filter_map(|board| match &board.port {
        PortMatch::Path(path) => Some(path.clone()),
        PortMatch::Usb { .. } => None,
    });
    let paths = plugged.chain(configured);
    let mut devices: Vec<Device> = paths.filter_map(|path| Device::read(&path)).collect();
    devices.sort_by(|a, b| a.path.cmp(&b.path));
    devices.dedup();
    devices
}
