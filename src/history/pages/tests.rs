//! What is on disk comes back as it was, in order, with what was lost in its place.

use super::*;
use crate::wire::encode::payloads;

/// Boards 1 and 2 are `a` and `b`; 0 is the gateway. Event n has time n.
fn database(events: impl IntoIterator<Item = (i64, u64)>, gaps: &[(u64, u64)]) -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection
        .execute_batch(include_str!("../schema.sql"))
        .unwrap();
    let sql = "INSERT INTO progress VALUES (1, 50000, 50000, 0, 0)";
    connection.execute(sql, []).unwrap();
    for (id, name) in [(0, ""), (1, "a"), (2, "b")] {
        let sql = "INSERT INTO board (id, name, gone) VALUES (?, ?, 0)";
        connection.execute(sql, params![id, name]).unwrap();
    }
    for (board, seq) in events {
        let (kind, body) = match board {
            0 => (3, r#"{"jump":61000}"#.to_owned()),
            _ => (0, format!(r#"{{"values":{{"n":{seq}}}}}"#)),
        };
        let sql = "INSERT INTO event VALUES (?, ?, ?, ?, ?)";
        connection
            .execute(sql, params![board, seq, seq * 1000, kind, body])
            .unwrap();
    }
    for gap in gaps {
        connection
            .execute("INSERT INTO gap VALUES (?, ?)", [gap.0, gap.1])
            .unwrap();
    }
    connection
}

/// Every page from a number on, as `1 2 gap 3-5 6 | …`.
fn read(connection: &Connection, boards: &str, after: u64, until: u64) -> String {
    let boards = Boards::from_list(boards).unwrap();
    let (mut told, mut position) = (Vec::new(), after);
    while position < until {
        let page = page(connection, &boards, position, until);
        let page = page.unwrap().expect("nothing is missing");
        assert!(page.to > position, "{position} {page:?}");
        position = page.to;
        told.extend(page.items.iter().map(|item| match item {
            Stored::Event(record) => record.seq.to_string(),
            Stored::Gap { from, to } => format!("gap {from}-{to}"),
        }));
    }
    told.join(" ")
}

#[test]
fn events_come_in_order_and_as_they_were() {
    let connection = database([(1, 1), (2, 2), (0, 3), (1, 4), (2, 5)], &[]);
    assert_eq!(read(&connection, "", 0, 5), "1 2 3 4 5");
    assert_eq!(read(&connection, "a", 0, 5), "1 3 4");
    assert_eq!(read(&connection, "b", 2, 5), "3 5");
    assert_eq!(read(&connection, "*x", 0, 5), "3");
    let page = page(&connection, &Boards::All, 0, 3).unwrap().unwrap();
    let messages = page.items.iter().map(|item| match item {
        Stored::Event(record) => payloads(&record.frame).next().unwrap(),
        Stored::Gap { .. } => panic!(),
    });
    let texts: Vec<_> = messages.map(|json| str::from_utf8(json).unwrap()).collect();
    assert_eq!(
        texts,
        [
            r#"{"type":"reading","seq":1,"time":1.000,"board":"a","values":{"n":1}}"#,
            r#"{"type":"reading","seq":2,"time":2.000,"board":"b","values":{"n":2}}"#,
            r#"{"type":"clock","seq":3,"time":3.000,"jump":61000}"#,
        ]
    );
}

#[test]
fn what_a_crash_took_is_told_in_its_place() {
    let connection = database([(1, 1), (2, 2), (1, 1003), (2, 1004)], &[(3, 1002)]);
    assert_eq!(read(&connection, "", 0, 1004), "1 2 gap 3-1002 1003 1004");
    assert_eq!(read(&connection, "a", 0, 1004), "1 gap 3-1002 1003");
    assert_eq!(read(&connection, "", 500, 1004), "gap 501-1002 1003 1004");
    assert_eq!(read(&connection, "", 1002, 1004), "1003 1004");
    // As long as nothing came after the crash.
    assert_eq!(read(&connection, "", 0, 1002), "1 2 gap 3-1002");
}

#[test]
fn what_was_deleted_or_is_another_file_is_no_page() {
    let connection = database([(1, 4), (2, 5)], &[]);
    let gone = "UPDATE board SET gone = 3 WHERE name = 'a'";
    connection.execute(gone, []).unwrap();
    let is_there = |boards: &str, after, until| {
        let boards = Boards::from_list(boards).unwrap();
        page(&connection, &boards, after, until).unwrap().is_some()
    };
    assert!(!is_there("", 2, 5) && !is_there("a", 0, 5));
    assert!(is_there("", 3, 5) && is_there("b", 0, 5));
    assert!(is_there("", 49_000, 50_000) && !is_there("", 49_000, 50_001));
}

#[test]
fn a_gap_longer_than_a_window_is_told_once() {
    let connection = database([(1, 1), (1, 9001)], &[(2, 9000)]);
    assert_eq!(read(&connection, "", 0, 9001), "1 gap 2-9000 9001");
}

#[test]
fn a_board_that_is_rarely_heard_is_found() {
    let quiet = [(2, 5), (2, 40_000)];
    let busy = (0..10_000).map(|n| (1, 6 + n * 3));
    let connection = database(busy.chain(quiet), &[]);
    assert_eq!(read(&connection, "b", 0, 40_000), "5 40000");
    let last = |n, until| {
        let boards = Boards::from_list("b").unwrap();
        position_of_last(&connection, &boards, n, until).unwrap()
    };
    assert_eq!(last(1, 50_000), 39_999);
    assert_eq!(last(2, 50_000), 4);
    assert!(last(3, 50_000) < 5);
    assert_eq!(last(1, 39_999), 4);
    assert_eq!(last(0, 39_999), 39_999);
}

#[test]
fn a_page_of_long_lines_ends_early_and_loses_nothing() {
    let connection = database([], &[(10, 11)]);
    let body = format!(r#"{{"text":"{}"}}"#, "x".repeat(100_000));
    for seq in (1..10).chain(12..20) {
        let sql = "INSERT INTO event VALUES (1, ?, 0, 1, ?)";
        connection.execute(sql, params![seq, body]).unwrap();
    }
    let first = page(&connection, &Boards::All, 0, 19).unwrap().unwrap();
    assert_eq!((first.items.len(), first.to), (6, 6));
    let wanted = "1 2 3 4 5 6 7 8 9 gap 10-11 12 13 14 15 16 17 18 19";
    assert_eq!(read(&connection, "", 0, 19), wanted);
}
