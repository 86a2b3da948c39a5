//! Boards that nobody configured: plugged in, found, and read at the rate of their sketch.

use std::time::{Duration, Instant};

use firmware_sim::pty::Port;
use firmware_sim::uart::misread;

use crate::support::{Machine, Subscriber, Value, json};

/// A board that prints a line each tenth of a second at its own rate, whatever the port's
/// is, until what is waited for has come.
async fn printing<T>(port: &mut Port, baud: u32, what: impl Future<Output = T>) -> T {
    let mut beat = tokio::time::interval(Duration::from_millis(100));
    let mut number = 0;
    let mut what = std::pin::pin!(what);
    loop {
        tokio::select! {
            done = &mut what => return done,
            _ = beat.tick() => {}
        }
        number += 1;
        let line = format!("temp:{}.5,n:{number}\r\n", number % 40);
        let line = misread(line.as_bytes(), baud, port.baud().unwrap());
        port.write(&line).await.unwrap();
    }
}

/// The next event of the board after what may be torn, which has to be a reading of two
/// channels.
async fn reading(subscriber: &mut Subscriber) {
    let is_line = |event: &Value| event["type"] != "board" && event.get("partial").is_none();
    let event = subscriber.wait_for(is_line).await;
    assert_eq!(event["board"], "uno-7563", "{event}");
    let is_number = |channel: &str| event["values"][channel].is_number();
    assert!(is_number("temp") && is_number("n"), "{event}");
}

#[tokio::test]
async fn a_board_that_is_plugged_in_is_read_without_a_word_of_configuration() {
    let (machine, gateway) = Machine::start().await;
    let mut subscriber = gateway.subscriber("").await;
    let start = Instant::now();
    let mut port = machine.plug_uno();
    let online = subscriber.state("uno-7563", "online").await;
    assert!(
        online["detail"].as_str().unwrap().starts_with("/dev/pts/"),
        "{online}"
    );
    port.opened().await;
    port.write(b"{\"temp\":23.5}\n").await.unwrap();
    assert_eq!(subscriber.reading("uno-7563").await, json!({"temp": 23.5}));
    println!("plugged in to published: {:?}", start.elapsed());
}

#[tokio::test]
async fn a_board_at_9600_baud_is_found_and_its_garbage_is_never_seen() {
    let (machine, gateway) = Machine::start().await;
    let mut subscriber = gateway.subscriber("").await;
    let start = Instant::now();
    let mut port = machine.plug_uno();
    subscriber.state("uno-7563", "online").await;
    printing(&mut port, 9600, reading(&mut subscriber)).await;
    println!(
        "plugged in to published at 9600 baud: {:?}",
        start.elapsed()
    );
    assert!(gateway.dropped("uno-7563", "garbled").await > 0);
    let board = gateway.get_json("/api/boards/uno-7563").await;
    let detail = board["detail"].as_str().unwrap().to_owned();
    assert!(detail.ends_with(" at 9600 baud"), "{board}");
    gateway.until_said("baud rate found").await;
    // After a replug it is the first rate.
    port.unplug();
    subscriber.state("uno-7563", "offline").await;
    port.plug().unwrap();
    let online = subscriber.state("uno-7563", "online").await;
    assert!(
        online["detail"]
            .as_str()
            .unwrap()
            .ends_with(" at 9600 baud"),
        "{online}"
    );
    let before = gateway.dropped("uno-7563", "garbled").await;
    printing(&mut port, 9600, reading(&mut subscriber)).await;
    assert_eq!(gateway.dropped("uno-7563", "garbled").await, before);
}
