//! Files that are another's: locked, or not to be written, or no file of ours at all.

use std::fs;

use super::Outcome;
use super::testing::{World, resumes};

/// Makes a place that cannot be used.
type Prepare = fn(&mut World);

#[test]
fn a_file_locked_at_the_start_is_joined_later() {
    let world = World::new();
    let mut run = world.run();
    run.say("a", 5);
    run.stop();
    let other = world.other();
    other.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE progress SET only = 1; COMMIT").unwrap();
    let mut run = world.run();
    assert_eq!(run.state(), "locked");
    assert!(run.first > 1_700_000_000_000 && !resumes(&run, run.first));
    run.say("a", 5);
    assert_eq!(run.commit(), Outcome::Failed);
    drop(other);
    assert_eq!(run.commit(), Outcome::Caught);
    assert_eq!(run.state(), "ok");
    run.commit();
    assert_eq!(world.events()[5..], run.told());
    assert_eq!(world.streams(), ["id0", &*run.journal.stream()]);
    assert!(resumes(&run, 0));
    let head = run.journal.head();
    run.stop();
    assert_eq!(world.run().first, head + 1);
}

#[test]
fn a_file_that_can_only_be_read_is_read_and_another_id_begins() {
    let world = World::new();
    let mut run = world.run();
    run.change("a", crate::wire::State::Online);
    run.stop();
    let other = world.other();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut run = world.run();
    assert_eq!((run.state(), run.first), ("locked", 2));
    assert_eq!((run.streams.len(), run.boards.len()), (1, 1));
    run.say("a", 1);
    let second = run.journal.stream().to_string();
    assert_ne!(run.streams[0], second);
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(run.commit(), Outcome::Caught);
    run.commit();
    assert_eq!(world.streams(), [run.streams[0].clone(), second]);
    assert_eq!(world.count("gap"), 0);
    assert_eq!(world.count("event"), 2);
}

#[test]
fn places_that_cannot_be_used_are_said_with_a_cure() {
    let cases: [(&str, Prepare, &str); 3] = [
        (
            "a directory",
            |world| fs::create_dir(world.path()).unwrap(),
            "is a directory",
        ),
        (
            "under a file",
            |world| {
                fs::write(world.path(), "").unwrap();
                world.config.path = world.path().join("history.db");
            },
            "is not a directory (choose another",
        ),
        (
            "another program's",
            |world| {
                world
                    .other()
                    .execute_batch("CREATE TABLE mine (x)")
                    .unwrap()
            },
            "another program's database",
        ),
    ];
    for (what, prepare, wanted) in cases {
        let mut world = World::new();
        prepare(&mut world);
        let mut run = world.run();
        run.say("a", 5);
        assert_eq!(run.commit(), Outcome::Failed, "{what}");
        let status = run.writer.shared.status();
        assert_eq!(status.state, "error", "{what}");
        assert!(status.detail.contains(wanted), "{what}: {}", status.detail);
    }
    let mut world = World::new();
    world.config.path = world.directory.path().join("not/yet/there.db");
    assert_eq!(world.run().state(), "ok", "a directory is made");
}

#[test]
fn two_gateways_do_not_write_one_file() {
    let world = World::new();
    let mut first = world.run();
    first.say("a", 5);
    first.commit();
    let mut second = world.run();
    first.say("a", 5);
    assert_eq!(first.commit(), Outcome::Failed);
    assert_eq!(first.state(), "error");
    assert!(second.first > first.journal.head());
    second.say("a", 5);
    assert_eq!(second.commit(), Outcome::Caught);
}
