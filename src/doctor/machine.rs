//! What is read of the machine once, for all that the doctor looks at.
//! Judges nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::boards::discovery::{UsbPort, usb_ports};
use crate::config::Config;
use crate::doctor::Asker;
use crate::doctor::devices::{Device, devices};
use crate::doctor::sockets::{Listener, listeners};
use crate::processes::{Process, Processes};

/// A machine below one folder.
#[derive(Debug)]
pub(super) struct Machine<'a> {
    root: &'a Path,
    /// Who wants to know.
    pub asker: Asker,
    /// Serial devices: USB ones, and those of the configuration.
    pub devices: Vec<Device>,
    /// USB serial ports that sysfs knows.
    pub ports: Vec<UsbPort>,
    /// Sockets that listen.
    pub listeners: Vec<Listener>,
    /// Who runs, and who has one of these open.
    pub processes: Processes,
}

impl<'a> Machine<'a> {
    /// Reads all of it; what cannot be read is not there.
    pub fn read(root: &'a Path, config: &Config, asker: Asker) -> Self {
        let devices = devices(root, config);
        let listeners = listeners(root);
        let mut wanted: BTreeSet<String> = devices.iter().map(Device::name).collect();
        wanted.extend(listeners.iter().map(Listener::socket));
        let processes = match asker {
            Asker::Person => Processes::with(root, &wanted),
            Asker::Gateway => Processes::all_with(root, &wanted),
        };
        Self {
            root,
            asker,
            devices,
            ports: usb_ports(root).unwrap_or_default(),
            listeners,
            processes,
        }
    }

    /// Whether a process is the gateway whose ports these are.
    pub fn is_gateway(&self, process: &Process) -> bool {
        match self.asker {
            Asker::Person => process.name == "boardcast",
            // Another one is in its way.
            Asker::Gateway => process.pid == std::process::id(),
        }
    }

    /// A path of this machine, written without its first `/`.
    pub fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }

    /// A file's text without outer blanks; `None` where it cannot be read.
    pub fn text(&self, path: impl AsRef<Path>) -> Option<String> {
        let text = fs::read_to_string(self.path(path)).ok()?;
        Some(text.trim().to_owned())
    }

    /// What a folder holds, in the order of the names; empty where it cannot be read.
    pub fn folder(&self, path: impl AsRef<Path>) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.path(path)).into_iter().flatten();
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        paths
    }

    /// The folders of sysfs that a port's device node lies in, innermost first: the port,
    /// its USB interface, its USB device, hubs.
    pub fn folders_of(&self, port: &UsbPort) -> Vec<PathBuf> {
        let name = port.device.file_name().unwrap_or_default();
        let class = self.path("sys/class/tty").join(name);
        let Ok(device) = class.join("device").canonicalize() else {
            return Vec::new();
        };
        let folders = device.ancestors().map(Path::to_owned);
        std::iter::once(class).chain(folders).collect()
    }

    /// Whether the service of this name is to be started with the machine.
    pub fn is_enabled(&self, service: &str) -> bool {
        let unit = self.path("etc/systemd/system").join(service);
        // `systemctl mask` leaves the link that `enable` made.
        let masked = fs::read_link(unit).is_ok_and(|target| target == Path::new("/dev/null"));
        let link = "etc/systemd/system/multi-user.target.wants";
        !masked && fs::symlink_metadata(self.path(link).join(service)).is_ok()
    }

    /// Whether systemd runs the service now: each has a folder among the control groups.
    /// `None` where that cannot be known.
    pub fn is_running(&self, service: &str) -> Option<bool> {
        let slice = self.path("sys/fs/cgroup/system.slice");
        slice.exists().then(|| slice.join(service).exists())
    }
}
