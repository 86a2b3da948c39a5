//! Real sketches on an emulated Uno: what comes out of a real serial port arrives.
//! `make test UNO=no` leaves these out.

use firmware_sim::uno::{Sketch, Workshop};

use crate::support::uno::{told, workshop};
use crate::support::{Gateway, Subscriber, UnoBoard, Value};

mod baud;

mod commands;

mod plug;

mod resets;

mod sketches;

mod wifi;

/// An Uno that is online, its sketch started by the opening of its port.
pub struct Bench {
    pub board: UnoBoard,
    pub gateway: Gateway,
    pub subscriber: Subscriber,
}

impl Bench {
    /// `keys` are further keys of its table.
    pub async fn online(sketch: Sketch, keys: &str) -> Self {
        let board = UnoBoard::start(sketch).await;
        let gateway = Gateway::start(&board.toml(keys)).await;
        let mut subscriber = gateway.subscriber("").await;
        subscriber.state(board.name(), "online").await;
        Self {
            board,
            gateway,
            subscriber,
        }
    }

    /// The next reading's values.
    pub async fn reading(&mut self) -> Value {
        self.subscriber.reading(self.board.name()).await
    }

    /// Takes so many readings, and fails the test where the counter `n` has a hole.
    pub async fn no_hole_in(&mut self, readings: u64) {
        let first = self.reading().await["n"].as_u64().unwrap();
        for number in first + 1..first + readings {
            assert_eq!(self.reading().await["n"], number);
        }
    }
}

#[tokio::test]
async fn fifty_readings_a_second_arrive_with_nothing_lost() {
    let mut bench = Bench::online(Sketch::SERIAL_JSON, "").await;
    bench.no_hole_in(200).await;
    assert_eq!(bench.gateway.dropped("serial-json", "torn").await, 0);
}

#[tokio::test]
async fn a_voltage_at_an_input_is_a_value_in_the_stream() {
    let mut bench = Bench::online(Sketch::SERIAL_JSON, "").await;
    // 10 bits of 5 V.
    for (millivolts, value) in [(2500, 511), (5000, 1023), (0, 0)] {
        told(bench.board.uno.analog(0, millivolts).await);
        let shows = |event: &Value| event["values"]["a0"] == value;
        bench.subscriber.wait_for(shows).await;
    }
}

#[tokio::test]
async fn boards_have_eight_inputs_of_five_volts() {
    let mut board = UnoBoard::start(Sketch::SERIAL_JSON).await;
    for (input, millivolts) in [(8, 0), (0, 5001)] {
        let error = board.uno.analog(input, millivolts).await.unwrap_err();
        assert!(error.to_string().contains("inputs are 0 to 7"), "{error}");
    }
}

#[test]
fn a_sketch_that_does_not_compile_shows_what_the_compiler_says() {
    let sketch = Sketch::new("broken", "void setup() {}\nvoid loop() { lamp = 1; }\n");
    let error = workshop().firmware(&sketch).unwrap_err().to_string();
    assert!(error.starts_with("broken does not compile:"), "{error}");
    assert!(error.contains("broken.ino:2:"), "{error}");
    assert!(error.contains("lamp"), "{error}");
}

#[test]
fn what_was_built_is_not_built_again() {
    let folder = tempfile::tempdir().unwrap();
    let workshop = told(Workshop::open(folder.path()));
    let times = || {
        let made = told(workshop.emulator());
        std::fs::metadata(made).unwrap().modified().unwrap()
    };
    assert_eq!(times(), times());
}
