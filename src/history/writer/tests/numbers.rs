//! Which numbers are given out under which id.

use super::testing::World;
use super::{Need, Outcome};
use crate::name::Boards;

#[test]
fn a_reservation_is_renewed_before_it_is_used_up() {
    let world = World::new();
    let mut run = world.run();
    for _ in 0..20 {
        run.say("a", 450);
        assert_eq!(run.commit(), Outcome::Caught);
    }
    assert_eq!(run.journal.stream().as_ref(), run.streams[0]);
    run.say("a", 501);
    assert_eq!(run.writer.need(&run.journal), Need::Now);
}

#[test]
fn after_a_burst_a_crash_skips_no_more_than_before_it() {
    let world = World::new();
    let mut run = world.run();
    run.say("a", 5000);
    run.commit();
    let head = run.journal.head();
    run.say("a", 1);
    run.commit();
    let told = (run.journal.head(), run.journal.stream().to_string());
    run.crash();
    let run = world.run();
    assert_eq!((run.first, told.0), (head + 1002, head + 1));
    assert_eq!(run.streams.last(), Some(&told.1));
}

#[test]
fn beyond_the_reservation_another_id_begins_and_is_stored_later() {
    let world = World::new();
    let mut run = world.run();
    run.say("a", 10);
    run.commit();
    let other = world.other();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    run.say("a", 1500);
    assert_eq!(run.commit(), Outcome::Failed);
    assert_eq!(run.state(), "locked");
    let second = run.journal.stream().to_string();
    assert_ne!(second, run.streams[0]);
    assert_eq!(run.writer.need(&run.journal), Need::Again);
    other.execute_batch("ROLLBACK").unwrap();
    // A few events first, to see whether it works again.
    assert_eq!(run.writer.commit_now(&run.journal), Outcome::More);
    assert_eq!(run.state(), "locked", "until all is stored");
    // Its numbers are reserved by now, but it is not stored before that is sure.
    assert_eq!(world.streams(), run.streams);
    assert_eq!(run.writer.need(&run.journal), Need::Soon);
    assert_eq!(run.commit(), Outcome::Caught);
    assert_eq!(run.state(), "ok");
    let streams = vec![run.streams[0].clone(), second];
    assert_eq!(world.streams(), streams);
    assert_eq!(world.events(), run.told());
    let head = run.journal.head();
    run.crash();
    let run = world.run();
    assert_eq!(run.streams, streams);
    assert!(run.first > head);
}

#[test]
fn an_id_that_ran_ahead_of_its_reservation_is_never_stored() {
    let world = World::new();
    let mut run = world.run();
    let other = world.other();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    run.say("a", 1500);
    let second = run.journal.stream().to_string();
    // As if all this was said while the disk wrote.
    let fresh = super::super::Fresh::new(world.fresh());
    run.writer.ids.promise(&run.journal, 1400, &fresh);
    run.say("a", 1);
    assert_ne!(run.journal.stream().as_ref(), second);
    other.execute_batch("ROLLBACK").unwrap();
    run.commit();
    run.commit();
    let streams = world.streams();
    assert_eq!(streams.len(), 2);
    assert!(!streams.contains(&second));
}

#[test]
fn what_left_the_backlog_is_gone_for_its_boards_only() {
    let mut world = World::new();
    world.backlog.events = 100;
    let mut run = world.run();
    run.say("a", 10);
    run.say("b", 10);
    run.commit();
    let other = world.other();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    run.say("a", 150);
    run.commit();
    other.execute_batch("ROLLBACK").unwrap();
    run.say("b", 1);
    assert_eq!(run.commit(), Outcome::Caught);
    let stored = |boards: &str, since| {
        let boards = Boards::from_list(boards).unwrap();
        run.writer.shared.reach().stored(&boards, since)
    };
    let head = run.journal.head();
    assert_eq!(head, 171);
    assert_eq!(stored("b", 0), Some(head));
    assert_eq!(stored("a", 20), None);
    assert_eq!(stored("a", 71), Some(head));
    assert_eq!(stored("*", 70), None);
    let counters = &run.writer.shared.counters;
    assert_eq!(counters.lost.load(std::sync::atomic::Ordering::Relaxed), 51);
    run.stop();
    let run = world.run();
    let lost = Boards::from_list("a").unwrap();
    let kept = Boards::from_list("b").unwrap();
    let reach = run.writer.shared.reach();
    assert_eq!(reach.stored(&lost, 70), None);
    assert_eq!(reach.stored(&kept, 0), Some(head));
}
