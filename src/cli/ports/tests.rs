//! What is printed for made-up trees.

use std::fs;
use std::os::unix::fs::symlink;

use super::*;
use crate::boards::discovery::fake::{Device, Tree};

/// Everything that is printed, with the tree's place in the file system taken out.
fn printed(tree: &Tree, config: &str, all: bool) -> String {
    let root = tree.root().to_str().unwrap();
    let config = Config::parse(&config.replace("/dev/", &format!("{root}/dev/")), "c").unwrap();
    let mut ports = list(tree.root(), &config, all).unwrap();
    let cure = listed::cure(tree.root(), &ports);
    let json: Value = serde_json::from_str(&as_json(&ports, cure.as_ref())).unwrap();
    assert_eq!(json.as_array().unwrap().len(), ports.len());
    // Before the widths of the columns are taken.
    for port in &mut ports {
        port.device = Path::new("/").join(port.device.strip_prefix(root).unwrap());
    }
    table::as_text(&ports, cure.as_ref()).replace(root, "")
}

/// Checks all of the text; the wanted one is indented.
fn check(devices: &[Device], config: &str, all: bool, wanted: &str) {
    let text = printed(&Tree::new(devices), config, all);
    let wanted: Vec<&str> = wanted.lines().map(str::trim_start).collect();
    assert_eq!(text.lines().collect::<Vec<_>>(), wanted, "\n{text}");
}

fn twins() -> [Device; 2] {
    [
        Device::ch340("ttyUSB0", "1-1.1"),
        Device::ch340("ttyUSB1", "1-1.2"),
    ]
}

#[test]
fn a_board_is_shown_with_what_to_write_for_it() {
    check(
        &[Device::uno("ttyACM0", "1-1", "7563")],
        "",
        false,
        "DEVICE        USB        BOARD           NAME      OPEN IN
        /dev/ttyACM0  2341:0043  Arduino Uno R3  uno-7563  -

        For config.toml, with names that you like:

        # /dev/ttyACM0: Arduino Uno R3
        [[serial]]
        board = \"uno-7563\"
        port = \"/dev/serial/by-id/usb-Arduino_Uno_7563-if00\"
        baud = 115200",
    );
}

#[test]
fn a_port_that_the_file_names_has_its_name_and_no_block() {
    check(
        &[Device::uno("ttyACM0", "1-1", "7563")],
        "serial = [{ board = \"greenhouse\", usb = \"2341:0043\" }]",
        false,
        "DEVICE        USB        BOARD           NAME        OPEN IN
        /dev/ttyACM0  2341:0043  Arduino Uno R3  greenhouse  -",
    );
}

#[test]
fn twins_are_written_by_their_socket_also_where_the_file_means_both() {
    check(
        &twins(),
        "serial = [{ board = \"a\", usb = \"1a86:7523\" }]",
        false,
        "DEVICE        USB        BOARD                      NAME  OPEN IN
        /dev/ttyUSB0  1a86:7523  CH340 (Nano or Uno clone)  -     -
        /dev/ttyUSB1  1a86:7523  CH340 (Nano or Uno clone)  -     -

        For config.toml, with names that you like:

        # /dev/ttyUSB0: CH340 (Nano or Uno clone)
        [[serial]]
        board = \"ch340-1-1.1\"
        port = \"/dev/serial/by-path/pci-0000:00:14.0-usb-0:1.1:1.0\"
        baud = 115200

        # /dev/ttyUSB1: CH340 (Nano or Uno clone)
        [[serial]]
        board = \"ch340-1-1.2\"
        port = \"/dev/serial/by-path/pci-0000:00:14.0-usb-0:1.2:1.0\"
        baud = 115200",
    );
}

#[test]
fn a_name_that_the_file_has_is_not_given_again() {
    check(
        &twins()[..1],
        "board = [{ board = \"ch340-1-1.1\" }]",
        false,
        "DEVICE        USB        BOARD                      NAME              OPEN IN
        /dev/ttyUSB0  1a86:7523  CH340 (Nano or Uno clone)  ch340-1-1.1-if00  -

        For config.toml, with names that you like:

        # /dev/ttyUSB0: CH340 (Nano or Uno clone)
        [[serial]]
        board = \"ch340-1-1.1-if00\"
        port = \"/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0\"
        baud = 115200",
    );
}

#[test]
fn other_real_ports_are_shown_on_request() {
    let tree = Tree::new(&[]);
    fs::write(tree.path("dev/ttyS0"), "").unwrap();
    let text = printed(&tree, "", true);
    assert!(
        text.contains("board = \"ttyS0\"\nport = \"/dev/ttyS0\"\n"),
        "{text}"
    );
    let named = "serial = [{ board = \"meter\", port = \"/dev/ttyS0\" }]";
    let text = printed(&tree, named, true);
    assert!(
        text.contains(" meter ") && !text.contains("[[serial]]"),
        "{text}"
    );
}

#[test]
fn who_has_a_port_open_is_named() {
    let tree = Tree::new(&[Device::uno("ttyACM0", "1-1", "7563")]);
    fs::create_dir_all(tree.path("proc/612/fd")).unwrap();
    fs::write(tree.path("proc/612/comm"), "minicom\n").unwrap();
    symlink("/dev/ttyACM0", tree.path("proc/612/fd/3")).unwrap();
    let text = printed(&tree, "", false);
    assert!(text.contains("minicom (612)\n"), "{text}");
}

#[test]
fn a_long_table_fits_into_80_columns() {
    let tree = Tree::new(&twins());
    fs::create_dir_all(tree.path("proc/1234567/fd")).unwrap();
    fs::write(tree.path("proc/1234567/comm"), "ModemManager\n").unwrap();
    symlink("/dev/ttyUSB0", tree.path("proc/1234567/fd/3")).unwrap();
    let named = "serial = [{ board = \"greenhouse\", port = \"/dev/ttyUSB0\" }]";
    let text = printed(&tree, named, false);
    let wanted = "/dev/ttyUSB0  1a86:7523  CH340 (Nano or Un…  greenhouse   ModemManager (1234567)";
    assert_eq!(text.lines().nth(1), Some(wanted), "{text}");
}

#[test]
fn a_port_that_is_closed_to_this_user_has_its_cure() {
    let tree = Tree::new(&[Device::uno("ttyACM0", "1-1", "7563")]);
    let mut ports = list(tree.root(), &Config::default(), false).unwrap();
    ports[0].permitted = false;
    let finding = Finding::problem("x", "user pi may not", "do this");
    let text = table::as_text(&ports, Some(&finding));
    assert!(text.contains("  not permitted\n"), "{text}");
    let cure = "\n\nproblem  user pi may not\n   cure: do this\n\nFor config.toml";
    assert!(text.contains(cure), "{text}");
    assert_eq!(ports[0].json(Some(&finding))["cure"], "do this");
}

#[test]
fn without_a_port_the_array_is_empty() {
    assert_eq!(as_json(&[], None), "[]\n");
}

#[test]
fn an_object_says_all_that_is_known() {
    let tree = Tree::new(&[Device::uno("ttyACM0", "1-1", "7563")]);
    let ports = list(tree.root(), &Config::default(), false).unwrap();
    let port = ports[0].json(None);
    assert_eq!(port["usb"], "2341:0043");
    assert_eq!(port["board"], "Arduino Uno R3");
    assert_eq!(port["serial"], "7563");
    assert_eq!(port["open_in"], Value::Array(Vec::new()));
    assert_eq!(port["name"], "uno-7563");
}
