//! Each sketch's output is read as its form says.

use firmware_sim::uno::Sketch;

use super::Bench;
use crate::support::uno::workshop;
use crate::support::{Subscriber, Value, json};

/// Names of the channels of a sketch's first reading.
async fn check(sketch: Sketch, channels: &[&str]) {
    let mut bench = Bench::online(sketch, "").await;
    let reading = bench.reading().await;
    let names: Vec<_> = reading.as_object().unwrap().keys().collect();
    assert_eq!(names, channels, "{reading}");
}

async fn text(subscriber: &mut Subscriber, text: &str) -> Value {
    let holds = |event: &Value| {
        event["text"]
            .as_str()
            .is_some_and(|found| found.contains(text))
    };
    subscriber.wait_for(holds).await
}

#[test]
fn every_sketch_compiles() {
    for sketch in Sketch::ALL {
        if let Err(error) = workshop().firmware(&sketch) {
            panic!("{error}");
        }
    }
}

#[tokio::test]
async fn json_is_channels() {
    check(Sketch::SERIAL_JSON, &["n", "ms", "a0"]).await;
}

#[tokio::test]
async fn the_serial_plotters_labels_are_channels() {
    check(Sketch::SERIAL_PLOTTER, &["n", "light", "wave"]).await;
}

#[tokio::test]
async fn a_header_names_the_columns() {
    let mut bench = Bench::online(Sketch::SERIAL_CSV, "").await;
    text(&mut bench.subscriber, "n,ms,light").await;
    let first = bench.reading().await;
    assert_eq!(first["n"], 0, "{first}");
    assert_eq!(first["light"], 0, "{first}");
    bench.no_hole_in(5).await;
}

#[tokio::test]
async fn a_board_that_misbehaves_costs_only_what_it_spoils() {
    let mut bench = Bench::online(Sketch::GREENHOUSE, "").await;
    let tell = |command: &str| json!({"type": "command", "id": command, "board": "greenhouse", "data": command});
    bench.no_hole_in(3).await;
    bench.subscriber.send(&tell("nan")).await;
    let is_null = |event: &Value| event["values"].get("temperature") == Some(&Value::Null);
    bench.subscriber.wait_for(is_null).await;
    bench.subscriber.send(&tell("long")).await;
    text(&mut bench.subscriber, "ok long").await;
    bench.no_hole_in(3).await;
    assert_eq!(bench.gateway.dropped("greenhouse", "too_long").await, 1);
    bench.subscriber.send(&tell("stall")).await;
    bench.subscriber.send(&tell("flood")).await;
    text(&mut bench.subscriber, "ok stall").await;
    text(&mut bench.subscriber, "ok flood").await;
    bench.no_hole_in(505).await;
}
