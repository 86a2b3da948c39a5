//! What other programs do to a port: they keep it, share it, and let it go.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use super::{check_detail, device, done};
use crate::serial::Bench;
use crate::support::{Gateway, Holder, Usb, User, json};

#[tokio::test]
async fn a_program_that_still_has_the_port_keeps_it() {
    let mut bench = Bench::online("").await;
    let device = device(&bench);
    done(&bench.gateway, "release", "{\"for\":3}").await;
    let holder = Holder::of(&device);
    let holds = format!("is open in {holder}, and released for 3s");
    let told = bench
        .subscriber
        .wait_for(|event| event["detail"].as_str().is_some_and(|d| d.contains(&holds)))
        .await;
    assert_eq!(told["reason"], "released");
    let busy = bench
        .subscriber
        .wait_for(|event| event["reason"] == "busy")
        .await;
    check_detail(
        &busy,
        &device,
        &[&format!("is open in {holder}"), "Serial Monitor"],
    );
    assert!(!bench.gateway.has_open(&device));
    drop(holder);
    bench.subscriber.state("greenhouse", "online").await;
}

#[tokio::test]
async fn a_program_that_may_not_be_seen_keeps_the_port_too() {
    if !rustix::process::geteuid().is_root() {
        // Only root can become somebody else, who does not see what root has open.
        return;
    }
    let usb = Usb::plugged("greenhouse");
    let device = usb.port.device().unwrap();
    std::fs::set_permissions(device, Permissions::from_mode(0o666)).unwrap();
    let gateway = Gateway::start_as(User::Nobody, &usb.toml("")).await;
    let mut subscriber = gateway.subscriber("").await;
    subscriber.state("greenhouse", "online").await;
    done(&gateway, "release", "{\"for\":2}").await;
    let holder = Holder::of(device);
    let busy = subscriber.wait_for(|event| event["reason"] == "busy").await;
    check_detail(&busy, device, &["is open in another program"]);
    drop(holder);
    subscriber.state("greenhouse", "online").await;
}

#[tokio::test]
async fn a_program_that_was_there_first_keeps_the_port() {
    let mut usb = Usb::plugged("greenhouse");
    let holder = Holder::of(usb.port.device().unwrap());
    let gateway = Gateway::start(&usb.toml("")).await;
    let mut subscriber = gateway.subscriber("").await;
    let busy = subscriber.state("greenhouse", "offline").await;
    assert_eq!(busy["reason"], "busy", "{busy}");
    let board = done(&gateway, "release", "").await;
    assert_eq!(board["reason"], "released");
    let board = done(&gateway, "resume", "").await;
    assert_eq!(board["reason"], "busy");
    drop(holder);
    subscriber.state("greenhouse", "online").await;
    usb.print("\n").await;
}

#[tokio::test]
async fn a_program_that_shares_the_port_is_said_once() {
    let mut bench = Bench::online("").await;
    let device = device(&bench);
    let holder = Holder::of(&device);
    let shared = bench.subscriber.next_of("board").await;
    assert_eq!(shared["state"], "online");
    let words = [
        &*format!("is open in {holder}, too"),
        "boardcast release greenhouse",
    ];
    check_detail(&shared, &device, &words);
    drop(holder);
    let alone = bench.subscriber.next_of("board").await;
    assert_eq!(
        (&alone["state"], &alone["detail"]),
        (&json!("online"), &json!(device.to_str().unwrap()))
    );
    let said = bench.gateway.said();
    assert_eq!(
        said.matches("another program reads the same port").count(),
        1
    );
}

#[tokio::test]
async fn an_upload_works_between_release_and_resume() {
    let bench = Bench::online("").await;
    let device = device(&bench);
    done(&bench.gateway, "release", "").await;
    // Alone on the port, as avrdude has to be.
    let upload = std::process::Command::new("sh")
        .args(["-c", "exec 3<>\"$1\" && echo firmware >&3", "upload"])
        .arg(&device)
        .status();
    assert!(upload.unwrap().success());
    assert_eq!(done(&bench.gateway, "resume", "").await["state"], "online");
}
