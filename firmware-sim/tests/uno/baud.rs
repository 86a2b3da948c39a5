//! A configured baud rate that is not the sketch's: rubbish, and the gateway says so.

use firmware_sim::uno::Sketch;

use crate::support::uno::told;
use crate::support::{Gateway, UnoBoard, Value, soon};

const GARBLED: &str = "garbled: is the baud rate right?";

#[tokio::test]
async fn a_wrong_baud_rate_is_told_until_lines_make_sense() {
    let board = UnoBoard::start(Sketch::SERIAL_JSON).await;
    let gateway = Gateway::start(&board.toml("baud = 9600\n")).await;
    let mut subscriber = gateway.subscriber("").await;
    let is_garbled = |event: &Value| event["detail"] == GARBLED;
    let garbled = subscriber.wait_for(is_garbled).await;
    assert_eq!(garbled["type"], "board", "{garbled}");
    assert_eq!(garbled["state"], "online", "{garbled}");
    gateway.rewrite(&board.toml("baud = 115200\n"));
    gateway.signal(rustix::process::Signal::HUP);
    let makes_sense = |event: &Value| event["values"]["n"] == 10;
    subscriber.wait_for(makes_sense).await;
    let now = gateway.get_json("/api/boards/serial-json").await;
    assert_eq!(now["state"], "online", "{now}");
    let detail = now["detail"].as_str().unwrap();
    assert!(detail.starts_with("/dev/pts/"), "{now}");
}

#[tokio::test]
async fn a_wrong_baud_rate_is_never_a_reading() {
    let mut board = UnoBoard::start(Sketch::SERIAL_JSON).await;
    let gateway = Gateway::start(&board.toml("baud = 9600\n")).await;
    let mut subscriber = gateway.subscriber("").await;
    subscriber.state("serial-json", "online").await;
    let before = told(board.uno.stat().await).sent;
    let enough = async { while told(board.uno.stat().await).sent < before + 100 {} };
    soon("a hundred bytes of rubbish", enough).await;
    let state = gateway.get_json("/api/boards/serial-json").await;
    assert_eq!(state.get("last"), None, "{state}");
}
