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
    let door = Door::Gateway(process.address());
    // What a gateway sets up for its first subscriber is nobody's share.
    Load::new(process, door, 1)?.run(GREETING.0, GREETING.1)?;
    let idle = process.rss_kb()?;
    let mut load = Load::new(process, door, SUBSCRIBERS)?;
    load.run(GREETING.0, GREETING.1)?;
    let connected = process.rss_kb()?;
    load.run(TRAFFIC.0, TRAFFIC.1)?;
    let busy = process.rss_kb()?;
    let mut table = Table::new(
        "memory: RSS of the gateway",
        &["state", "MB", "kB a subscriber"],
    );
    let share = |rss: u64| {
        let more = rss.saturating_sub(idle) as f64;
        format!("{:.1}", more / SUBSCRIBERS as f64)
    };
    let mb = |kb: u64| format!("{:.1}", kb as f64 / 1024.0);
    table.row(["idle".into(), mb(idle), "-".into()]);
    table.row(["1000 subscribers".into(), mb(connected), share(connected)]);
    table.row(["after 300 lines".into(), mb(busy), share(busy)]);
    table.publish("memory")
}
