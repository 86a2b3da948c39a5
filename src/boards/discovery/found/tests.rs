//! Ports that appear on made-up trees.

use std::cell::Cell;

use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::boards::discovery::fake::{Device, Tree};

fn discovery(tree: &Tree, configured: &[SerialBoard]) -> (Discovery, JoinSet<()>) {
    let (ports, watcher) = Ports::new(tree.root());
    let mut tasks = JoinSet::new();
    tasks.spawn(watcher.run(CancellationToken::new()));
    (Discovery::new(ports, configured, BTreeSet::new()), tasks)
}

fn configured(port: PortMatch) -> SerialBoard {
    settings(BoardName::new("greenhouse").unwrap(), port)
}

fn check(found: &[SerialBoard], wanted: &[(&str, PortMatch)]) {
    let found: Vec<_> = found
        .iter()
        .map(|b| (b.board.as_str(), b.port.clone()))
        .collect();
    assert_eq!(found, wanted);
}

fn link(tree: &Tree) -> PortMatch {
    PortMatch::Path(tree.path("dev/serial/by-id/usb-Arduino_Uno_7563-if00"))
}

fn socket(tree: &Tree, usb_path: &str) -> PortMatch {
    PortMatch::Path(tree.socket(usb_path))
}

#[tokio::test]
async fn each_port_is_found_once_and_a_new_one_when_it_appears() {
    let tree = Tree::new(&[Device::uno("ttyACM0", "1-1", "7563")]);
    let (mut discovery, _tasks) = discovery(&tree, &[]);
    check(
        &discovery.next(|| false).await,
        &[("uno-7563", link(&tree))],
    );
    tree.plug(&Device::ch340("ttyUSB0", "1-2"));
    check(
        &discovery.next(|| false).await,
        &[("ch340-1-2", socket(&tree, "1-2"))],
    );
}

#[tokio::test]
async fn what_is_configured_is_left_alone() {
    let tree = Tree::new(&[
        Device::uno("ttyACM0", "1-1", "7563"),
        Device::ftdi("ttyUSB1", "1-3", "A50285BI"),
        Device::ch340("ttyUSB0", "1-2"),
    ]);
    let ftdi = PortMatch::Usb {
        vendor: 0x0403,
        product: 0x6001,
        serial: None,
    };
    let both = [configured(link(&tree)), configured(ftdi)];
    let (mut discovery, _tasks) = discovery(&tree, &both);
    check(
        &discovery.next(|| false).await,
        &[("ch340-1-2", socket(&tree, "1-2"))],
    );
}

#[tokio::test]
async fn twins_keep_their_sockets() {
    let twins = [
        Device::ch340("ttyUSB0", "1-1.1"),
        Device::ch340("ttyUSB1", "1-1.2"),
    ];
    let tree = Tree::new(&twins);
    let (mut discovery, _tasks) = discovery(&tree, &[]);
    let wanted = [
        ("ch340-1-1.1", socket(&tree, "1-1.1")),
        ("ch340-1-1.2", socket(&tree, "1-1.2")),
    ];
    check(&discovery.next(|| false).await, &wanted);
}

#[tokio::test]
async fn without_udev_the_serial_number_leads_to_a_board() {
    let tree = Tree::new(&[Device::uno("ttyACM0", "1-1", "7563")]);
    std::fs::remove_dir_all(tree.path("dev/serial")).unwrap();
    std::fs::remove_dir_all(tree.path("run")).unwrap();
    let (mut discovery, _tasks) = discovery(&tree, &[]);
    let by_serial = PortMatch::Usb {
        vendor: 0x2341,
        product: 0x0043,
        serial: Some("7563".to_owned()),
    };
    check(&discovery.next(|| false).await, &[("uno-7563", by_serial)]);
}

#[tokio::test]
async fn nothing_is_found_while_a_board_is_flashed() {
    let tree = Tree::new(&[Device::uno("ttyACM0", "1-1", "7563")]);
    let (mut discovery, _tasks) = discovery(&tree, &[]);
    let (asked, is_flashed) = (Notify::new(), Cell::new(true));
    let mut next = Box::pin(discovery.next(|| {
        asked.notify_one();
        is_flashed.get()
    }));
    tokio::select! {
        found = &mut next => panic!("{found:?}"),
        () = asked.notified() => is_flashed.set(false),
    }
    // Whatever changes, it looks again.
    std::fs::write(tree.path("dev/ttyS9"), "").unwrap();
    check(&next.await, &[("uno-7563", link(&tree))]);
}
