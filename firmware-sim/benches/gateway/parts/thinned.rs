//! A thousand subscribers that want ten readings a second of boards that send a hundred.

use std::time::Duration;

use crate::Outcome;
use crate::gateway::Gateway;
use crate::load::cast::{Cast, Hears};
use crate::load::scene::Scene;
use crate::table::{Table, ms, percent, rate};

const BOARDS: usize = 10;

const SUBSCRIBERS: usize = 1000;

const WARM_UP: Duration = Duration::from_secs(1);

const SPAN: Duration = Duration::from_secs(5);

const COLUMNS: [&str; 12] = [
    "max_rate",
    "lines/s",
    "deliveries/s",
    "% of a core",
    "CPU µs each",
    "a board/s, least",
    "most",
    "interval p1 ms",
    "shortest two ms",
    "missing",
    "newest missing",
    "newest after ms",
];

/// Measures with `max_rate`, then as many deliveries without.
pub fn run() -> Outcome {
    let title = "thinned: 1000 subscribers with max_rate=10, 10 boards with 1000 lines/s together \
                 (goal: under 20 % of a core; two intervals are at least 100 ms), beside as many deliveries without it";
    let mut table = Table::new(title, &COLUMNS);
    row(&mut table, "10", "max_rate=10", 1000.0)?;
    row(&mut table, "none", "", 100.0)?;
    table.publish("thinned")
}

fn row(table: &mut Table, name: &str, query: &'static str, lines: f64) -> Outcome {
    let gateway = Gateway::start("")?;
    let cast = Cast {
        boards: BOARDS,
        subscribers: SUBSCRIBERS,
        hears: Hears::All,
        query,
    };
    let mut scene = Scene::new(&gateway.process, cast)?;
    scene.run(lines, WARM_UP)?;
    let found = scene.run(lines, SPAN)?;
    // What is left out on purpose is not missing.
    let missing = match query {
        "" => found.missing.to_string(),
        _ => "-".into(),
    };
    table.row([
        name.to_owned(),
        rate(lines),
        rate(found.per_second()),
        percent(found.busy, found.elapsed),
        format!("{:.2}", found.cpu_micros()),
        format!("{:.1}", found.rates.0),
        format!("{:.1}", found.rates.1),
        ms(found.intervals.quantile(0.01)),
        format!("{:.1}", found.shortest_two_ms),
        missing,
        found.without_newest.to_string(),
        ms(found.settled),
    ]);
    Ok(())
}
