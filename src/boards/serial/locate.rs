//! From what the configuration says to one device node.
//! Does not open it.

use std::path::{Path, PathBuf};

use crate::boards::Reason;
use crate::boards::discovery::{Ports, UsbPort, candidates, is_stale, usb_ports};
use crate::boards::serial::Failure;
use crate::boards::serial::open::went_away;
use crate::config::PortMatch;

/// The device node that the configuration means, links followed. `root` is where `/sys`
/// and `/dev` are looked for.
///
/// # Errors
/// `absent` where there is none, `ambiguous` where there are several: both are named, and
/// none is guessed. A link that udev has not yet removed after another board took the
/// number of its device is `absent`.
pub(super) fn locate(wanted: &PortMatch, root: &Path) -> Result<PathBuf, Failure> {
    let ports = usb_ports(root).map_err(|error| Failure {
        reason: Reason::Error,
        detail: format!("cannot list USB serial ports: {error}"),
    });
    match (wanted, ports) {
        (PortMatch::Usb { .. }, Err(failure)) => Err(failure),
        (PortMatch::Usb { .. }, Ok(ports)) => match *candidates(wanted, &ports) {
            [] => Err(absent(wanted)),
            // Only a made-up machine has a link for a node.
            [port] => port.device.canonicalize().map_err(|_| absent(wanted)),
            [..] => Err(ambiguous(wanted, &candidates(wanted, &ports))),
        },
        (PortMatch::Path(path), ports) => {
            // What is no USB port, or cannot be known to be one, is taken as it is.
            let ports = ports.unwrap_or_default();
            if is_stale(path, &ports) {
                return Err(absent(wanted));
            }
            match *candidates(wanted, &ports) {
                [] | [_] => path.canonicalize().map_err(|_| absent(wanted)),
                [..] => Err(ambiguous(wanted, &candidates(wanted, &ports))),
            }
        }
    }
}

/// The same, and begins to watch for it: before the look, so that what appears after it wakes
/// [`Ports::changes`].
///
/// # Errors
/// As [`locate`].
pub(super) fn find(wanted: &PortMatch, ports: &Ports) -> Result<PathBuf, Failure> {
    ports.watch(wanted);
    locate(wanted, ports.root())
}

/// Opens a device that was located, if `locate` finds the same once it is open. Before that,
/// its number may become another board's; while it is open, the kernel gives it to no other.
///
/// # Errors
/// Those of both, and `absent` where the number is another's now.
pub(super) fn open_located<T>(
    device: &Path,
    locate: impl Fn() -> Result<PathBuf, Failure>,
    open: impl FnOnce(&Path) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let opened = open(device)?;
    match locate()? == device {
        true => Ok(opened),
        false => Err(went_away(device)),
    }
}

fn absent(wanted: &PortMatch) -> Failure {
    Failure {
        reason: Reason::Absent,
        detail: format!(
            "{} is not there (is the board plugged in?)",
            as_written(wanted)
        ),
    }
}

fn ambiguous(wanted: &PortMatch, ports: &[&UsbPort]) -> Failure {
    let all: Vec<String> = ports.iter().map(|port| port.describe()).collect();
    let links = ports.iter().filter_map(|port| port.by_path.as_ref());
    let example = links.map(|link| link.display().to_string()).next();
    let cure = example.unwrap_or_else(|| "/dev/serial/by-path/…".to_owned());
    let (wanted, all) = (as_written(wanted), all.join(" or "));
    Failure {
        reason: Reason::Ambiguous,
        detail: format!("{wanted} may be {all} (name one by its socket: port = \"{cure}\")"),
    }
}

/// The port as the configuration names it.
pub(super) fn as_written(wanted: &PortMatch) -> String {
    match wanted {
        PortMatch::Path(path) => path.display().to_string(),
        PortMatch::Usb {
            vendor,
            product,
            serial: None,
        } => format!("{vendor:04x}:{product:04x}"),
        PortMatch::Usb {
            vendor,
            product,
            serial: Some(serial),
        } => format!("{vendor:04x}:{product:04x}:{serial}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boards::discovery::fake::{Device, Tree};

    fn usb(serial: Option<&str>) -> PortMatch {
        PortMatch::Usb {
            vendor: 0x1a86,
            product: 0x7523,
            serial: serial.map(str::to_owned),
        }
    }

    fn check(tree: &Tree, wanted: &PortMatch, expected: Result<&str, (Reason, &[&str])>) {
        match (locate(wanted, tree.root()), expected) {
            (Ok(device), Ok(name)) => assert_eq!(device, tree.path("dev").join(name)),
            (Err(failure), Err((reason, words))) => {
                assert_eq!(failure.reason, reason);
                let detail = &failure.detail;
                words
                    .iter()
                    .for_each(|word| assert!(detail.contains(word), "{detail}"));
            }
            (found, expected) => panic!("{found:?}, not {expected:?}"),
        }
    }

    #[test]
    fn one_is_found() {
        let tree = Tree::new(&[Device::ch340("ttyUSB0", "1-1")]);
        check(&tree, &usb(None), Ok("ttyUSB0"));
        let link = tree.path("dev/serial/by-id/usb-1a86_USB_Serial-if00-port0");
        check(&tree, &PortMatch::Path(link), Ok("ttyUSB0"));
        check(
            &tree,
            &PortMatch::Path(tree.path("dev/ttyUSB0")),
            Ok("ttyUSB0"),
        );
    }

    #[test]
    fn none_is_absent_and_named_as_it_was_written() {
        let tree = Tree::new(&[]);
        let path = PortMatch::Path(tree.path("dev/ttyUSB7"));
        check(
            &tree,
            &path,
            Err((Reason::Absent, &["dev/ttyUSB7 is not there"])),
        );
        check(
            &tree,
            &usb(None),
            Err((Reason::Absent, &["1a86:7523 is not there"])),
        );
        check(
            &tree,
            &usb(Some("5")),
            Err((Reason::Absent, &["1a86:7523:5 is"])),
        );
    }

    #[test]
    fn a_link_that_is_not_yet_removed_leads_to_no_other_board() {
        let tree = Tree::new(&[Device::ch340("ttyUSB0", "1-1.1")]);
        let link = tree.socket("1-1.2");
        std::os::unix::fs::symlink("../../ttyUSB0", &link).unwrap();
        check(
            &tree,
            &PortMatch::Path(link),
            Err((Reason::Absent, &["1.2"])),
        );
        check(&tree, &PortMatch::Path(tree.socket("1-1.1")), Ok("ttyUSB0"));
    }

    #[test]
    fn twins_are_both_named() {
        let twins = [
            Device::ch340("ttyUSB0", "1-1.1"),
            Device::ch340("ttyUSB1", "1-1.2"),
        ];
        let tree = Tree::new(&twins);
        let words: &[&str] = &["dev/ttyUSB0", "dev/ttyUSB1", "1-1.1", "1-1.2", "by-path"];
        check(&tree, &usb(None), Err((Reason::Ambiguous, words)));
        let link = tree.path("dev/serial/by-id/usb-1a86_USB_Serial-if00-port0");
        check(
            &tree,
            &PortMatch::Path(link),
            Err((Reason::Ambiguous, words)),
        );
    }

    #[test]
    fn a_number_that_changes_hands_before_it_is_open_is_nobodys() {
        let (first, second) = (
            Device::ch340("ttyUSB0", "1-1.1"),
            Device::ch340("ttyUSB0", "1-1.2"),
        );
        let tree = Tree::new(std::slice::from_ref(&first));
        let wanted = PortMatch::Path(tree.socket("1-1.1"));
        let find = || locate(&wanted, tree.root());
        let device = find().unwrap();
        assert_eq!(open_located(&device, find, |_| Ok(())), Ok(()));
        let opened = open_located(&device, find, |_| {
            tree.unplug(&first, None);
            tree.plug(&second);
            tree.plug(&Device::ch340("ttyUSB1", "1-1.1"));
            Ok(())
        });
        assert_eq!(opened.unwrap_err().reason, Reason::Absent);
    }

    #[test]
    fn a_machine_without_sysfs_opens_what_is_named() {
        let tree = Tree::new(&[]);
        std::fs::remove_dir_all(tree.path("sys")).unwrap();
        std::fs::write(tree.path("dev/ttyS7"), "").unwrap();
        check(&tree, &PortMatch::Path(tree.path("dev/ttyS7")), Ok("ttyS7"));
        check(&tree, &usb(None), Err((Reason::Absent, &["1a86:7523"])));
    }
}
