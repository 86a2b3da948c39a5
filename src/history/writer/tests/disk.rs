//! Files that are broken, gone, full, locked or not to be written.

use std::fs;

use super::Outcome;
use super::testing::{Run, World};
use crate::history::aside::with_end;
use crate::name::Boards;

fn garble(world: &World) {
    let length = fs::metadata(world.path()).unwrap().len();
    fs::write(world.path(), vec![0x5a; length as usize]).unwrap();
}

/// Brings the log into the file, and forgets what is in memory.
fn settle(run: &Run) {
    let conn = &run.writer.db.as_ref().unwrap().conn;
    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA shrink_memory")
        .ok();
}

fn resumes(run: &Run, since: u64) -> bool {
    run.writer
        .shared
        .reach()
        .stored(&Boards::All, since)
        .is_some()
}

#[test]
fn a_broken_file_at_the_start_is_put_aside() {
    let world = World::new();
    fs::write(world.path(), [b'x'; 8192]).unwrap();
    let mut run = world.run();
    assert_eq!(run.state(), "ok");
    assert_eq!(world.files("history-broken-"), 1);
    assert!(run.first > 1_700_000_000_000, "above earlier numbers");
    run.say("a", 5);
    run.commit();
    assert_eq!(world.events(), run.told());
    assert_eq!(world.streams(), run.streams);
    assert!(!resumes(&run, 5) && resumes(&run, run.first - 1));
}

#[test]
fn a_file_that_breaks_is_put_aside_and_numbers_go_on() {
    let world = World::new();
    let mut run = world.run();
    run.say("a", 5);
    run.stop();
    let mut run = world.run();
    run.say("b", 5);
    run.commit();
    settle(&run);
    garble(&world);
    run.say("c", 5);
    assert_eq!(run.commit(), Outcome::Caught);
    assert_eq!((run.state(), world.files("history-broken-")), ("ok", 1));
    assert_eq!(
        world.events(),
        run.told(),
        "the backlog had all of this run"
    );
    assert_eq!(world.streams(), run.streams);
    assert_eq!(
        world.pairs("SELECT gone, id FROM board WHERE id = 0"),
        [(5, 0)]
    );
    assert!(!resumes(&run, 4) && resumes(&run, 5));
    run.say("c", 1);
    settle(&run);
    garble(&world);
    assert_eq!(
        run.commit(),
        Outcome::Failed,
        "twice in a minute is too often"
    );
    assert_eq!(
        (run.state(), world.files("history-broken-")),
        ("corrupt", 1)
    );
    run.writer.put_aside = None;
    assert_eq!(run.commit(), Outcome::Caught);
    assert_eq!(world.events(), run.told());
    let (streams, head) = (run.streams.clone(), run.journal.head());
    run.stop();
    let run = world.run();
    assert_eq!((&run.streams, run.first), (&streams, head + 1));
}

#[test]
fn a_file_that_is_removed_replaced_or_cut_is_begun_anew() {
    let cases: [(&str, fn(&World), usize); 4] = [
        ("removed", |world| fs::remove_file(world.path()).unwrap(), 0),
        (
            "removed with its log",
            |world| {
                fs::remove_file(world.path()).unwrap();
                fs::remove_file(with_end(&world.path(), "-wal")).unwrap();
                fs::remove_file(with_end(&world.path(), "-shm")).unwrap();
            },
            0,
        ),
        (
            "replaced",
            |world| {
                let copy = world.directory.path().join("copy");
                fs::copy(world.path(), &copy).unwrap();
                fs::rename(copy, world.path()).unwrap();
            },
            1,
        ),
        (
            "cut",
            |world| {
                let file = fs::File::options().write(true).open(world.path()).unwrap();
                file.set_len(0).unwrap();
            },
            1,
        ),
    ];
    for (what, change, aside) in cases {
        let world = World::new();
        let mut run = world.run();
        run.say("a", 5);
        run.commit();
        let generation = run.writer.shared.generation();
        change(&world);
        run.writer.look();
        assert!(run.writer.shared.generation() > generation, "{what}");
        run.say("a", 1);
        assert_eq!(run.commit(), Outcome::Caught, "{what}");
        assert_eq!(world.files("history-broken-"), aside, "{what}");
        assert_eq!(world.events(), run.told(), "{what}");
        assert_eq!(world.streams(), run.streams, "{what}");
        let whole: String = world
            .reader()
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(whole, "ok", "{what}");
    }
}

#[test]
fn a_full_disk_is_a_state_and_all_is_stored_afterwards() {
    let world = World::new();
    let mut run = world.run();
    run.say("a", 5);
    run.commit();
    let limit = |run: &Run, pages: i64| {
        let conn = &run.writer.db.as_ref().unwrap().conn;
        conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))
            .unwrap();
    };
    limit(&run, 1);
    run.say("a", 3000);
    assert_eq!(run.commit(), Outcome::Failed);
    let status = run.writer.shared.status();
    assert_eq!(status.state, "full");
    assert!(status.detail.contains("free some"), "{}", status.detail);
    limit(&run, 1_000_000);
    assert_eq!(run.commit(), Outcome::Caught);
    assert_eq!(run.state(), "ok");
    assert_eq!(world.events(), run.told());
}

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
    let cases: [(&str, fn(&mut World), &str); 3] = [
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
            "create this directory",
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
