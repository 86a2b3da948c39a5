//! No number is given out twice under one id, and who is behind the backlog goes on from
//! elsewhere without a seam.

use std::collections::BTreeMap;
use std::task::{Context, Waker};

use crate::boards::Link;
use crate::clock::Timestamp;
use crate::config::Backlog;
use crate::journal::batch::Batch;
use crate::journal::*;
use crate::name::BoardName;
use crate::wire::encode::{Partial, payloads};
use crate::wire::request::Subscribe;

/// Numbers from `first` on, of which so many are reserved.
fn journal(first: u64, reserved: Option<u64>, events: usize) -> Arc<Journal> {
    let numbering = Numbering {
        streams: vec!["old".into(), "s".into()],
        first,
        time: Timestamp(5_000_000),
        reserved: reserved.map(|count| Reserved {
            until: first + count - 1,
            next: "t".into(),
        }),
    };
    let bytes = 1 << 24;
    Arc::new(Journal::new(numbering, Backlog { events, bytes }))
}

fn say(journal: &Journal, board: &str, times: usize) {
    let name = BoardName::new(board).unwrap();
    let slot = journal.register(&name, Link::Http, BTreeMap::new());
    let mut batch = Batch::default();
    batch.text(&name, "x", Partial::No);
    for _ in 0..times {
        journal.append(slot, Timestamp(1_000_000), &batch);
    }
}

fn subscribe(journal: &Arc<Journal>, query: &str, stored: Option<u64>) -> (Cursor, Opening) {
    let wanted = Subscribe::from_query(query).unwrap().check().unwrap();
    journal.subscribe(&wanted, stored)
}

/// Numbers, `stream t from 5`, `gap 3-9`, and what ends it.
fn read(cursor: &mut Cursor) -> String {
    let mut told = Vec::new();
    loop {
        match cursor.read(Timestamp::default()) {
            Next::Frames(frames) => told.extend(frames.iter().flat_map(|frame| seqs(frame))),
            Next::Gap(gap, _) => told.push(format!("gap {}-{}", gap.from, gap.to)),
            Next::Stream { stream, head } => told.push(format!("stream {stream} from {head}")),
            Next::Nothing(_) => return told.join(" "),
            Next::Closed => return told.join(" ") + " closed",
        }
    }
}

fn seqs(frame: &[u8]) -> Vec<String> {
    let seq = |json| {
        let event: serde_json::Value = serde_json::from_slice(json).unwrap();
        event["seq"].to_string()
    };
    payloads(frame).map(seq).collect()
}

#[test]
fn numbers_go_on_where_they_were_and_times_do_not_go_back() {
    let journal = journal(8, None, 100);
    assert_eq!((journal.head(), &*journal.stream()), (7, "s"));
    say(&journal, "b", 2);
    let passage = journal.after(7, 10);
    let seen: Vec<_> = passage
        .records
        .iter()
        .map(|it| (it.seq, it.time.0))
        .collect();
    assert_eq!(seen, [(8, 5_000_000), (9, 5_000_000)]);
}

/// As long as readers wait.
fn wait(journal: &Journal) {
    for _ in 0..3 {
        journal.tick();
    }
}

#[test]
fn what_is_not_reserved_in_time_has_another_id_and_everybody_is_told() {
    let journal = journal(1, Some(3), 100);
    let (mut cursor, opening) = subscribe(&journal, "", None);
    assert_eq!(&*opening.stream, "s");
    say(&journal, "b", 5);
    assert_eq!(read(&mut cursor), "1 2 3");
    journal.tick();
    assert_eq!(read(&mut cursor), "");
    wait(&journal);
    assert_eq!(read(&mut cursor), "stream t from 5 4 5");
    assert_eq!(read(&mut cursor), "");
    // All of its names are good for resuming.
    for stream in ["old", "s", "t"] {
        let (mut cursor, opening) = subscribe(&journal, &format!("stream={stream}&since=3"), None);
        assert!(opening.resumed && &*opening.stream == "t", "{stream}");
        assert_eq!(read(&mut cursor), "4 5");
    }
    assert!(!subscribe(&journal, "stream=x&since=3", None).1.resumed);
}

#[test]
fn what_is_not_reserved_yet_is_not_seen() {
    let journal = journal(1, Some(3), 100);
    let (mut cursor, _) = subscribe(&journal, "", None);
    say(&journal, "b", 5);
    let changed = |cursor: &Cursor| {
        let mut context = Context::from_waker(Waker::noop());
        std::pin::pin!(cursor.changed())
            .poll(&mut context)
            .is_ready()
    };
    assert_eq!(read(&mut cursor), "1 2 3");
    assert!(!changed(&cursor));
    let shown = |seq| {
        let mut context = Context::from_waker(Waker::noop());
        std::pin::pin!(journal.shown(seq))
            .poll(&mut context)
            .is_ready()
    };
    assert!(shown(3) && !shown(4));
    let next = "u".to_owned();
    journal.reserve("s", Reserved { until: 9, next });
    assert!(changed(&cursor) && shown(5));
    assert_eq!(read(&mut cursor), "4 5");
    assert_eq!(&*journal.stream(), "s");
}

#[test]
fn who_begins_is_shown_everything() {
    let journal = journal(1, Some(3), 100);
    let (mut cursor, _) = subscribe(&journal, "", None);
    say(&journal, "b", 5);
    let (mut other, opening) = subscribe(&journal, "history=9", None);
    assert_eq!(
        (&*opening.stream, opening.head, opening.missing),
        ("t", 5, 4)
    );
    assert_eq!(read(&mut other), "1 2 3 4 5");
    assert_eq!(read(&mut cursor), "stream t from 5 1 2 3 4 5");
}

#[test]
fn who_is_lapped_is_told_no_more_than_may_be_seen() {
    let journal = journal(1, Some(20), 16);
    let (mut cursor, _) = subscribe(&journal, "", None);
    say(&journal, "b", 24);
    assert_eq!(read(&mut cursor), "gap 1-20");
    wait(&journal);
    assert_eq!(read(&mut cursor), "stream t from 24 21 22 23 24");
    // What left the backlog before it could be seen.
    let next = "u".to_owned();
    journal.reserve("t", Reserved { until: 24, next });
    say(&journal, "b", 20);
    assert_eq!(read(&mut cursor), "gap 25-28");
    journal.close();
    let rest: Vec<_> = (29..=44).map(|seq| seq.to_string()).collect();
    assert_eq!(
        read(&mut cursor),
        format!("stream u from 44 {} closed", rest.join(" "))
    );
}

#[test]
fn a_reservation_holds_for_the_id_that_it_was_made_for() {
    let journal = journal(1, Some(1), 100);
    let reserve = |stream: &str, until, next: &str| {
        let next = next.to_owned();
        journal.reserve(stream, Reserved { until, next });
    };
    reserve("s", 2, "u");
    say(&journal, "b", 3);
    wait(&journal);
    assert_eq!(&*journal.stream(), "u");
    reserve("s", 100, "v");
    reserve("u", 4, "w");
    say(&journal, "b", 1);
    wait(&journal);
    assert_eq!(&*journal.stream(), "u");
    say(&journal, "b", 1);
    wait(&journal);
    assert_eq!(&*journal.stream(), "w");
}

#[test]
fn a_batch_is_under_one_id() {
    let journal = journal(1, Some(1), 100);
    let name = BoardName::new("b").unwrap();
    let slot = journal.register(&name, Link::Http, BTreeMap::new());
    let (mut cursor, _) = subscribe(&journal, "", None);
    let mut batch = Batch::default();
    batch.text(&name, "x", Partial::No);
    batch.text(&name, "y", Partial::No);
    journal.append(slot, Timestamp::default(), &batch);
    assert_eq!(read(&mut cursor), "");
    wait(&journal);
    assert_eq!(read(&mut cursor), "stream t from 2 1 2");
}

#[test]
fn what_an_earlier_run_numbered_is_had_only_elsewhere() {
    let journal = journal(8, None, 100);
    say(&journal, "b", 2);
    let opening = |since: u64, stored| {
        let (mut cursor, opening) = subscribe(&journal, &format!("since={since}"), stored);
        let gap = opening
            .gap
            .map(|gap| (gap.from, gap.to, gap.missed, gap.atmost));
        (opening.resumed, cursor.is_held(), gap)
    };
    assert_eq!(opening(7, None), (true, true, None));
    assert_eq!(opening(3, None), (false, true, Some((4, 9, 6, true))));
    assert_eq!(opening(3, Some(7)), (true, false, None));
    assert_eq!(opening(3, Some(8)), (true, false, None));
    assert_eq!(opening(8, Some(7)), (true, true, None));
}

#[test]
fn a_cursor_goes_on_from_elsewhere_to_the_backlog() {
    let journal = journal(1, None, 16);
    say(&journal, "b", 20);
    let (mut cursor, opening) = subscribe(&journal, "since=1", Some(18));
    assert!(opening.resumed && !cursor.is_held());
    let passage = journal.after(4, 2);
    assert_eq!(
        seqs(&cursor.stored(passage.records, 6).concat()),
        ["5", "6"]
    );
    assert!(cursor.is_held());
    assert_eq!(read(&mut cursor), "7 8 9 10 11 12 13 14 15 16 17 18 19 20");
    say(&journal, "b", 17);
    assert_eq!(read(&mut cursor), "gap 21-37");
    // What is stored nowhere is a gap, also at the beginning.
    assert!(!subscribe(&journal, "since=1", Some(15)).1.resumed);
}

#[test]
fn what_is_not_in_the_backlog_of_the_past_is_counted() {
    let journal = journal(8, None, 100);
    say(&journal, "b", 2);
    say(&journal, "c", 2);
    let opening = |query| {
        let (cursor, opening) = subscribe(&journal, query, None);
        (cursor.position(), opening.missing)
    };
    assert_eq!(opening("history=5"), (7, 1));
    assert_eq!(opening("history=3"), (8, 0));
    assert_eq!(opening("history=3&boards=c"), (9, 1));
    assert_eq!(opening("history=3&boards=d"), (11, 3));
    assert_eq!(opening("history=9&since=9"), (9, 0));
}

#[test]
fn who_stores_is_told_what_it_lost_and_of_whom() {
    let journal = journal(1, None, 16);
    say(&journal, "a", 2);
    say(&journal, "b", 16);
    let passage = journal.after(0, 3);
    let lost = passage.lost.unwrap();
    assert_eq!((lost.from, lost.to, lost.others), (1, 2, false));
    assert_eq!(lost.boards[0].as_str(), "a");
    assert_eq!(
        (lost.boards.len(), passage.records.len(), passage.head),
        (1, 3, 18)
    );
    assert_eq!(passage.records[0].body(), r#"{"text":"x"}"#);
    assert!(journal.after(2, 3).lost.is_none());
}

#[test]
fn a_replay_from_elsewhere_is_thinned_as_it_would_have_been_live() {
    let journal = journal(1, None, 16);
    let name = BoardName::new("b").unwrap();
    let slot = journal.register(&name, Link::Http, BTreeMap::new());
    let mut parser = crate::reading::parse::Parser::new(&crate::config::Format::Auto, false);
    for n in 0..40 {
        let mut batch = Batch::default();
        batch.reading(&name, &parser.parse(&format!("n:{n}"), false).readings[0]);
        journal.append(slot, Timestamp(6_000_000 + n * 100_000), &batch);
        if n == 14 {
            // 15 events at 10 Hz, one a second goes out: the first, and the newest of each
            // second at its end.
            let (mut cursor, _) = subscribe(&journal, "since=0&max_rate=1", None);
            let live = match cursor.read(Timestamp::default()) {
                Next::Frames(frames) => seqs(&frames.concat()),
                other => panic!("{other:?}"),
            };
            let (mut cursor, _) = subscribe(&journal, "since=0&max_rate=1", None);
            let stored = cursor.stored(journal.after(0, 15).records, 15);
            assert_eq!(seqs(&stored.concat()), live);
            assert_eq!(live, ["1", "10"]);
        }
    }
}
