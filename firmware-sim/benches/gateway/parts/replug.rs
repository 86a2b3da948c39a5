//! A board that is unplugged and plugged in: is it back, how soon, and is every line
//! whole?

use std::time::Duration;

use tokio::runtime::Builder;

use crate::Outcome;
use crate::table::{Table, ms, percent};

mod bench;

mod line;

use bench::Bench;

/// How long the board is away while the gateway's work is measured.
const ABSENCE: Duration = Duration::from_secs(10);

/// Beginnings of lines that the gateway held when the plug was pulled.
const TORN: &str = r#"boardcast_drops_total{board="bench",reason="torn"}"#;

const COLUMNS: [&str; 8] = [
    "recovered",
    "median ms",
    "p99 ms",
    "longest ms",
    "half lines dropped",
    "lines over two opens",
    "lines lost after",
    "% of a core while absent",
];

/// Replugs so many times, then leaves the board unplugged.
pub fn run(replugs: u32) -> Outcome {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(measure(replugs))
}

async fn measure(replugs: u32) -> Outcome {
    let mut bench = Bench::online().await?;
    for _ in 0..replugs {
        bench.replug().await?;
    }
    let busy = bench.absence(ABSENCE).await?;
    let torn = bench.gateway.metric(TORN)?;
    let found = &mut bench.found;
    found.recovered.sort();
    let mut table = Table::new(
        format!("replug: {replugs} times in the middle of a line, out for up to 50 ms"),
        &COLUMNS,
    );
    table.row([
        format!("{} of {replugs}", found.recovered.len()),
        at(&found.recovered, 50),
        at(&found.recovered, 99),
        at(&found.recovered, 100),
        torn.to_string(),
        found.spanning.to_string(),
        found.lost.to_string(),
        percent(busy, ABSENCE),
    ]);
    table.print();
    Ok(())
}

/// The time that so many percent do not exceed, in milliseconds.
pub fn at(sorted: &[Duration], percent: usize) -> String {
    let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).map_or("-".into(), |time| ms(*time))
}
