//! Commands: every one has exactly one final result, told to its sender.

use crate::support::{Gateway, Subscriber, Usb, Value, json};

mod answers;

mod over_http;

/// A greenhouse that is online on a port, and somebody who commands it.
pub struct Bench {
    pub usb: Usb,
    pub gateway: Gateway,
    pub sender: Subscriber,
}

impl Bench {
    /// `keys` are further keys of its table.
    pub async fn online(keys: &str) -> Self {
        let mut usb = Usb::plugged("greenhouse");
        let gateway = Gateway::start(&usb.toml(keys)).await;
        let mut sender = gateway.subscriber("").await;
        sender.state("greenhouse", "online").await;
        usb.print("\n").await;
        Self {
            usb,
            gateway,
            sender,
        }
    }

    pub async fn send(&mut self, id: u64, data: &str, ttl: f64) {
        let command = json!({
            "type": "command", "id": id, "board": "greenhouse", "data": data, "ttl": ttl
        });
        self.sender.send(&command).await;
    }

    pub async fn result(&mut self) -> Value {
        self.sender.next_of("result").await
    }
}

/// Sends one command and compares its result, which is final.
async fn check(gateway: &Gateway, command: Value, status: &str, code: Option<&str>) {
    let mut sender = gateway.subscriber("?boards=none").await;
    sender.send(&command).await;
    let result = sender.next().await;
    assert_eq!(result["type"], "result", "{command}: {result}");
    assert_eq!(result["id"], command["id"], "{command}: {result}");
    assert_eq!(result["board"], command["board"], "{command}: {result}");
    assert_eq!(result["status"], status, "{command}: {result}");
    assert_eq!(
        result["error"]["code"].as_str(),
        code,
        "{command}: {result}"
    );
    assert_eq!(
        result["error"]["message"].is_string(),
        code.is_some(),
        "{command}: {result}"
    );
}

fn command(board: &str, data: impl Into<Value>) -> Value {
    json!({"type": "command", "id": "7", "board": board, "data": data.into()})
}

#[tokio::test]
async fn a_board_on_a_port_hears_the_text_and_a_line_end() {
    let mut bench = Bench::online("").await;
    check(
        &bench.gateway,
        command("greenhouse", "LED ON"),
        "written",
        None,
    )
    .await;
    assert_eq!(bench.usb.hear(b'\n').await, "LED ON\n");
}

#[tokio::test]
async fn the_line_end_is_the_boards_own() {
    let mut bench = Bench::online("send_end = \"\\r\"\n").await;
    check(&bench.gateway, command("greenhouse", "AT"), "written", None).await;
    assert_eq!(bench.usb.hear(b'\r').await, "AT\r");
}

#[tokio::test]
async fn what_is_no_string_goes_out_as_compact_json() {
    let mut bench = Bench::online("").await;
    let gateway = &bench.gateway;
    check(
        gateway,
        command("greenhouse", json!({"led": true, "n": [1, 2]})),
        "written",
        None,
    )
    .await;
    assert_eq!(bench.usb.hear(b'\n').await, "{\"led\":true,\"n\":[1,2]}\n");
    check(&bench.gateway, command("greenhouse", 5), "written", None).await;
    assert_eq!(bench.usb.hear(b'\n').await, "5\n");
}

#[tokio::test]
async fn a_websocket_board_hears_a_text_message() {
    let gateway = Gateway::start("").await;
    let mut board = gateway.ws("/board/porch", &[]).await;
    board.send("t:1").await;
    check(&gateway, command("porch", "LED ON"), "written", None).await;
    assert_eq!(board.text().await, "LED ON");
}

#[tokio::test]
async fn ids_come_back_as_they_were() {
    let bench = Bench::online("").await;
    for id in [json!("a b"), json!(7), json!(0), json!(-1), json!(u64::MAX)] {
        let command = json!({"type": "command", "id": id, "board": "greenhouse", "data": "x"});
        check(&bench.gateway, command, "written", None).await;
    }
}

#[tokio::test]
async fn what_cannot_be_done_says_why() {
    let usb = Usb::absent("greenhouse");
    let gateway = Gateway::start(&usb.toml("")).await;
    gateway.post("mailbox", "t:1").await;
    let mut porch = gateway.ws("/board/porch", &[]).await;
    porch.send("t:1").await;
    let failed = async |command, code| check(&gateway, command, "failed", Some(code)).await;
    failed(command("nobody", "x"), "unknown_board").await;
    failed(command("greenhouse", "x"), "board_offline").await;
    failed(command("mailbox", "x"), "read_only").await;
    failed(command("porch", "x".repeat(1001)), "too_long").await;
    failed(command("porch", "a\nb"), "invalid").await;
    failed(command("porch", "a\rb"), "invalid").await;
    check(
        &gateway,
        command("porch", "x".repeat(1000)),
        "written",
        None,
    )
    .await;
    assert_eq!(porch.text().await.len(), 1000);
}

#[tokio::test]
async fn results_are_for_the_sender_only() {
    let mut bench = Bench::online("").await;
    let mut other = bench.gateway.subscriber("").await;
    other.state("greenhouse", "online").await;
    bench.send(1, "LED ON", 5.0).await;
    assert_eq!(bench.result().await["status"], "written");
    bench.usb.print("t:1\n").await;
    let next = other.next().await;
    assert_eq!(next["type"], "reading", "{next}");
}

#[tokio::test]
async fn a_command_outlives_its_sender() {
    let mut bench = Bench::online("").await;
    let mut other = bench.gateway.subscriber("").await;
    other.send(&command("greenhouse", "LED ON")).await;
    drop(other);
    assert_eq!(bench.usb.hear(b'\n').await, "LED ON\n");
}

#[tokio::test]
async fn a_board_that_comes_back_is_not_told_old_commands() {
    let mut bench = Bench::online("").await;
    bench.usb.port.unplug();
    bench.sender.state("greenhouse", "offline").await;
    bench.send(1, "OLD", 60.0).await;
    assert_eq!(bench.result().await["error"]["code"], "board_offline");
    bench.usb.port.plug().unwrap();
    bench.sender.state("greenhouse", "online").await;
    bench.send(2, "NEW", 5.0).await;
    assert_eq!(bench.usb.hear(b'\n').await, "NEW\n");
}
