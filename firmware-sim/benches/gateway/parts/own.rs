//! Subscribers that each hear one board of many: does what the gateway does grow with what
//! it delivers, or with boards times subscribers?

use std::time::Duration;

use crate::Outcome;
use crate::gateway::Gateway;
use crate::load::cast::{Cast, Hears};
use crate::load::scene::Scene;
use crate::table::{Table, ms, percent, rate};

/// Every board has spoken when it is over.
const WARM_UP: Duration = Duration::from_secs(2);

const SPAN: Duration = Duration::from_secs(5);

const COLUMNS: [&str; 8] = [
    "boards",
    "subscribers",
    "deliveries/s",
    "CPU µs each",
    "% of a core",
    "p50 ms",
    "p99 ms",
    "missing",
];

/// Measures 10, 100 and 1000 boards with a subscriber each, then 1000 with one to all.
pub fn run() -> Outcome {
    let title = "own: each subscriber hears its own board, which sends 1 line/s; in the last \
                 row one hears all (goal: CPU of a delivery does not grow with the rows)";
    let mut table = Table::new(title, &COLUMNS);
    for count in [10, 100, 1000] {
        row(&mut table, count, count, Hears::Own)?;
    }
    row(&mut table, 1000, 1, Hears::All)?;
    table.publish("own")
}

fn row(table: &mut Table, boards: usize, subscribers: usize, hears: Hears) -> Outcome {
    let gateway = Gateway::start("")?;
    let cast = Cast {
        boards,
        subscribers,
        hears,
        query: "",
    };
    let mut scene = Scene::new(&gateway.process, cast)?;
    // One line a second of each.
    let together = boards as f64;
    scene.run(together, WARM_UP)?;
    let found = scene.run(together, SPAN)?;
    table.row([
        boards.to_string(),
        subscribers.to_string(),
        rate(found.per_second()),
        format!("{:.1}", found.cpu_micros()),
        percent(found.busy, found.elapsed),
        ms(found.latencies.quantile(0.5)),
        ms(found.latencies.quantile(0.99)),
        found.missing.to_string(),
    ]);
    Ok(())
}
