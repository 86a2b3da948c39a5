//! The same figures as pictures, each for light and for dark pages.

use crate::peers::Peer;
use crate::{Outcome, document};

use super::Standing;
use super::contest::Figures;
use super::plot::{Curve, Panel, Theme};

/// Draws throughput and latency against the number of subscribers.
pub fn draw(results: &[(usize, Vec<Standing>)]) -> Outcome {
    std::fs::create_dir_all(document::picture(""))?;
    let panel = |title, unit, what: fn(&Figures) -> f64| Panel {
        title,
        unit,
        curves: curves(results, what),
    };
    let throughput = [panel(
        "Deliveries a second, 64 messages in flight",
        |value| match value {
            large if large >= 1e6 => format!("{} M", large / 1e6),
            small => format!("{} k", small / 1e3),
        },
        |figures| figures.per_second,
    )];
    let ms = |value: f64| format!("{value} ms");
    let latency = [
        panel("Latency at 100 lines/s, median", ms, |figures| figures.p50),
        panel("99 of 100 are quicker than", ms, |figures| figures.p99),
    ];
    for theme in [Theme::LIGHT, Theme::DARK] {
        let path = |name| document::picture(&format!("{name}-{}.svg", theme.name));
        theme.draw(&path("throughput"), &throughput)?;
        theme.draw(&path("latency"), &latency)?;
    }
    Ok(())
}

fn curves(results: &[(usize, Vec<Standing>)], what: fn(&Figures) -> f64) -> Vec<Curve> {
    let Some((_, first)) = results.first() else {
        return Vec::new();
    };
    let points = |peer: Peer| {
        let standings = results.iter().flat_map(|(subscribers, standings)| {
            standings
                .iter()
                .map(move |standing| (subscribers, standing))
        });
        let of_peer = standings.filter(move |(_, standing)| standing.peer == peer);
        of_peer.filter_map(|(subscribers, standing)| {
            let figures = standing.figures.as_ref().ok()?;
            Some((*subscribers as f64, what(figures)))
        })
    };
    let curve = |standing: &Standing| Curve {
        peer: standing.peer,
        points: points(standing.peer).collect(),
    };
    let curves = first.iter().map(curve);
    curves.filter(|curve| !curve.points.is_empty()).collect()
}
