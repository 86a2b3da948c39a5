//! How many events a second go into the file:
//! `cargo test --release --lib history::writer::tests::speed -- --ignored --nocapture`

use std::time::Instant;

use super::testing::World;
use crate::boards::Link;
use crate::config::Format;
use crate::journal::batch::Batch;
use crate::name::BoardName;
use crate::reading::parse::Parser;

const BOARDS: usize = 20;

/// One commit of so many readings of three channels, of twenty boards in turn.
fn one_commit(events: usize) -> f64 {
    let world = World::new();
    let mut run = world.run();
    let mut parser = Parser::new(&Format::Auto, false);
    let parsed = parser
        .parse(
            r#"{"temperature":23.5,"humidity":48.25,"light":512}"#,
            false,
        )
        .readings
        .remove(0);
    for index in 0..events {
        let name = BoardName::new(&format!("board{}", index % BOARDS)).unwrap();
        let slot = run.journal.register(&name, Link::Http, Default::default());
        let mut batch = Batch::default();
        batch.reading(&name, &parsed);
        let at = super::text(index as i64 / 1000);
        run.journal.append(slot, at, &batch);
    }
    let start = Instant::now();
    run.writer.commit_now(&run.journal);
    let took = start.elapsed().as_secs_f64();
    assert_eq!(world.count("event"), events as i64);
    took
}

#[test]
#[ignore = "a measurement"]
fn how_long_a_commit_takes() {
    for events in [1, 100, 1000, 10_000, 50_000] {
        let mut times: Vec<_> = (0..5).map(|_| one_commit(events)).collect();
        times.sort_by(f64::total_cmp);
        let (took, best) = (times[2], times[0]);
        println!(
            "{events} events: {:.1} ms, {:.0} events/s (best {:.1} ms)",
            took * 1e3,
            events as f64 / took,
            best * 1e3,
        );
    }
}
