//! Files that are broken, gone, cut off or full.

use std::fs;

use super::Outcome;
use super::testing::{Run, World, resumes};
use crate::history::aside::with_end;
use crate::history::trouble::Trouble;

/// What somebody does to a file.
type Change = fn(&World);

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
    let cases: [(&str, Change, usize); 4] = [
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
    let journal = run.journal.clone();
    assert_eq!(run.writer.commit_now(&journal), Outcome::More);
    assert_eq!(run.state(), "full", "a few fit into the last room, too");
    assert_eq!(run.commit(), Outcome::Caught);
    assert_eq!(run.state(), "ok");
    assert_eq!(world.events(), run.told());
}

#[test]
fn what_a_reader_finds_damaged_is_put_aside() {
    let world = World::new();
    let mut run = world.run();
    run.say("a", 5);
    run.commit();
    let why = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(11), None);
    run.writer.shared.damaged(Trouble::of(&why, &world.path()));
    run.say("a", 5);
    assert_eq!(run.commit(), Outcome::Caught);
    assert_eq!((run.state(), world.files("history-broken-")), ("ok", 1));
    assert_eq!(world.events(), run.told());
    // Told once.
    run.say("a", 5);
    run.commit();
    assert_eq!(world.files("history-broken-"), 1);
}
