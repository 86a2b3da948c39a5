//! How many deliveries a second, beside the limit of this machine.

use std::time::Duration;

use crate::gateway::Gateway;
use crate::load::{Door, Load, Measured, Pace};
use crate::table::{Table, ms, rate, ratio};
use crate::{Outcome, limit};

const PACE: Pace = Pace::InFlight(64);

const WARM_UP: Duration = Duration::from_millis(500);

/// The gateway and the limit take turns, so that both meet the same disturbances.
const ROUNDS: usize = 3;

const ROUND: Duration = Duration::from_millis(1500);

const COLUMNS: [&str; 10] = [
    "subscribers",
    "deliveries/s",
    "limit",
    "ratio",
    "p50 ms",
    "p99 ms",
    "limit p50",
    "limit p99",
    "CPU µs each",
    "limit",
];

/// Measures 10, 100 and 1000 subscribers.
pub fn run() -> Outcome {
    let title = "fanout: one WebSocket board, 64 messages in flight; the median of 3 rounds";
    let mut table = Table::new(title, &COLUMNS);
    let mut missing = 0;
    for subscribers in [10, 100, 1000] {
        let (ours, best) = compare(subscribers)?;
        missing += ours.missing;
        table.row([
            subscribers.to_string(),
            rate(ours.per_second()),
            rate(best.per_second()),
            ratio(ours.per_second(), best.per_second()),
            ms(ours.p50()),
            ms(ours.p99()),
            ms(best.p50()),
            ms(best.p99()),
            format!("{:.3}", ours.cpu_micros()),
            format!("{:.3}", best.cpu_micros()),
        ]);
    }
    table.publish("fanout")?;
    println!("  missing: {missing}");
    Ok(())
}

/// The gateway and the limit, with messages of the same length.
fn compare(subscribers: usize) -> Outcome<(Measured, Measured)> {
    let gateway = Gateway::start("")?;
    let door = Door::Gateway(gateway.process.address());
    let mut ours = Load::new(&gateway.process, door, subscribers)?;
    let length = ours.run(PACE, WARM_UP)?.message_length();
    let limit = limit::start(subscribers)?;
    let mut best = Load::new(&limit, Door::Limit(limit.address(), length), subscribers)?;
    best.run(PACE, WARM_UP)?;
    let mut rounds = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        rounds.0.push(ours.run(PACE, ROUND)?);
        rounds.1.push(best.run(PACE, ROUND)?);
    }
    Ok((median(rounds.0), median(rounds.1)))
}

fn median(mut rounds: Vec<Measured>) -> Measured {
    rounds.sort_by(|one, other| one.per_second().total_cmp(&other.per_second()));
    rounds.swap_remove(ROUNDS / 2)
}
