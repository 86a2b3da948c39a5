//! Discovery on made-up trees.

use super::fake::{Device, Tree};
use super::*;

fn twins() -> [Device; 2] {
    [
        Device::ch340("ttyUSB0", "1-1.1"),
        Device::ch340("ttyUSB1", "1-1.2"),
    ]
}

fn usb(vendor: u16, product: u16, serial: Option<&str>) -> PortMatch {
    PortMatch::Usb {
        vendor,
        product,
        serial: serial.map(str::to_owned),
    }
}

fn check(tree: &Tree, wanted: &PortMatch, expected: &[&str]) {
    let ports = usb_ports(tree.root()).unwrap();
    let found = candidates(wanted, &ports).into_iter();
    let found: Vec<PathBuf> = found.map(|port| port.device.clone()).collect();
    let expected: Vec<PathBuf> = expected
        .iter()
        .map(|name| tree.path("dev").join(name))
        .collect();
    assert_eq!(found, expected, "{wanted:?}");
}

#[test]
fn an_uno_is_found_with_everything_that_sysfs_and_udev_know() {
    let uno = Device {
        title: Some("Uno R3"),
        ..Device::uno("ttyACM0", "1-1", "7563")
    };
    let tree = Tree::new(std::slice::from_ref(&uno));
    let wanted = UsbPort {
        device: tree.path("dev/ttyACM0"),
        by_id: Some(tree.path("dev/serial/by-id/usb-Arduino_Uno_7563-if00")),
        by_path: Some(tree.socket("1-1")),
        ..uno.port()
    };
    assert_eq!(usb_ports(tree.root()).unwrap(), [wanted]);
}

#[test]
fn adapters_are_found_one_level_deeper() {
    let tree = Tree::new(&[Device::ftdi("ttyUSB0", "1-1", "A50285BI")]);
    let ports = usb_ports(tree.root()).unwrap();
    assert_eq!(ports.len(), 1);
    assert_eq!(
        (ports[0].vendor, ports[0].usb_path.as_str()),
        (0x0403, "1-1")
    );
}

#[test]
fn no_usb_port_is_an_empty_list() {
    assert_eq!(usb_ports(Tree::new(&[]).root()).unwrap(), []);
}

#[test]
fn a_machine_without_sys_class_tty_has_no_ports() {
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(usb_ports(empty.path()).unwrap(), []);
}

#[test]
fn ids_and_serial_numbers_select() {
    let tree = Tree::new(&[
        Device::uno("ttyACM0", "1-1", "7563"),
        Device::ftdi("ttyUSB0", "1-2", "A50285BI"),
    ]);
    check(&tree, &usb(0x2341, 0x0043, None), &["ttyACM0"]);
    check(&tree, &usb(0x2341, 0x0043, Some("7563")), &["ttyACM0"]);
    check(&tree, &usb(0x2341, 0x0043, Some("7564")), &[]);
    check(&tree, &usb(0x0403, 0x6001, None), &["ttyUSB0"]);
    check(&tree, &usb(0x1a86, 0x7523, None), &[]);
}

#[test]
fn twins_without_a_serial_number_are_a_tie_by_usb_id_and_by_their_common_link() {
    let tree = Tree::new(&twins());
    let both = ["ttyUSB0", "ttyUSB1"];
    check(&tree, &usb(0x1a86, 0x7523, None), &both);
    let link = tree.path("dev/serial/by-id/usb-1a86_USB_Serial-if00-port0");
    check(&tree, &PortMatch::Path(link), &both);
}

#[test]
fn the_link_by_path_tells_twins_apart() {
    let tree = Tree::new(&twins());
    let link = |socket: &str| tree.socket(socket);
    check(&tree, &PortMatch::Path(link("1-1.1")), &["ttyUSB0"]);
    check(&tree, &PortMatch::Path(link("1-1.2")), &["ttyUSB1"]);
    check(
        &tree,
        &PortMatch::Path(tree.path("dev/ttyUSB1")),
        &["ttyUSB1"],
    );
    check(&tree, &PortMatch::Path(link("1-1.3")), &[]);
}
