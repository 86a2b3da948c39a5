//! Names for boards that were found and that nobody named: `uno-7563`.
//! The same board gets the same name at each start, whatever its device number.

use std::collections::BTreeSet;

use crate::boards::discovery::UsbPort;
use crate::boards::discovery::known::known;
use crate::name::{BoardName, MAX_NAME};

/// The part of a name that says what the board is; the rest tells it from its twins.
const MAX_KIND: usize = 32;

/// Gives each port a name that is neither in `taken` nor another port's: what it is with the
/// end of its serial number, or where that is absent or not its own, with its USB socket.
pub fn names(ports: &[UsbPort], taken: &BTreeSet<BoardName>) -> Vec<(BoardName, UsbPort)> {
    let mut taken = taken.clone();
    let mut named = Vec::with_capacity(ports.len());
    for port in ports {
        let others = || ports.iter().filter(|other| other.device != port.device);
        let is_own = |name: &str| others().all(|other| !proposals(other).iter().any(|n| n == name));
        let proposed = proposals(port).into_iter().filter(|name| is_own(name));
        let socket = format!("{}-{}", kind(port), port.usb_path);
        let numbered = (2..).map(|n: u32| format!("{socket}-{n}"));
        let mut free = proposed
            .chain(numbered)
            .filter_map(|name| valid(&name))
            .filter(|name| !taken.contains(name));
        if let Some(name) = free.next() {
            taken.insert(name.clone());
            named.push((name, port.clone()));
        }
    }
    named
}

/// From the shortest to the one that says everything.
fn proposals(port: &UsbPort) -> Vec<String> {
    let (kind, socket) = (kind(port), &port.usb_path);
    let serial = port.serial.as_deref().and_then(serial_end);
    let by_serial = serial.map(|end| format!("{kind}-{end}"));
    let by_socket = format!("{kind}-{socket}");
    let by_interface = format!("{by_socket}-if{:02}", port.interface);
    by_serial
        .into_iter()
        .chain([by_socket, by_interface])
        .collect()
}

/// What it is: by its USB ids, else in its own words.
fn kind(port: &UsbPort) -> String {
    if let Some(known) = known(port.vendor, port.product) {
        return known.short.to_owned();
    }
    let title = port
        .title
        .as_deref()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let words = title.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let kind: String = words.join("-").chars().take(MAX_KIND).collect();
    if kind.is_empty() {
        return format!("usb-{:04x}-{:04x}", port.vendor, port.product);
    }
    kind
}

/// The last four letters and digits of a serial number.
fn serial_end(serial: &str) -> Option<String> {
    let all: Vec<char> = serial.chars().filter(char::is_ascii_alphanumeric).collect();
    let end = &all[all.len().saturating_sub(4)..];
    (!end.is_empty()).then(|| end.iter().collect::<String>().to_ascii_lowercase())
}

fn valid(name: &str) -> Option<BoardName> {
    BoardName::new(name.get(..MAX_NAME).unwrap_or(name)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boards::discovery::fake::Device;

    fn check(devices: &[Device], taken: &[&str], wanted: &[&str]) {
        let ports: Vec<UsbPort> = devices.iter().map(Device::port).collect();
        let taken = taken
            .iter()
            .map(|name| BoardName::new(name).unwrap())
            .collect();
        let names = names(&ports, &taken);
        let names: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, wanted);
    }

    #[test]
    fn a_name_is_what_it_is_and_the_end_of_its_serial_number() {
        check(&[Device::uno("ttyACM0", "1-1", "7563")], &[], &["uno-7563"]);
        let long = Device::uno("ttyACM0", "1-1", "75633313335160B1A1");
        check(&[long], &[], &["uno-b1a1"]);
        check(
            &[Device::ftdi("ttyUSB0", "1-1", "A50285BI")],
            &[],
            &["ftdi-85bi"],
        );
    }

    #[test]
    fn twins_without_a_serial_number_are_named_by_their_socket() {
        let twins = [
            Device::ch340("ttyUSB0", "1-1.1"),
            Device::ch340("ttyUSB1", "1-1.2"),
        ];
        check(&twins, &[], &["ch340-1-1.1", "ch340-1-1.2"]);
    }

    #[test]
    fn boards_with_the_same_serial_number_are_named_by_their_socket() {
        let same = [
            Device::uno("ttyACM0", "1-1", "0001"),
            Device::uno("ttyACM1", "1-2", "0001"),
        ];
        check(&same, &[], &["uno-1-1", "uno-1-2"]);
    }

    #[test]
    fn a_name_that_is_taken_is_not_given_again() {
        let uno = Device::uno("ttyACM0", "1-1", "7563");
        check(std::slice::from_ref(&uno), &["uno-7563"], &["uno-1-1"]);
        check(
            &[uno],
            &["uno-7563", "uno-1-1", "uno-1-1-if00"],
            &["uno-1-1-2"],
        );
    }

    #[test]
    fn two_ports_of_one_device_are_told_apart() {
        let first = Device::ftdi("ttyUSB0", "1-1", "FT12");
        let second = Device {
            interface: 1,
            name: "ttyUSB1",
            ..first.clone()
        };
        check(&[first, second], &[], &["ftdi-1-1-if00", "ftdi-1-1-if01"]);
    }

    #[test]
    fn an_unknown_device_is_named_by_its_own_words() {
        let other = Device {
            vendor: 0xfeed,
            product: 0x0001,
            ..Device::uno("ttyACM0", "1-1", "7")
        };
        let titled = Device {
            title: Some("My Ödd  Board!"),
            ..other.clone()
        };
        check(&[titled], &[], &["my-dd-board-7"]);
        let untitled = Device {
            title: None,
            ..other
        };
        check(&[untitled], &[], &["usb-feed-0001-7"]);
    }
}
