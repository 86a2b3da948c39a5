//! What an earlier run left, and what a disk can do to a history, one commit at a time.

mod clock;

mod access;

mod disk;

mod mounted;

mod numbers;

mod random;

mod speed;

mod testing;

mod threads;

use self::testing::{World, text};
use super::{Need, Outcome};
use crate::wire::State as Online;

#[test]
fn everything_is_in_the_file() {
    let world = World::new();
    let mut run = world.run();
    run.say("greenhouse", 3);
    run.read("lab", r#"{"values":{"t":1.50,"u":"x"}}"#);
    run.journal.clock(text(9), 70_000_000);
    assert_eq!(run.commit(), Outcome::Caught);
    assert_eq!(world.events(), run.told());
    assert_eq!(run.writer.need(&run.journal), Need::Nothing);
    run.say("lab", 20_000);
    assert_eq!(run.commit(), Outcome::Caught);
    assert_eq!(world.events(), run.told());
}

#[test]
fn a_clean_restart_goes_on_without_a_jump() {
    let world = World::new();
    let mut run = world.run();
    run.say("a", 5);
    run.commit();
    run.say("a", 2);
    let (streams, head) = (run.streams.clone(), run.journal.head());
    run.stop();
    let run = world.run();
    assert_eq!((&run.streams, run.first), (&streams, head + 1));
    assert_eq!(world.count("gap"), 0);
    assert_eq!(world.count("event"), 7);
}

#[test]
fn a_crash_is_a_gap_and_no_number_comes_twice() {
    let world = World::new();
    let mut run = world.run();
    run.say("a", 5);
    run.commit();
    run.say("a", 2);
    let (streams, head) = (run.streams.clone(), run.journal.head());
    run.crash();
    let run = world.run();
    assert_eq!(run.streams, streams);
    assert!(
        run.first > head && run.first - head <= 1001,
        "{}",
        run.first
    );
    let gaps = world.pairs("SELECT first, last FROM gap");
    assert_eq!(gaps, [(6, run.first as i64 - 1)]);
    // Nothing was said in between, so it is the same gap.
    run.crash();
    let run = world.run();
    let gaps = world.pairs("SELECT first, last FROM gap");
    assert_eq!(gaps, [(6, run.first as i64 - 1)]);
}

#[test]
fn boards_are_known_after_a_restart_unless_removed() {
    let world = World::new();
    let mut run = world.run();
    for name in ["a", "b", "c"] {
        run.change(name, Online::Online);
    }
    run.commit();
    run.change("b", Online::Removed);
    run.stop();
    let run = world.run();
    let names: Vec<_> = run.boards.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["a", "c"]);
    assert!(
        run.boards[0].1.contains(r#""state":"online""#),
        "{:?}",
        run.boards
    );
}

#[test]
fn an_idle_gateway_writes_nothing() {
    let world = World::new();
    let mut run = world.run();
    run.say("a", 1);
    run.commit();
    let version = world.data_version();
    assert_eq!(run.writer.need(&run.journal), Need::Nothing);
    run.writer.look();
    assert_eq!(world.data_version(), version);
}
