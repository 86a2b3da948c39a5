//! A made-up machine: its /sys and /dev in a directory, with pseudo-terminals for boards.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use firmware_sim::pty::Port;
use tempfile::TempDir;

use super::process::folder;
use super::{Gateway, User};

/// The directory in that of a gateway which runs on this machine.
pub const MACHINE: &str = "machine";

/// A machine without udev, and a gateway on it that was told of no board.
pub struct Machine {
    root: PathBuf,
}

impl Machine {
    /// A machine with no board, and its gateway.
    pub async fn start() -> (Self, Gateway) {
        let folder = folder();
        let machine = Self::in_folder(&folder);
        let gateway = Gateway::start_in(folder, User::Tester, "[discovery]\nserial = true\n");
        (machine, gateway.await)
    }

    /// Plugs an Arduino Uno in, whose serial number ends with 7563.
    pub fn plug_uno(&self) -> Port {
        let usb = self.root.join("sys/devices/usb1/1-1");
        let interface = usb.join("1-1:1.0");
        let tty = interface.join("tty/ttyACM0");
        fs::create_dir_all(&tty).unwrap();
        for (attribute, text) in [
            ("idVendor", "2341"),
            ("idProduct", "0043"),
            ("serial", "75633313335160B17563"),
        ] {
            fs::write(usb.join(attribute), format!("{text}\n")).unwrap();
        }
        fs::write(interface.join("bInterfaceNumber"), "00\n").unwrap();
        if !tty.join("device").is_symlink() {
            symlink("../..", tty.join("device")).unwrap();
            symlink(&tty, self.root.join("sys/class/tty/ttyACM0")).unwrap();
        }
        Port::plug_in(self.root.join("dev/ttyACM0")).unwrap()
    }

    fn in_folder(folder: &TempDir) -> Self {
        let root = folder.path().join(MACHINE);
        for part in ["dev", "sys/class/tty", "proc", "run"] {
            fs::create_dir_all(root.join(Path::new(part))).unwrap();
        }
        Self { root }
    }
}
