//! Starting, stopping, reading the file again, and being killed.

use std::time::Duration;

use rustix::process::Signal;

use crate::support::{Frame, Gateway, Raw, Usb, User, json, soon};

mod starting;

mod systemd;

#[tokio::test]
async fn a_stop_is_told_to_everyone_within_5_s() {
    let usb = Usb::plugged("greenhouse");
    let mut gateway = Gateway::start(&usb.toml("")).await;
    let mut subscriber = gateway.subscriber("").await;
    subscriber.state("greenhouse", "online").await;
    let mut board = gateway.ws("/board/porch", &[]).await;
    gateway.signal(Signal::TERM);
    assert_eq!(subscriber.close_code().await, 1001);
    assert_eq!(board.close_code().await, 1001);
    let status = gateway.wait_exit(Duration::from_secs(5)).await;
    assert_eq!(status.code(), Some(0));
}

#[tokio::test]
async fn logs_that_cannot_be_written_stop_nothing() {
    let mut gateway = Gateway::start_as(User::Unheard, "").await;
    gateway.post("a", "t:1").await;
    gateway.signal(Signal::TERM);
    let status = gateway.wait_exit(Duration::from_secs(5)).await;
    assert_eq!(status.code(), Some(0));
}

#[tokio::test]
async fn an_esp_client_is_left_without_a_close() {
    let mut gateway = Gateway::start("").await;
    let mut board = Raw::connect(gateway.address()).await;
    let agent = [("User-Agent", "ESP32 Websocket Client")];
    board.send(board.upgrade("/board/porch", &agent)).await;
    board.head().await;
    board.send(Frame::text("t:1").bytes()).await;
    gateway.signal(Signal::TERM);
    assert_eq!(board.close_code().await, 1006);
    gateway.wait_exit(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn a_subscriber_that_takes_nothing_does_not_delay_the_stop() {
    let mut gateway = Gateway::start("[server]\nstop_after = \"1s\"\n").await;
    let mut stalled = gateway.raw().await;
    stalled.send(stalled.upgrade("/ws", &[])).await;
    stalled.head().await;
    let body = "x".repeat(4000) + "\n";
    for _ in 0..300 {
        gateway.post("a", &body.repeat(15)).await;
    }
    gateway.signal(Signal::TERM);
    gateway.wait_exit(Duration::from_secs(3)).await;
}

#[tokio::test]
async fn who_sends_half_a_request_does_not_delay_the_stop() {
    let mut gateway = Gateway::start("[server]\nstop_after = \"1m\"\n").await;
    let mut half = gateway.raw().await;
    half.send("GET / HTTP/1.1\r\nHo").await;
    gateway.http("GET", "/healthz", &[], "").await;
    gateway.signal(Signal::TERM);
    gateway.wait_exit(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn a_gateway_without_descriptors_goes_on_and_accepts_again() {
    let gateway = Gateway::start_as(User::Poor, "").await;
    let mut subscriber = gateway.subscriber("").await;
    let mut board = gateway.ws("/board/porch", &[]).await;
    subscriber.state("porch", "online").await;
    let mut many = Vec::new();
    for _ in 0..60 {
        many.push(gateway.raw().await);
    }
    gateway.until_said("accepting is paused").await;
    board.send("t:1").await;
    assert_eq!(subscriber.reading("porch").await, json!({"t": 1}));
    drop(many);
    gateway.until_said("accepting again").await;
    assert_eq!(gateway.said().matches("accepting is paused").count(), 1);
    let metrics = gateway.metrics().await.0;
    assert!(!metrics.contains("accept_pauses_total 0"), "{metrics}");
}

#[tokio::test]
async fn a_reload_keeps_unchanged_ports_open() {
    let mut kept = Usb::plugged("greenhouse");
    let added = Usb::plugged("workshop");
    let gateway = Gateway::start(&kept.toml("")).await;
    let mut subscriber = gateway.subscriber("").await;
    subscriber.state("greenhouse", "online").await;
    kept.print("\n").await;
    let openings = kept.port.openings();
    gateway.rewrite(&format!("{}{}", kept.toml(""), added.toml("")));
    gateway.signal(Signal::HUP);
    let next = subscriber.wait_for(|event| event["type"] == "board").await;
    assert_eq!(next["board"], "workshop", "{next}");
    if next["state"] != "online" {
        subscriber.state("workshop", "online").await;
    }
    kept.print("t:1\n").await;
    let reading = subscriber.next_of("reading").await;
    assert_eq!(
        (&reading["board"], &reading["values"]),
        (&json!("greenhouse"), &json!({"t": 1}))
    );
    assert_eq!(kept.port.openings(), openings);
}

#[tokio::test]
async fn a_reload_changes_how_lines_are_read() {
    let gateway = Gateway::start("").await;
    let mut subscriber = gateway.subscriber("").await;
    gateway.rewrite("[[board]]\nboard = \"mailbox\"\n[board.channels.t]\nscale = 10\n");
    gateway.signal(Signal::HUP);
    let reread = async {
        loop {
            gateway.post("mailbox", "t:1").await;
            if subscriber.reading("mailbox").await == json!({"t": 10.0}) {
                return;
            }
        }
    };
    soon("the scaled value", reread).await;
}

#[tokio::test]
async fn a_broken_file_changes_nothing_and_is_told() {
    let mut usb = Usb::plugged("greenhouse");
    let gateway = Gateway::start(&usb.toml("")).await;
    let mut subscriber = gateway.subscriber("").await;
    subscriber.state("greenhouse", "online").await;
    gateway.rewrite("[server]\nlisen = \"127.0.0.1:0\"\n");
    gateway.signal(Signal::HUP);
    gateway.until_said("did you mean").await;
    usb.print("\nt:1\n").await;
    assert_eq!(subscriber.reading("greenhouse").await, json!({"t": 1}));
}

#[tokio::test]
async fn after_a_kill_numbers_begin_in_another_stream() {
    let gateway = Gateway::start("").await;
    let seq = gateway.post("a", "t:1").await;
    let first = gateway.subscriber("").await.stream().to_string();
    let folder = gateway.kill().await;
    let gateway = Gateway::start_in(folder, User::Tester, "").await;
    let back = gateway
        .subscriber(&format!("?stream={first}&since={seq}"))
        .await;
    assert_ne!(back.stream(), first);
    assert_eq!(back.hello["resumed"], false);
}
