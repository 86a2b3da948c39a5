//! What a gateway that ends leaves behind on a port.

use std::fs::File;
use std::time::Duration;

use rustix::process::Signal;
use rustix::termios::{ControlModes, tcgetattr};

use super::device;
use crate::serial::Bench;
use crate::support::{Gateway, User};

/// Whether closing the port would lower DTR, and so reset the board at the next opening.
fn hangs_up(bench: &Bench) -> bool {
    let port = File::open(device(bench)).unwrap();
    let settings = tcgetattr(&port).unwrap();
    settings.control_modes.contains(ControlModes::HUPCL)
}

async fn check(reset: &str, wanted: bool) {
    let keys = format!("reset = \"{reset}\"\n");
    let mut bench = Bench::online(&keys).await;
    assert_eq!(hangs_up(&bench), wanted, "{reset}");
    bench.gateway.signal(Signal::TERM);
    bench.gateway.wait_exit(Duration::from_secs(10)).await;
    assert_eq!(hangs_up(&bench), wanted, "{reset}, stopped");
    bench.gateway = Gateway::start(&bench.usb.toml(&keys)).await;
    let mut subscriber = bench.gateway.subscriber("").await;
    subscriber.state("greenhouse", "online").await;
    assert_eq!(hangs_up(&bench), wanted, "{reset}, started again");
}

#[tokio::test]
async fn a_restart_does_not_reset_the_board() {
    check("once", false).await;
    check("never", false).await;
}

#[tokio::test]
async fn a_board_that_is_to_be_reset_always_is() {
    check("always", true).await;
}

#[tokio::test]
async fn a_killed_gateway_leaves_the_port_usable() {
    let bench = Bench::online("").await;
    let device = device(&bench);
    let Bench { usb, gateway, .. } = bench;
    let folder = gateway.kill().await;
    File::options()
        .read(true)
        .write(true)
        .open(&device)
        .unwrap();
    let gateway = Gateway::start_in(folder, User::Tester, &usb.toml("")).await;
    let mut subscriber = gateway.subscriber("").await;
    subscriber.state("greenhouse", "online").await;
}
