//! Ten thousand subscribers of one gateway: what each of them holds, and what is left of
//! that when they have gone.

use std::time::{Duration, Instant};

use rustix::process::{Resource, getrlimit};

use crate::Outcome;
use crate::gateway::Gateway;
use crate::load::{Door, Load, Pace};
use crate::table::{Table, ms};

const SUBSCRIBERS: usize = 10_000;

/// Open files that this program and the gateway need besides.
const SPARE: u64 = 100;

/// One line, and everybody has it.
const LINE: (Pace, Duration) = (Pace::PerSecond(1.0), Duration::from_millis(1));

/// A gateway that still has subscribers by then has forgotten them.
const PATIENCE: Duration = Duration::from_secs(30);

/// Measures who comes, who hears a line, and who goes; twice, since memory that is free may
/// be used again.
pub fn run() -> Outcome {
    let held = subscribers();
    let gateway = Gateway::start("")?;
    let process = &gateway.process;
    let door = Door::Gateway(process.address());
    // What a gateway sets up for its first subscriber is nobody's share.
    Load::new(process, door, 1)?.run(LINE.0, LINE.1)?;
    gone(&gateway)?;
    let idle = process.rss_kb()?;
    let mut table = Table::new(
        format!("crowd: {held} subscribers of one gateway (goals: all of 10000, under 6 kB each)"),
        &["state", "took ms", "missing", "MB", "kB a subscriber"],
    );
    let mut row = |state: &str, began: Option<Instant>, missing: Option<u64>| -> Outcome {
        let took = began.map_or("-".into(), |began| ms(began.elapsed()));
        let rss = process.rss_kb()?;
        let more = rss as f64 - idle as f64;
        table.row([
            state.to_owned(),
            took,
            missing.map_or("-".into(), |missing| missing.to_string()),
            format!("{:.1}", rss as f64 / 1024.0),
            format!("{:.2}", more / held as f64),
        ]);
        Ok(())
    };
    row("idle", None, None)?;
    for _ in 0..2 {
        let began = Instant::now();
        let mut load = Load::new(process, door, held)?;
        row("all have come", Some(began), None)?;
        let began = Instant::now();
        let heard = load.run(LINE.0, LINE.1)?;
        row("all have a line", Some(began), Some(heard.missing))?;
        let began = Instant::now();
        drop(load);
        gone(&gateway)?;
        row("all have gone", Some(began), None)?;
    }
    table.publish("crowd")
}

/// As many as files may be open, if that is less than it should be.
fn subscribers() -> usize {
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    SUBSCRIBERS.min(files.saturating_sub(SPARE) as usize)
}

/// Waits until the gateway knows that everybody has gone.
fn gone(gateway: &Gateway) -> Outcome {
    let began = Instant::now();
    while gateway.metric("boardcast_subscribers ")? > 0 {
        if began.elapsed() > PATIENCE {
            return Err("the gateway does not notice that its subscribers have gone".into());
        }
    }
    Ok(())
}
