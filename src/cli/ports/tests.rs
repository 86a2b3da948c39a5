//! What is printed for made-up trees.

use super::*;
use crate::boards::discovery::fake::{Device, Tree};

/// Everything that is printed, with the tree's place in the file system taken out.
fn check(devices: &[Device], all: bool, wanted: &[&str]) {
    let tree = Tree::new(devices);
    let ports = list(tree.root(), all).unwrap();
    let text = as_text(&ports).replace(tree.root().to_str().unwrap(), "");
    for line in wanted {
        // Columns are as wide as the tree's place in the file system.
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            text.lines().any(|printed| words(printed) == *line),
            "no `{line}` in\n{text}"
        );
    }
    let json: Value = serde_json::from_str(&as_json(&ports)).unwrap();
    assert_eq!(json.as_array().unwrap().len(), ports.len());
}

#[test]
fn a_board_is_shown_with_what_to_write_for_it() {
    let link = "/dev/serial/by-id/usb-Arduino_Uno_7563-if00";
    check(
        &[Device::uno("ttyACM0", "1-1", "7563")],
        false,
        &[
            "DEVICE USB BOARD STATE LINK",
            &format!("/dev/ttyACM0 2341:0043 Arduino Uno R3 free {link}"),
            "[[serial]]",
            "board = \"uno-7563\"",
            &format!("port = \"{link}\""),
        ],
    );
}

#[test]
fn twins_are_written_by_their_socket() {
    check(
        &[
            Device::ch340("ttyUSB0", "1-1.1"),
            Device::ch340("ttyUSB1", "1-1.2"),
        ],
        false,
        &[
            "port = \"/dev/serial/by-path/pci-0000:00:14.0-usb-0:1.1:1.0\"",
            "port = \"/dev/serial/by-path/pci-0000:00:14.0-usb-0:1.2:1.0\"",
        ],
    );
}

#[test]
fn without_a_port_there_is_advice_and_an_empty_array() {
    check(&[], false, &["no USB serial port found"]);
    assert_eq!(as_json(&[]), "[]\n");
}

#[test]
fn other_real_ports_are_shown_on_request() {
    check(&[], true, &["board = \"ttyS0\"", "port = \"/dev/ttyS0\""]);
}

#[test]
fn an_object_says_all_that_is_known() {
    let tree = Tree::new(&[Device::uno("ttyACM0", "1-1", "7563")]);
    let ports = list(tree.root(), false).unwrap();
    let port = object(&ports[0]);
    assert_eq!(port["usb"], "2341:0043");
    assert_eq!(port["board"], "Arduino Uno R3");
    assert_eq!(port["serial"], "7563");
    assert_eq!(port["open_in"], json!([]));
}
