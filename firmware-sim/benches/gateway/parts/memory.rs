//! What the gateway holds when nothing happens, and what each subscriber adds.

use std::time::Duration;

use crate::Outcome;
use crate::gateway::Gateway;
use crate::load::{Door, Load, Pace};
use crate::table::Table;

const SUBSCRIBERS: usize = 1000;

/// One message: when everybody has it, every connection is set up.
const GREETING: (Pace, Duration) = (Pace::PerSecond(1.0), Duration::from_millis(200));

const TRAFFIC: (Pace, Duration) = (Pace::PerSecond(100.0), Duration::from_secs(3));

/// Measures an idle gateway, then 1000 subscribers, idle and after some traffic.
pub fn run() -> Outcome {
    let gateway = Gateway::start("")?;
    let process = &gateway.process;
    let started = process.rss_kb()?;
    let door = Door::Gateway(process.address());
    // What a gateway sets up for its first subscriber is nobody's share.
    Load::new(process, door, 1)?.run(GREETING.0, GREETING.1)?;
    let idle = process.rss_kb()?;
    let mut load = Load::new(process, door, SUBSCRIBERS)?;
    let connected = process.rss_kb()?;
    load.run(GREETING.0, GREETING.1)?;
    let greeted = process.rss_kb()?;
    load.run(TRAFFIC.0, TRAFFIC.1)?;
    let busy = process.rss_kb()?;
    let mut table = Table::new(
        "memory: RSS of the gateway (goals: idle under 6 MB, under 6 kB a subscriber)",
        &["state", "MB", "kB a subscriber"],
    );
    let share = |rss: u64| {
        let more = rss.saturating_sub(idle) as f64;
        format!("{:.1}", more / SUBSCRIBERS as f64)
    };
    let mb = |kb: u64| format!("{:.1}", kb as f64 / 1024.0);
    table.row(["started".into(), mb(started), "-".into()]);
    table.row(["idle".into(), mb(idle), "-".into()]);
    for (state, rss) in [
        ("1000 subscribers have come", connected),
        ("each has a line", greeted),
        ("each has 300 more", busy),
    ] {
        table.row([state.into(), mb(rss), share(rss)]);
    }
    table.publish("memory")
}
