//! A made-up /sys and /dev in a temporary directory, as the kernel and udev would lay it out.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::boards::discovery::UsbPort;

/// A USB device with one serial port.
#[derive(Clone, Debug)]
pub struct Device {
    pub name: &'static str,
    pub usb_path: &'static str,
    pub vendor: u16,
    pub product: u16,
    pub serial: Option<&'static str>,
    pub title: Option<&'static str>,
    pub by_id: &'static str,
    pub interface: u8,
}

impl Device {
    pub fn uno(name: &'static str, usb_path: &'static str, serial: &'static str) -> Self {
        Self {
            name,
            usb_path,
            vendor: 0x2341,
            product: 0x0043,
            serial: Some(serial),
            title: None,
            by_id: "usb-Arduino_Uno_7563-if00",
            interface: 0,
        }
    }

    pub fn ch340(name: &'static str, usb_path: &'static str) -> Self {
        Self {
            vendor: 0x1a86,
            product: 0x7523,
            serial: None,
            title: Some("USB Serial"),
            by_id: "usb-1a86_USB_Serial-if00-port0",
            ..Self::uno(name, usb_path, "")
        }
    }

    pub fn ftdi(name: &'static str, usb_path: &'static str, serial: &'static str) -> Self {
        Self {
            vendor: 0x0403,
            product: 0x6001,
            title: Some("FT232R USB UART"),
            by_id: "usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0",
            ..Self::uno(name, usb_path, serial)
        }
    }

    /// The port as discovery should find it, without links, under `/`.
    pub fn port(&self) -> UsbPort {
        UsbPort {
            device: Path::new("/dev").join(self.name),
            vendor: self.vendor,
            product: self.product,
            serial: self.serial.map(str::to_owned),
            manufacturer: None,
            title: self.title.map(str::to_owned),
            interface: self.interface,
            port_number: 0,
            usb_path: self.usb_path.to_owned(),
            by_id: None,
            by_path: None,
        }
    }
}

/// The tree; gone when dropped.
pub struct Tree(TempDir);

impl Tree {
    /// A machine with these devices plugged in, in this order.
    pub fn new(devices: &[Device]) -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        for folder in [
            "sys/class/tty",
            "sys/devices",
            "dev/serial/by-id",
            "dev/serial/by-path",
        ] {
            fs::create_dir_all(tree.path(folder)).unwrap();
        }
        // udev runs, so whoever looks waits for its links.
        fs::create_dir_all(tree.path("run/udev")).unwrap();
        fs::write(tree.path("run/udev/control"), "").unwrap();
        devices.iter().for_each(|device| tree.plug(device));
        // A port that is not of USB, and one without hardware.
        fs::create_dir_all(tree.path("sys/devices/pnp0/tty/ttyS0")).unwrap();
        fs::write(tree.path("sys/devices/pnp0/tty/ttyS0/type"), "4\n").unwrap();
        symlink("../..", tree.path("sys/devices/pnp0/tty/ttyS0/device")).unwrap();
        symlink(
            "../../devices/pnp0/tty/ttyS0",
            tree.path("sys/class/tty/ttyS0"),
        )
        .unwrap();
        fs::create_dir(tree.path("sys/class/tty/tty1")).unwrap();
        tree
    }

    pub fn root(&self) -> &Path {
        self.0.path()
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// Plugs one in: sysfs, device node, then udev's links, which the last one wins.
    pub fn plug(&self, device: &Device) {
        let Device { name, usb_path, .. } = device;
        let usb = self.path("sys/devices/usb1").join(usb_path);
        let interface = usb.join(format!("{usb_path}:1.{}", device.interface));
        let adapter = name.starts_with("ttyUSB");
        let port = if adapter {
            interface.join(name)
        } else {
            interface.clone()
        };
        let tty = port.join("tty").join(name);
        fs::create_dir_all(&tty).unwrap();
        symlink("../..", tty.join("device")).unwrap();
        fs::write(
            interface.join("bInterfaceNumber"),
            format!("{:02x}\n", device.interface),
        )
        .unwrap();
        fs::write(usb.join("idVendor"), format!("{:04x}\n", device.vendor)).unwrap();
        fs::write(usb.join("idProduct"), format!("{:04x}\n", device.product)).unwrap();
        for (attribute, text) in [("serial", device.serial), ("product", device.title)] {
            if let Some(text) = text {
                fs::write(usb.join(attribute), format!("{text}\n")).unwrap();
            }
        }
        symlink(&tty, self.path("sys/class/tty").join(name)).unwrap();
        self.node(device);
        self.link(device);
    }

    /// The same with a pseudo-terminal behind the node.
    pub fn plug_terminal(&self, device: &Device, terminal: &Path) {
        let node = self.path("dev").join(device.name);
        // Before all else, so that a link to a plain file is never seen.
        symlink(terminal, &node).unwrap();
        self.plug(device);
    }

    /// Pulls the plug: node, sysfs and links go. A link that twins share leads to the one
    /// that is named as left, as udev would have it.
    pub fn unplug(&self, device: &Device, left: Option<&Device>) {
        let Device { name, usb_path, .. } = device;
        fs::remove_file(self.path("dev").join(name)).unwrap();
        fs::remove_file(self.path("sys/class/tty").join(name)).unwrap();
        fs::remove_dir_all(self.path("sys/devices/usb1").join(usb_path)).unwrap();
        fs::remove_file(self.by_path(device)).unwrap();
        let by_id = self.path("dev/serial/by-id").join(device.by_id);
        if by_id.read_link().is_ok_and(|target| target.ends_with(name)) {
            fs::remove_file(by_id).unwrap();
        }
        if let Some(left) = left {
            self.link_by_id(left);
        }
    }

    /// udev's link by socket, for interface 0.
    pub fn socket(&self, usb_path: &str) -> PathBuf {
        let (_, socket) = usb_path.split_once('-').unwrap();
        let link = format!("dev/serial/by-path/pci-0000:00:14.0-usb-0:{socket}:1.0");
        self.path(&link)
    }

    fn by_path(&self, device: &Device) -> PathBuf {
        let first = self.socket(device.usb_path).display().to_string();
        let socket = first.strip_suffix('0').unwrap();
        PathBuf::from(format!("{socket}{}", device.interface))
    }

    fn node(&self, device: &Device) {
        let node = self.path("dev").join(device.name);
        if !node.is_symlink() {
            fs::write(node, "").unwrap();
        }
    }

    fn link(&self, device: &Device) {
        self.link_by_id(device);
        symlink(Path::new("../..").join(device.name), self.by_path(device)).unwrap();
    }

    fn link_by_id(&self, device: &Device) {
        let by_id = self.path("dev/serial/by-id").join(device.by_id);
        let _ = fs::remove_file(&by_id);
        symlink(Path::new("../..").join(device.name), by_id).unwrap();
    }
}
