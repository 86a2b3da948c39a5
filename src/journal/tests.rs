//! What chance would meet too seldom.

mod waking;

use super::*;
use crate::reading::{Channel, Reading, Value};
use crate::wire::encode::Partial;
use crate::wire::request::Subscribe;

const TIME: Timestamp = Timestamp(1_763_829_599_619_214);

fn journal(events: usize, remembered: usize) -> Arc<Journal> {
    let backlog = Backlog {
        events,
        bytes: 1 << 24,
    };
    Arc::new(Journal::remembering(
        Numbering::forgetful("s".into()),
        backlog,
        remembered,
    ))
}

fn board(journal: &Journal, name: &str) -> Slot {
    let name = BoardName::new(name).unwrap();
    journal.register(&name, Link::Http, BTreeMap::new())
}

fn remove(journal: &Journal, slot: Slot) {
    let change = Change {
        state: State::Removed,
        reason: None,
        link: Link::Http,
        detail: String::new(),
    };
    journal.change(slot, TIME, change);
    journal.release(slot);
}

/// So many texts of a board, each a batch of its own.
fn texts(journal: &Journal, slot: Slot, count: usize, length: usize) {
    let name = BoardName::new("b").unwrap();
    let mut batch = Batch::default();
    batch.text(&name, &"x".repeat(length), Partial::No);
    for _ in 0..count {
        journal.append(slot, TIME, &batch);
    }
}

fn reading(journal: &Journal, slot: Slot, at: Timestamp, channels: &[String]) {
    let channels = channels.iter().map(|name| Channel {
        name: name.into(),
        value: Value::Int(1),
        unit: None,
    });
    let reading = Reading {
        channels: channels.collect(),
        ..Reading::default()
    };
    let mut batch = Batch::default();
    batch.reading(&BoardName::new("b").unwrap(), &reading);
    journal.append(slot, at, &batch);
}

fn subscribe(journal: &Arc<Journal>, query: &str) -> (Cursor, Opening) {
    let wanted = Subscribe::from_query(query).unwrap().check().unwrap();
    journal.subscribe(&wanted, None)
}

/// `frames`, `gap 1-9: 3`, `nothing` or `closed`.
fn read(cursor: &mut Cursor) -> String {
    match cursor.read(TIME) {
        Next::Frames(frames) => format!("{} frames", frames.len()),
        Next::Gap(gap, _) => format!("gap {}-{}: {}", gap.from, gap.to, gap.missed),
        Next::Nothing(_) => "nothing".to_owned(),
        Next::Stream { stream, head } => format!("{stream} from {head}"),
        Next::Closed => "closed".to_owned(),
    }
}

#[test]
fn a_place_used_again_keeps_the_counts_of_readers() {
    let journal = journal(16, 0);
    let (old, other) = (board(&journal, "old"), board(&journal, "other"));
    let (mut all, _) = subscribe(&journal, "");
    let (mut reader, _) = subscribe(&journal, "boards=old");
    texts(&journal, old, 10, 1);
    assert_eq!(read(&mut all), "10 frames");
    remove(&journal, old);
    texts(&journal, other, 20, 1);
    let (mut unhurt, _) = subscribe(&journal, "boards=none");
    assert_eq!(board(&journal, "new"), old);
    texts(&journal, old, 20, 1);
    assert_eq!(read(&mut all), "gap 11-51: 41");
    assert_eq!(read(&mut reader), "gap 1-51: 11");
    assert_eq!(read(&mut unhurt), "nothing");
}

#[test]
fn what_is_forgotten_of_a_board_is_a_gap_on_resume() {
    let journal = journal(16, 0);
    let (old, other) = (board(&journal, "old"), board(&journal, "other"));
    texts(&journal, old, 10, 1);
    remove(&journal, old);
    texts(&journal, other, 20, 1);
    let resume = |since| subscribe(&journal, &format!("boards=old&since={since}")).1;
    let exact = resume(0).gap.unwrap();
    assert_eq!((exact.missed, exact.atmost), (11, false));
    assert_eq!(resume(10).gap.unwrap().missed, 5);
    assert!(resume(11).resumed);
    board(&journal, "new");
    let guess = resume(0).gap.unwrap();
    assert!(guess.missed >= 11 && guess.atmost);
    assert!(resume(11).resumed);
}

#[test]
fn a_count_that_may_hold_older_events_is_at_most() {
    let journal = journal(16, 0);
    let (one, two) = (board(&journal, "one"), board(&journal, "two"));
    texts(&journal, one, 100, 1);
    texts(&journal, two, 50, 1);
    texts(&journal, one, 16, 1);
    // Of the 51 that have left since, only number 100 was wanted.
    let gap = subscribe(&journal, "boards=one&since=99").1.gap.unwrap();
    assert_eq!((gap.missed, gap.atmost), (67, true));
    let gap = subscribe(&journal, "since=99").1.gap.unwrap();
    assert_eq!((gap.missed, gap.atmost), (67, false));
}

#[test]
fn a_place_is_not_given_away_while_somebody_has_it() {
    let journal = journal(16, 0);
    let (one, other) = (board(&journal, "one"), board(&journal, "other"));
    assert_eq!(board(&journal, "one"), one);
    remove(&journal, one);
    texts(&journal, other, 20, 1);
    assert_ne!(board(&journal, "new"), one);
    journal.release(one);
    assert_eq!(board(&journal, "newer"), one);
}

#[test]
fn a_place_used_again_is_not_thinned_with_the_board_before() {
    let journal = journal(16, 0);
    let (old, other) = (board(&journal, "old"), board(&journal, "other"));
    let (mut cursor, _) = subscribe(&journal, "boards=old,new&max_rate=0.01");
    let channels = ["t".to_owned()];
    reading(&journal, old, TIME, &channels);
    remove(&journal, old);
    assert_eq!(read(&mut cursor), "2 frames");
    texts(&journal, other, 20, 1);
    assert_eq!(board(&journal, "new"), old);
    reading(&journal, old, TIME, &channels);
    assert_eq!(read(&mut cursor), "1 frames");
}

#[test]
fn a_held_reading_goes_out_at_the_end() {
    let journal = journal(100, 0);
    let slot = board(&journal, "b");
    let (mut cursor, _) = subscribe(&journal, "max_rate=0.01");
    let channels = ["t".to_owned()];
    reading(&journal, slot, TIME, &channels);
    reading(&journal, slot, TIME, &channels);
    assert_eq!(read(&mut cursor), "1 frames");
    assert_eq!(read(&mut cursor), "nothing");
    journal.close();
    assert_eq!(read(&mut cursor), "1 frames");
    assert_eq!(read(&mut cursor), "closed");
}

#[test]
fn raw_lines_are_wanted_as_long_as_somebody_does() {
    let journal = journal(100, 0);
    let (first, _) = subscribe(&journal, "lines=true");
    let (second, _) = subscribe(&journal, "lines=true");
    drop(first);
    assert!(journal.wants_lines());
    drop(second);
    assert!(!journal.wants_lines());
}

#[test]
fn one_read_does_not_hold_on_to_the_whole_backlog() {
    let journal = journal(10_000, 0);
    let (one, two) = (board(&journal, "one"), board(&journal, "two"));
    let (mut cursor, _) = subscribe(&journal, "boards=one");
    for _ in 0..50 {
        texts(&journal, one, 1, 10);
        texts(&journal, two, 10, 4000);
    }
    // A frame every 40 kB.
    assert_eq!(read(&mut cursor), "13 frames");
}

#[test]
fn a_board_that_names_channels_anew_keeps_the_newest() {
    let journal = journal(16, 0);
    let slot = board(&journal, "b");
    let change = Change {
        state: State::Online,
        reason: None,
        link: Link::Http,
        detail: String::new(),
    };
    journal.change(slot, TIME, change);
    for line in 0..100 {
        let channels = (0..100).map(|index| format!("c{line}.{index}"));
        reading(&journal, slot, TIME, &channels.collect::<Vec<_>>());
    }
    let values = &journal.views()[0].values;
    assert!((896..=1024).contains(&values.len()), "{}", values.len());
    assert_eq!(values.last().unwrap().0, "c99.99");
    assert!(values.iter().any(|(name, _)| name == "c92.0"));
}
