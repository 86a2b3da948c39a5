//! Subscribers that never read: what they cost the gateway, and the others.

use std::time::Duration;

use crate::Outcome;
use crate::gateway::Gateway;
use crate::load::{Door, Load, Pace};
use crate::table::{Table, ms, percent};

const READING: usize = 80;

const STALLED: usize = 20;

const PACE: Pace = Pace::PerSecond(2000.0);

/// Enough to fill the backlog, which is no subscriber's fault.
const WARM_UP: (Pace, Duration) = (Pace::InFlight(256), Duration::from_secs(3));

/// More than the sockets of those who do not read can hold, so that they stall at once.
const FLOOD: (Pace, Duration) = (Pace::InFlight(256), Duration::from_secs(2));

const COLUMNS: [&str; 7] = [
    "RSS before MB",
    "after MB",
    "growth MB",
    "missing",
    "p50 ms",
    "p99 ms",
    "% of a core",
];

/// Measures for so many seconds.
pub fn run(seconds: u64) -> Outcome {
    let gateway = Gateway::start("")?;
    let process = &gateway.process;
    let door = Door::Gateway(process.address());
    let mut load = Load::new(process, door, READING)?;
    load.run(WARM_UP.0, WARM_UP.1)?;
    let before = process.rss_kb()?;
    let stalled = (0..STALLED)
        .map(|_| door.subscriber())
        .collect::<Result<Vec<_>, _>>()?;
    let flood = load.run(FLOOD.0, FLOOD.1)?;
    let measured = load.run(PACE, Duration::from_secs(seconds))?;
    let after = process.rss_kb()?;
    drop(stalled);
    let mut table = Table::new(
        format!(
            "slow: {} subscribers, {STALLED} never read; a flood of {} messages, then 2000/s for {seconds} s",
            READING + STALLED,
            flood.sent,
        ),
        &COLUMNS,
    );
    table.row([
        format!("{:.1}", before as f64 / 1024.0),
        format!("{:.1}", after as f64 / 1024.0),
        format!("{:.1}", (after as f64 - before as f64) / 1024.0),
        (flood.missing + measured.missing).to_string(),
        ms(measured.p50()),
        ms(measured.p99()),
        percent(measured.cpu, measured.elapsed),
    ]);
    table.print();
    Ok(())
}
