//! How late a line is, at a rate that many boards together have.

use std::time::Duration;

use crate::gateway::Gateway;
use crate::load::{Door, Load, Measured, Pace, Serial};
use crate::table::{Table, ms, percent, ratio};
use crate::{Outcome, limit};

const PACE: Pace = Pace::PerSecond(100.0);

const WARM_UP: Duration = Duration::from_secs(1);

const SPAN: Duration = Duration::from_secs(5);

/// About as long as the gateway's own.
const LENGTH: usize = 180;

const COLUMNS: [&str; 9] = [
    "board",
    "subscribers",
    "p50 ms",
    "p99 ms",
    "limit p50",
    "limit p99",
    "ratio p50",
    "% of a core",
    "missing",
];

/// Measures a serial port, then WebSockets.
pub fn run() -> Outcome {
    let mut table = Table::new(
        "latency: 100 lines a second for 5 s (goal: serial with 1 subscriber p50 under 0.15 ms)",
        &COLUMNS,
    );
    for subscribers in [1, 10] {
        row(&mut table, "serial", subscribers, &serial(subscribers)?)?;
    }
    for subscribers in [10, 100, 1000] {
        row(
            &mut table,
            "websocket",
            subscribers,
            &websocket(subscribers)?,
        )?;
    }
    table.publish("latency")
}

fn row(table: &mut Table, board: &str, subscribers: usize, ours: &Measured) -> Outcome {
    let best = best(subscribers)?;
    table.row([
        board.to_owned(),
        subscribers.to_string(),
        ms(ours.p50()),
        ms(ours.p99()),
        ms(best.p50()),
        ms(best.p99()),
        ratio(ours.p50().as_secs_f64(), best.p50().as_secs_f64()),
        percent(ours.cpu, ours.elapsed),
        ours.missing.to_string(),
    ]);
    Ok(())
}

fn serial(subscribers: usize) -> Outcome<Measured> {
    let folder = tempfile::tempdir()?;
    let link = folder.path().join("ttyBENCH");
    let mut serial = Serial::plug_in(&link)?;
    let port = link.display();
    let gateway = Gateway::start(&format!(
        "[[serial]]\nboard = \"bench\"\nport = \"{port}\"\n"
    ))?;
    serial.opened();
    let door = Door::Gateway(gateway.process.address());
    measured(Load::serial(&gateway.process, door, subscribers, serial)?)
}

fn websocket(subscribers: usize) -> Outcome<Measured> {
    let gateway = Gateway::start("")?;
    let door = Door::Gateway(gateway.process.address());
    measured(Load::new(&gateway.process, door, subscribers)?)
}

fn best(subscribers: usize) -> Outcome<Measured> {
    let limit = limit::start(subscribers)?;
    let door = Door::Limit(limit.address(), LENGTH);
    measured(Load::new(&limit, door, subscribers)?)
}

fn measured(mut load: Load<'_>) -> Outcome<Measured> {
    load.run(PACE, WARM_UP)?;
    load.run(PACE, SPAN)
}
