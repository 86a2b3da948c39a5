//! A machine in a temporary directory, made of lines.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The folder; gone when dropped.
pub struct Tree(TempDir);

impl Tree {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn root(&self) -> &Path {
        self.0.path()
    }

    /// Takes one of
    ///
    /// - `file PATH TEXT`, with `\n` and `\t` in the text, and `{gid}` for the group that
    ///   files have here
    /// - `link PATH TARGET`
    /// - `mode PATH 600`
    /// - `usb NAME SOCKET VENDOR:PRODUCT KEY=VALUE…`: a serial port and what the kernel and
    ///   udev tell of it; `by-id=` is its link, other keys are files of the USB device
    pub fn add(&self, line: &str) {
        let words: Vec<&str> = line.splitn(3, ' ').collect();
        let rest = words.get(2).copied().unwrap_or_default();
        let path = self.root().join(words[1]);
        match words[0] {
            "file" => self.file(path, rest),
            "link" => link(rest, path),
            "mode" => {
                let mode = u32::from_str_radix(rest, 8).unwrap();
                fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
            }
            "usb" => self.plug(words[1], rest),
            other => panic!("{other}: {line}"),
        }
    }

    fn file(&self, path: PathBuf, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let group = self.root().metadata().unwrap().gid().to_string();
        let text = text.replace("\\n", "\n").replace("\\t", "\t");
        fs::write(path, text.replace("{gid}", &group)).unwrap();
    }

    fn plug(&self, name: &str, rest: &str) {
        let words: Vec<&str> = rest.split(' ').collect();
        let (socket, (vendor, product)) = (words[0], words[1].split_once(':').unwrap());
        let usb = self.root().join("sys/devices/usb1").join(socket);
        let interface = usb.join(format!("{socket}:1.0"));
        let port = if name.starts_with("ttyUSB") {
            interface.join(name)
        } else {
            interface.clone()
        };
        let tty = port.join("tty").join(name);
        link("../..", tty.join("device"));
        self.file(interface.join("bInterfaceNumber"), "00\n");
        self.file(usb.join("idVendor"), vendor);
        self.file(usb.join("idProduct"), product);
        link(&tty, self.root().join("sys/class/tty").join(name));
        link(&usb, self.root().join("sys/bus/usb/devices").join(socket));
        let node = self.root().join("dev").join(name);
        self.file(node.clone(), "");
        fs::set_permissions(node, Permissions::from_mode(0o660)).unwrap();
        self.link_node("by-path", &format!("usb-0:{socket}:1.0"), name);
        for (key, value) in words[2..].iter().map(|word| word.split_once('=').unwrap()) {
            match key {
                "by-id" => self.link_node("by-id", value, name),
                "interface" => self.interface(&interface, value),
                "number" => self.file(tty.join("dev"), value),
                _ => self.file(usb.join(key), value),
            }
        }
    }

    /// Class, subclass and protocol, as in `02/02/01`.
    fn interface(&self, folder: &Path, text: &str) {
        let names = [
            "bInterfaceClass",
            "bInterfaceSubClass",
            "bInterfaceProtocol",
        ];
        for (name, value) in names.iter().zip(text.split('/')) {
            self.file(folder.join(name), value);
        }
    }

    fn link_node(&self, folder: &str, link_name: &str, name: &str) {
        let at = self.root().join("dev/serial").join(folder).join(link_name);
        // The last one that was plugged in has the link.
        let _ = fs::remove_file(&at);
        link(format!("../../{name}"), at);
    }
}

fn link(target: impl AsRef<Path>, at: PathBuf) {
    fs::create_dir_all(at.parent().unwrap()).unwrap();
    symlink(target, at).unwrap();
}
