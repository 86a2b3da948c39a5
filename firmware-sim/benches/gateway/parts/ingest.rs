//! How many lines a second one board can bring, and what a line costs.

use std::time::Duration;

use crate::gateway::Gateway;
use crate::load::{Door, Load, Measured, Pace, Serial, stream};
use crate::process::Process;
use crate::table::{Table, ms, percent, rate};
use crate::{Outcome, limit};

const WARM_UP: Duration = Duration::from_millis(500);

const SPAN: Duration = Duration::from_secs(3);

/// The fastest rate that boards commonly have.
const BAUD: u32 = 921_600;

/// About as long as the gateway's own messages.
const LENGTH: usize = 180;

const COLUMNS: [&str; 8] = [
    "board",
    "in flight, at most",
    "lines/s",
    "CPU µs a line",
    "% of a core",
    "p50 ms",
    "p99 ms",
    "missing",
];

/// So many lines may be in flight. The load generator joins 256 in a write at most, so of
/// 4096 only one or two hundred are (rate times p50). With 4096 in one write the rate was
/// 0.3 to 0.6 of that on a busy machine, at the same processor time a line.
const WINDOWS: [u32; 2] = [64, 4096];

/// Measures a WebSocket beside the limit, then a serial port.
pub fn run() -> Outcome {
    let title = "ingest: one board, one subscriber \
                 (goals: 300,000 lines/s by WebSocket; under 2 % of a core by serial port)";
    let mut table = Table::new(title, &COLUMNS);
    for window in WINDOWS {
        let gateway = Gateway::start("")?;
        let door = Door::Gateway(gateway.process.address());
        let found = flood(&gateway.process, door, window)?;
        row(&mut table, "websocket", &window.to_string(), &found);
        let limit = limit::start(1)?;
        let door = Door::Limit(limit.address(), LENGTH);
        let found = flood(&limit, door, window)?;
        row(&mut table, "(limit)", &window.to_string(), &found);
    }
    row(&mut table, "serial, 921,600 baud", "-", &serial()?);
    table.publish("ingest")
}

fn row(table: &mut Table, board: &str, window: &str, found: &Measured) {
    table.row([
        board.to_owned(),
        window.to_owned(),
        rate(found.per_second()),
        format!("{:.2}", found.cpu_micros()),
        percent(found.cpu, found.elapsed),
        ms(found.p50()),
        ms(found.p99()),
        found.missing.to_string(),
    ]);
}

fn flood(server: &Process, door: Door, window: u32) -> Outcome<Measured> {
    let mut load = Load::new(server, door, 1)?;
    load.run(Pace::InFlight(window), WARM_UP)?;
    load.run(Pace::InFlight(window), SPAN)
}

fn serial() -> Outcome<Measured> {
    let folder = tempfile::tempdir()?;
    let link = folder.path().join("ttyBENCH");
    let mut serial = Serial::plug_in(&link)?;
    let port = link.display();
    let gateway = Gateway::start(&format!(
        "[[serial]]\nboard = \"bench\"\nport = \"{port}\"\nbaud = {BAUD}\n"
    ))?;
    serial.opened();
    let door = Door::Gateway(gateway.process.address());
    stream::run(&gateway.process, door, serial, BAUD, SPAN)
}
