//! `boardcast record`: what a board sends is in the file, whatever happens to the plug.

use std::path::Path;

use firmware_sim::log::{Reader, What};

use crate::support::{Gateway, Program, Usb, until};

/// What happened, pieces of bytes joined.
fn recorded(file: &Path) -> Vec<What> {
    let mut all: Vec<What> = Vec::new();
    for entry in Reader::open(file).unwrap() {
        match (all.last_mut(), entry.unwrap().what) {
            (Some(What::Bytes(before)), What::Bytes(more)) => before.extend(more),
            (_, what) => all.push(what),
        }
    }
    all
}

fn bytes(bytes: &[u8]) -> What {
    What::Bytes(bytes.to_vec())
}

/// Waits until the file ends so; it is written once a second.
async fn until_written(file: &Path, end: &[What]) {
    until("the bytes in the file", || recorded(file).ends_with(end)).await;
}

fn link(usb: &Usb) -> String {
    usb.port.link().display().to_string()
}

#[tokio::test]
async fn what_a_board_sends_is_in_the_file_also_after_an_unplug() {
    let mut usb = Usb::absent("greenhouse");
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder, &["record", &link(&usb), "x.log", "--baud", "9600"]);
    program
        .until_said("is not there (is the board plugged in?); waiting for it", 1)
        .await;
    usb.port.plug().unwrap();
    program.until_said("recording tty-greenhouse", 1).await;
    let first = b"p:23.5\r\n\x00\xff\xb0 \xc2\xb0C\r\ntemp:2";
    usb.print(first).await;
    let file = program.file("x.log");
    until_written(&file, &[What::Open, bytes(first)]).await;
    usb.port.unplug();
    program.until_said("is gone after", 1).await;
    usb.port.plug().unwrap();
    program.until_said("recording tty-greenhouse", 2).await;
    usb.print("temp:24\r\n").await;
    let all = [
        What::Open,
        bytes(first),
        What::Close,
        What::Open,
        bytes(b"temp:24\r\n"),
    ];
    until_written(&file, &all).await;
    assert_eq!(program.interrupt().await, Some(0), "{}", program.said());
    assert_eq!(recorded(&file), all);
    let said = program.said();
    assert!(
        said.ends_with("to see it: boardcast replay x.log\n"),
        "{said}"
    );
    assert!(said.contains("recorded 32 bytes in"), "{said}");
    let head = std::fs::read_to_string(&file).unwrap();
    assert!(
        head.starts_with("# boardcast log 1: tty-greenhouse on "),
        "{head}"
    );
    assert!(
        head.lines().next().unwrap().contains(" 9600 baud, 20"),
        "{head}"
    );
}

#[tokio::test]
async fn a_port_that_the_gateway_has_is_told_with_the_cure() {
    let mut usb = Usb::plugged("greenhouse");
    let mut gateway = Gateway::start(&usb.toml("")).await;
    gateway
        .subscriber("")
        .await
        .state("greenhouse", "online")
        .await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("config.toml"), usb.toml("")).unwrap();
    let mut program = Program::start(folder, &["record", "greenhouse", "x.log"]);
    program
        .until_said(
            "`boardcast release greenhouse` makes the gateway let go of it",
            1,
        )
        .await;
    // As soon as it may have it, it takes it.
    gateway.signal(rustix::process::Signal::TERM);
    gateway.wait_exit(crate::support::PATIENCE).await;
    program.until_said("recording greenhouse", 1).await;
    usb.print("temp:24\r\n").await;
    until_written(&program.file("x.log"), &[bytes(b"temp:24\r\n")]).await;
    assert_eq!(program.interrupt().await, Some(0));
}

async fn check_refused(arguments: &[&str], code: i32, wanted: &str) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("there.log"), "precious").unwrap();
    std::fs::write(folder.path().join("plain"), "").unwrap();
    let refused = Gateway::refused_with(&folder, arguments).await;
    assert!(
        refused.said.contains(wanted),
        "{arguments:?}: {}",
        refused.said
    );
    assert_eq!(refused.code, Some(code), "{arguments:?}");
    let kept = std::fs::read_to_string(folder.path().join("there.log")).unwrap();
    assert_eq!(kept, "precious");
    assert!(!folder.path().join("x.log").exists(), "{arguments:?}");
}

#[tokio::test]
async fn what_cannot_be_recorded_is_an_error_that_says_why() {
    check_refused(
        &["record", "/dev/null", "there.log"],
        1,
        "boardcast: there.log is there already, and is left as it is (name another file)",
    )
    .await;
    check_refused(
        &["record", "./plain", "x.log"],
        1,
        "plain is not a serial port",
    )
    .await;
    check_refused(
        &["record", "attic", "x.log"],
        1,
        "no board on a serial port is called attic",
    )
    .await;
    check_refused(
        &["record", "./nowhere", "x.log", "--for", "50ms"],
        1,
        "boardcast: ./nowhere never came, nothing is recorded",
    )
    .await;
    check_refused(
        &["record", "./nowhere", "/nowhere/x.log"],
        1,
        "cannot write /nowhere/x.log",
    )
    .await;
    check_refused(&["record", "./nowhere", "--for", "soon"], 2, "soon").await;
}
