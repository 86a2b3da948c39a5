//! What was found, as tables: one with 64 in flight, one at 100 lines a second.

use crate::peers::Peer;
use crate::table::{Table, rate, ratio};

use super::contest::{Figures, Standing};

const IN_FLIGHT: [&str; 6] = [
    "server",
    "deliveries/s",
    "of the limit",
    "times Bun's",
    "CPU µs each",
    "times the limit's",
];

const LINES: [&str; 9] = [
    "server",
    "p50 ms",
    "times the limit's",
    "times Bun's",
    "p99 ms",
    "times the limit's",
    "times Bun's",
    "% of a core",
    "late or missing",
];

/// Both tables for so many subscribers.
pub fn of(subscribers: usize, standings: &[Standing]) -> [Table; 2] {
    let find = |peer| {
        let standing = standings.iter().find(|standing| standing.peer == peer);
        standing.and_then(|standing| standing.figures.as_ref().ok().copied())
    };
    let (limit, bun) = (find(Peer::Limit), find(Peer::Bun));
    let mut tables = [
        Table::new(
            format!("{subscribers} subscribers, 64 messages in flight"),
            &IN_FLIGHT,
        ),
        Table::new(
            format!("{subscribers} subscribers, 100 lines a second"),
            &LINES,
        ),
    ];
    for Standing { peer, figures } in standings {
        let rows = match figures {
            Ok(figures) => [in_flight(figures, limit, bun), lines(figures, limit, bun)],
            Err(why) => [vec![why.clone()], vec![why.clone()]],
        };
        for (table, row) in tables.iter_mut().zip(rows) {
            table.row([peer.name().to_owned()].into_iter().chain(row));
        }
    }
    tables
}

fn in_flight(own: &Figures, limit: Option<Figures>, bun: Option<Figures>) -> Vec<String> {
    vec![
        rate(own.per_second),
        against(own, limit, |figures| figures.per_second),
        against(own, bun, |figures| figures.per_second),
        format!("{:.3}", own.cpu_micros),
        against(own, limit, |figures| figures.cpu_micros),
    ]
}

fn lines(own: &Figures, limit: Option<Figures>, bun: Option<Figures>) -> Vec<String> {
    vec![
        format!("{:.3}", own.p50),
        against(own, limit, |figures| figures.p50),
        against(own, bun, |figures| figures.p50),
        format!("{:.3}", own.p99),
        against(own, limit, |figures| figures.p99),
        against(own, bun, |figures| figures.p99),
        format!("{:.1}", own.busy),
        own.missing.to_string(),
    ]
}

fn against(own: &Figures, other: Option<Figures>, what: impl Fn(&Figures) -> f64) -> String {
    other.map_or("-".into(), |other| ratio(what(own), what(&other)))
}
