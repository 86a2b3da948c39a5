//! Boards that say their own names, and boards at another rate than they are read at.

use std::time::Duration;

use firmware_sim::uart::misread;

use super::Bench;
use crate::support::json;

#[tokio::test]
async fn a_wrong_baud_rate_is_said_until_it_is_right() {
    let mut bench = Bench::online("baud = 9600\n").await;
    let mut number = 0;
    let mut beat = tokio::time::interval(Duration::from_millis(100));
    for (sent, garbled) in [(115_200, true), (9600, false)] {
        loop {
            tokio::select! {
                event = bench.subscriber.next() => {
                    if event["type"] == "board" {
                        let detail = event["detail"].as_str().unwrap();
                        assert_eq!(event["state"], "online");
                        assert_eq!(detail == "garbled: is the baud rate right?", garbled, "{detail}");
                        break;
                    }
                }
                _ = beat.tick() => {
                    number += 1;
                    let line = format!("temp:{}.5,hum:{number}\r\n", number % 40).repeat(8);
                    let read = bench.usb.port.baud().unwrap();
                    bench.usb.print(misread(line.as_bytes(), sent, read)).await;
                }
            }
        }
    }
    let said = bench.gateway.said();
    assert_eq!(said.matches("is its baud rate right?").count(), 1, "{said}");
}

#[tokio::test]
async fn a_board_that_says_its_name_has_it_until_the_port_closes() {
    let mut bench = Bench::online("trust_hello = true\n").await;
    let mut everybody = bench.gateway.subscriber("").await;
    bench.usb.print("t:1\n{\"board\":\"lab\"}\nt:2\n").await;
    everybody.state("greenhouse", "removed").await;
    let online = everybody.state("lab", "online").await;
    assert_eq!(online["link"], "serial");
    assert_eq!(everybody.reading("lab").await, json!({"board": "lab"}));
    assert_eq!(everybody.reading("lab").await, json!({"t": 2}));
    bench.usb.port.unplug();
    let offline = everybody.state("lab", "offline").await;
    assert_eq!(offline["reason"], "unplugged");
    bench.usb.port.plug().unwrap();
    everybody.state("greenhouse", "online").await;
}
