//! The states of a board on a port, and what brings each about.

use std::fs::File;
use std::path::PathBuf;

use rustix::fs::FlockOperation;

use super::Bench;
use crate::support::{Gateway, Usb, User, json, until};

#[tokio::test]
async fn an_unplugged_board_comes_back_under_another_number() {
    let mut bench = Bench::online("").await;
    bench.usb.print("t:1\nt:2").await;
    assert_eq!(bench.events(1).await, [json!({"values": {"t": 1}})]);
    let first = bench.usb.port.device().unwrap().to_owned();
    bench.usb.port.unplug();
    let offline = bench.subscriber.next_of("board").await;
    assert_eq!(offline["state"], "offline");
    assert_eq!(offline["reason"], "unplugged");
    assert_eq!(offline["link"], "serial");
    assert_eq!(offline["last"]["values"], json!({"t": 1}));
    bench.usb.port.plug().unwrap();
    assert_ne!(bench.usb.port.device().unwrap(), first);
    bench.subscriber.state("greenhouse", "online").await;
    // Neither glued to the half line from before, nor taken for a whole line.
    bench.usb.print("2:9\nt:3\n").await;
    let expected = [
        json!({"text": "2:9", "partial": true}),
        json!({"values": {"t": 3}}),
    ];
    assert_eq!(bench.events(2).await, expected);
    assert_eq!(bench.gateway.dropped("greenhouse", "torn").await, 1);
}

#[tokio::test]
async fn an_unplugged_port_is_let_go() {
    let mut bench = Bench::online("").await;
    let device = bench.usb.port.device().unwrap().to_owned();
    assert!(bench.gateway.has_open(&device));
    bench.usb.port.unplug();
    bench.subscriber.state("greenhouse", "offline").await;
    // The kernel adds ` (deleted)` to the name of a device that is gone.
    let gone = PathBuf::from(format!("{} (deleted)", device.display()));
    let has_open = || bench.gateway.has_open(&device) || bench.gateway.has_open(&gone);
    until("the port to be let go", || !has_open()).await;
}

#[tokio::test]
async fn a_board_that_is_absent_at_the_start_comes_online() {
    let mut usb = Usb::absent("greenhouse");
    let gateway = Gateway::start(&usb.toml("")).await;
    let mut subscriber = gateway.subscriber("").await;
    let offline = subscriber.state("greenhouse", "offline").await;
    assert_eq!(offline["reason"], "absent");
    usb.port.plug().unwrap();
    subscriber.state("greenhouse", "online").await;
}

#[tokio::test]
async fn who_may_not_open_a_port_is_told_so() {
    if !rustix::process::geteuid().is_root() {
        // Only root can become somebody else, and only somebody else is refused.
        return;
    }
    let usb = Usb::plugged("greenhouse");
    let gateway = Gateway::start_as(User::Nobody, &usb.toml("")).await;
    let mut subscriber = gateway.subscriber("").await;
    let offline = subscriber.state("greenhouse", "offline").await;
    assert_eq!(offline["reason"], "denied");
}

#[tokio::test]
async fn a_port_that_another_program_holds_is_busy_until_it_lets_go() {
    let usb = Usb::plugged("greenhouse");
    let holder = File::options()
        .read(true)
        .write(true)
        .open(usb.port.link())
        .unwrap();
    rustix::fs::flock(&holder, FlockOperation::NonBlockingLockExclusive).unwrap();
    let gateway = Gateway::start(&usb.toml("")).await;
    let mut subscriber = gateway.subscriber("").await;
    let offline = subscriber.state("greenhouse", "offline").await;
    assert_eq!(offline["reason"], "busy");
    drop(holder);
    subscriber.state("greenhouse", "online").await;
}

#[tokio::test]
async fn a_silent_board_is_stale_until_it_speaks() {
    let mut bench = Bench::online("stale_after = \"300ms\"\n").await;
    bench.usb.print("t:1\n").await;
    let stale = bench.subscriber.state("greenhouse", "stale").await;
    assert_eq!(stale["last"]["values"], json!({"t": 1}));
    bench.usb.print("t:2\n").await;
    let online = bench.subscriber.next().await;
    assert_eq!(
        (&online["type"], &online["state"]),
        (&json!("board"), &json!("online"))
    );
    assert_eq!(bench.events(1).await, [json!({"values": {"t": 2}})]);
}

#[tokio::test]
async fn a_board_that_never_speaks_becomes_stale_too() {
    let usb = Usb::plugged("greenhouse");
    let gateway = Gateway::start(&usb.toml("stale_after = \"300ms\"\n")).await;
    let mut subscriber = gateway.subscriber("").await;
    subscriber.state("greenhouse", "stale").await;
}

#[tokio::test]
async fn a_port_settles_before_its_board_is_online() {
    let usb = Usb::absent("greenhouse");
    let gateway = Gateway::start(&usb.toml("settle = \"400ms\"\n")).await;
    let mut subscriber = gateway.subscriber("").await;
    subscriber.state("greenhouse", "offline").await;
    let mut usb = usb;
    usb.port.plug().unwrap();
    let connecting = subscriber.next_of("board").await;
    assert_eq!(connecting["state"], "connecting");
    let online = subscriber.next_of("board").await;
    assert_eq!(online["state"], "online");
    let between = online["time"].as_f64().unwrap() - connecting["time"].as_f64().unwrap();
    assert!(between >= 390.0, "{between} ms");
}

#[tokio::test]
async fn a_board_is_online_when_it_says_that_it_is_ready() {
    let mut usb = Usb::plugged("greenhouse");
    let gateway = Gateway::start(&usb.toml("ready = \"^ready\"\n")).await;
    let mut subscriber = gateway.subscriber("").await;
    subscriber.state("greenhouse", "connecting").await;
    usb.port.opened().await;
    usb.print("\nbooting\nready!\n").await;
    let online = subscriber.next_of("board").await;
    assert_eq!(online["state"], "online");
}

#[tokio::test]
async fn a_reset_board_is_the_same_board() {
    let mut bench = Bench::online("").await;
    bench.usb.print("v,w\n1,2\n").await;
    bench.usb.print("v,w\n3,4\n").await;
    let expected = [
        json!({"text": "v,w"}),
        json!({"values": {"v": 1, "w": 2}}),
        json!({"text": "v,w"}),
        json!({"values": {"v": 3, "w": 4}}),
    ];
    assert_eq!(bench.events(4).await, expected);
}
