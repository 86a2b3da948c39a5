//! Who is woken by what, and who is left to sleep.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;

/// Whether there is something to wake up for.
fn is_woken(cursor: &Cursor) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    pin!(cursor.changed()).poll(&mut context).is_ready()
}

fn after(micros: i64) -> Timestamp {
    TIME.plus(micros)
}

fn say(journal: &Journal, slot: Slot, at: i64, channel: &str) {
    reading(journal, slot, after(at), &[channel.to_owned()]);
}

/// Frames of all reads until there is nothing more, and when that changes by itself.
fn read_all(cursor: &mut Cursor, at: i64) -> (usize, Option<i64>) {
    let mut count = 0;
    loop {
        match cursor.read(after(at)) {
            Next::Frames(frames) => count += frames.len(),
            Next::Nothing(due) => return (count, due.map(|due| due.since(TIME))),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn only_who_wants_a_board_is_woken_by_it() {
    let journal = journal(16, 0);
    let (one, two) = (board(&journal, "one"), board(&journal, "two"));
    let (mut cursor, _) = subscribe(&journal, "boards=one");
    let mut context = Context::from_waker(Waker::noop());
    {
        let mut changed = std::pin::pin!(cursor.changed());
        assert_eq!(changed.as_mut().poll(&mut context), Poll::Pending);
        texts(&journal, two, 20, 1);
        assert_eq!(changed.as_mut().poll(&mut context), Poll::Pending);
        texts(&journal, one, 1, 1);
        assert_eq!(changed.as_mut().poll(&mut context), Poll::Ready(()));
    }
    assert_eq!(read(&mut cursor), "1 frames");
    // What came between the read and the waiting is not slept over.
    texts(&journal, one, 1, 1);
    let mut changed = std::pin::pin!(cursor.changed());
    assert_eq!(changed.as_mut().poll(&mut context), Poll::Ready(()));
}

#[test]
fn who_is_thinned_sleeps_while_his_windows_are_open() {
    let journal = journal(1000, 0);
    let slot = board(&journal, "b");
    let (mut cursor, _) = subscribe(&journal, "max_rate=10");
    say(&journal, slot, 0, "t");
    assert!(is_woken(&cursor));
    assert_eq!(read_all(&mut cursor, 0), (1, Some(100_000)));
    for at in 1..50 {
        say(&journal, slot, at * 1000, "t");
        assert!(!is_woken(&cursor));
    }
    assert_eq!(read_all(&mut cursor, 100_000), (1, Some(200_000)));
    assert_eq!(read_all(&mut cursor, 200_000), (0, None));
    // After a quiet period, or of another kind, or no reading: at once.
    say(&journal, slot, 200_000, "t");
    assert!(is_woken(&cursor));
    assert_eq!(read_all(&mut cursor, 200_000), (1, Some(300_000)));
    say(&journal, slot, 201_000, "u");
    assert!(is_woken(&cursor));
    assert_eq!(read_all(&mut cursor, 201_000), (1, Some(300_000)));
    texts(&journal, slot, 1, 1);
    assert!(is_woken(&cursor));
}

#[test]
fn who_may_be_late_waits_for_all_that_is_due_soon() {
    let journal = journal(1000, 0);
    let slot = board(&journal, "b");
    let (mut cursor, _) = subscribe(&journal, "max_rate=10");
    assert_eq!(cursor.due_within(10_000), None);
    for (at, channel) in [(0, "t"), (4000, "u"), (9000, "v"), (20_000, "w")] {
        say(&journal, slot, at, channel);
    }
    read_all(&mut cursor, 20_000);
    for (late, due) in [(0, 0), (3999, 0), (4000, 4000), (10_000, 9000)] {
        assert_eq!(cursor.due_within(late), Some(after(100_000 + due)));
    }
}

#[test]
fn what_one_who_just_began_has_to_see_is_no_secret() {
    let journal = journal(1000, 0);
    let slot = board(&journal, "b");
    let (mut first, _) = subscribe(&journal, "max_rate=10");
    say(&journal, slot, 0, "t");
    read_all(&mut first, 0);
    let (second, _) = subscribe(&journal, "max_rate=10");
    say(&journal, slot, 1000, "t");
    assert!(is_woken(&second));
}

#[test]
fn a_reading_that_is_older_than_the_clock_is_seen() {
    let journal = journal(1000, 0);
    let slot = board(&journal, "b");
    let (mut cursor, _) = subscribe(&journal, "max_rate=10");
    say(&journal, slot, 0, "t");
    assert_eq!(read_all(&mut cursor, 0), (1, Some(100_000)));
    assert_eq!(read_all(&mut cursor, 100_001), (0, None));
    say(&journal, slot, 99_999, "t");
    assert!(is_woken(&cursor));
    assert_eq!(read_all(&mut cursor, 100_001), (1, Some(200_000)));
}

#[test]
fn who_goes_on_elsewhere_has_no_windows() {
    let journal = journal(16, 0);
    let slot = board(&journal, "b");
    let (mut cursor, _) = subscribe(&journal, "max_rate=10");
    say(&journal, slot, 0, "t");
    assert_eq!(read_all(&mut cursor, 0).0, 1);
    texts(&journal, slot, 20, 1);
    assert_eq!(read(&mut cursor), "gap 2-21: 20");
    say(&journal, slot, 1000, "t");
    assert!(is_woken(&cursor));
    assert_eq!(read_all(&mut cursor, 1000).0, 1);
    cursor.go_to(cursor.position());
    say(&journal, slot, 2000, "t");
    assert!(is_woken(&cursor));
}

#[test]
fn of_sets_beyond_sixteen_each_reading_wakes() {
    let journal = journal(1000, 0);
    let slot = board(&journal, "b");
    let (mut cursor, _) = subscribe(&journal, "max_rate=1");
    for set in 0..17 {
        say(&journal, slot, 0, &format!("t{set}"));
        assert_eq!(read_all(&mut cursor, 0).0, 1);
    }
    for at in 1..9 {
        say(&journal, slot, at, "t0");
        say(&journal, slot, at, "t16");
        assert!(is_woken(&cursor));
        assert_eq!(read_all(&mut cursor, at).0, 1);
    }
}

#[test]
fn nobody_sleeps_until_the_backlog_has_passed_him_by() {
    let journal = journal(160, 0);
    let (slow, fast) = (board(&journal, "slow"), board(&journal, "fast"));
    let (mut cursor, _) = subscribe(&journal, "boards=slow&max_rate=0.01");
    say(&journal, slow, 0, "t");
    assert_eq!(read_all(&mut cursor, 0).0, 1);
    say(&journal, slow, 1000, "t");
    assert!(!is_woken(&cursor));
    texts(&journal, fast, 10, 1);
    assert!(is_woken(&cursor));
    assert_eq!(read_all(&mut cursor, 1000).0, 0);
    // What is held is a copy; that a flood goes on is nothing to wake up for.
    texts(&journal, fast, 500, 1);
    assert!(!is_woken(&cursor));
    assert_eq!(read_all(&mut cursor, 100_000_000).0, 1);
}

#[test]
fn a_quiet_board_beside_a_flood_loses_nothing() {
    let journal = journal(16, 0);
    let (quiet, flood) = (board(&journal, "quiet"), board(&journal, "flood"));
    let (mut cursor, _) = subscribe(&journal, "boards=quiet");
    for _ in 0..200 {
        texts(&journal, flood, 50, 1);
        texts(&journal, quiet, 1, 1);
        assert_eq!(read_all(&mut cursor, 0).0, 1);
    }
    texts(&journal, quiet, 3, 1);
    texts(&journal, flood, 14, 1);
    assert_eq!(read(&mut cursor), "gap 10201-10217: 3");
}

#[test]
fn part_of_a_batch_may_be_lost() {
    let journal = journal(4, 0);
    let (quiet, flood) = (board(&journal, "quiet"), board(&journal, "flood"));
    let (mut cursor, _) = subscribe(&journal, "boards=quiet");
    let mut batch = Batch::default();
    let name = BoardName::new("quiet").unwrap();
    (0..3).for_each(|_| batch.text(&name, "x", Partial::No));
    journal.append(quiet, TIME, &batch);
    texts(&journal, flood, 2, 1);
    assert_eq!(read(&mut cursor), "gap 1-5: 3");
}

#[test]
fn who_wants_raw_lines_is_woken_by_each() {
    let journal = journal(1000, 0);
    let slot = board(&journal, "b");
    let (mut cursor, _) = subscribe(&journal, "max_rate=10&lines=true");
    for at in 0..3 {
        say(&journal, slot, at * 1000, "t");
        assert!(is_woken(&cursor), "{at}");
        read_all(&mut cursor, at * 1000);
    }
}
