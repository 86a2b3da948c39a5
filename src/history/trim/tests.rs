//! Trimming real files, with a clock that is a number.

mod model;

mod size;

use super::*;
use crate::history::filling::{Filling, SECOND, START, body};
use crate::history::when::HOUR;

/// No bound on the size.
const ANY_SIZE: u64 = 1 << 40;

/// Trims until there is nothing more to do, at a second of the clock; adds it all up.
fn trim_all(filling: &mut Filling, second: i64, keep: i64, max_bytes: u64) -> Trimmed {
    let bounds = Bounds {
        keep_micros: keep * SECOND,
        max_bytes,
    };
    let now = Timestamp(START + second * SECOND);
    let mut all = filling.commit(|filling| trim(&filling.conn, now, &bounds).unwrap());
    while all.more == More::Yes {
        let next = filling.commit(|filling| trim(&filling.conn, now, &bounds).unwrap());
        assert!(next.events <= MAX_ROWS);
        all.gone = BTreeMap::from_iter(all.gone.into_iter().chain(next.gone))
            .into_iter()
            .collect();
        all.forgotten.extend(next.forgotten);
        all.events += next.events;
        all.more = next.more;
    }
    all
}

/// Readings of one second each, of boards in turn.
fn filled(boards: i64, seconds: i64) -> Filling {
    let mut filling = Filling::in_memory();
    filling.boards(boards);
    filling.commit(|filling| {
        for n in 0..seconds {
            filling.reading(1 + n % boards, START + n * SECOND, &body(n, 1));
        }
    });
    filling
}

#[test]
fn old_events_go_by_whole_minutes() {
    let mut filling = filled(2, 600);
    assert_eq!(
        trim_all(&mut filling, 659, 600, ANY_SIZE),
        Trimmed::default()
    );
    let trimmed = trim_all(&mut filling, 660, 600, ANY_SIZE);
    assert_eq!((trimmed.events, trimmed.gone), (60, vec![(1, 59), (2, 60)]));
    assert_eq!(filling.number("SELECT min(seq) FROM event"), 61);
    assert_eq!(filling.number("SELECT gone FROM board WHERE id = 2"), 60);
    assert_eq!(
        filling.number("SELECT min(start) FROM minute"),
        START + MINUTE
    );
    assert_eq!(filling.number("SELECT count(*) FROM minute"), 2 * 8);
    assert_eq!(
        trim_all(&mut filling, 660, 600, ANY_SIZE),
        Trimmed::default()
    );
}

#[test]
fn hours_go_with_the_last_of_their_minutes() {
    for (second, hours) in [(7199, 3), (7200, 2), (10_799, 2), (10_800, 1)] {
        let mut filling = filled(1, 3 * 3600 + 60);
        filling
            .sums
            .pass(&filling.conn, Timestamp(START + 4 * HOUR))
            .unwrap();
        trim_all(&mut filling, second + 60, 60 + 3600, ANY_SIZE);
        let wanted = filling.number("SELECT count(*) FROM hour");
        assert_eq!(wanted, hours + 1, "{second}");
        let start = filling.number("SELECT min(start) FROM hour");
        assert!(filling.number("SELECT min(start) FROM minute") < start + HOUR);
    }
}

#[test]
fn a_jump_of_the_clock_leaves_only_the_open_minute() {
    const YEAR: i64 = 365 * 86_400;
    let mut filling = filled(3, 630);
    filling.event(0, START + 630 * SECOND, 3, "{\"jump\":1}");
    let trimmed = trim_all(&mut filling, YEAR, 3600, ANY_SIZE);
    assert_eq!(trimmed.events, 600);
    assert_eq!(filling.number("SELECT count(*) FROM event"), 31);
    // The next event of any kind closes that minute.
    let now = Timestamp(START + YEAR * SECOND);
    filling.event(0, now.0, 3, "{\"jump\":1}");
    filling.sums.pass(&filling.conn, now).unwrap();
    let trimmed = trim_all(&mut filling, YEAR, 3600, ANY_SIZE);
    assert_eq!(trimmed.gone, [(0, 631), (1, 628), (2, 629), (3, 630)]);
    for table in ["minute", "hour", "channel"] {
        assert_eq!(
            filling.number(&format!("SELECT count(*) FROM {table}")),
            0,
            "{table}"
        );
    }
    assert_eq!(
        filling.number("SELECT count(*) FROM board WHERE latest = '{}'"),
        3
    );
    assert_eq!(filling.number("SELECT count(*) FROM event"), 1);
    assert_eq!(
        trim_all(&mut filling, YEAR, 3600, ANY_SIZE),
        Trimmed::default()
    );
}

#[test]
fn a_call_deletes_only_so_much() {
    let mut filling = filled(1, 3 * MAX_ROWS as i64);
    let bounds = Bounds {
        keep_micros: 0,
        max_bytes: ANY_SIZE,
    };
    let now = Timestamp(START + HOUR * 100);
    let mut calls = 0;
    while filling.number("SELECT count(*) FROM event") > 0 {
        let before = filling.conn.total_changes();
        let trimmed = trim(&filling.conn, now, &bounds).unwrap();
        let rows = filling.conn.total_changes() - before;
        assert!(rows <= MAX_ROWS + MAX_ROWS / 20, "{rows} rows in a call");
        calls += 1;
        if trimmed.more == More::No {
            filling.sums.pass(&filling.conn, now).unwrap();
        }
    }
    assert!((4..10).contains(&calls), "{calls} calls");
}

#[test]
fn minutes_count_as_rows_too() {
    let mut filling = Filling::in_memory();
    filling.boards(1);
    let wide: Vec<_> = (0..1000)
        .map(|channel| format!("\"c{channel}\":1"))
        .collect();
    let wide = format!("{{\"values\":{{{}}}}}", wide.join(","));
    filling.commit(|filling| {
        for minute in 0..50 {
            filling.reading(1, START + minute * MINUTE, &wide);
        }
    });
    let bounds = Bounds {
        keep_micros: 0,
        max_bytes: ANY_SIZE,
    };
    let now = Timestamp(START + HOUR);
    let before = filling.conn.total_changes();
    let first = trim(&filling.conn, now, &bounds).unwrap();
    assert_eq!((first.events, first.more), (0, More::Yes));
    let rows = filling.conn.total_changes() - before;
    assert!((MAX_ROWS..MAX_ROWS + 100).contains(&rows), "{rows} rows");
    let trimmed = trim_all(&mut filling, 3600, 0, ANY_SIZE);
    assert_eq!(trimmed.events, 49);
    assert_eq!(filling.number("SELECT count(*) FROM minute"), 0);
}

#[test]
fn a_removed_board_is_forgotten_with_its_last_event() {
    let mut filling = filled(3, 60);
    filling
        .conn
        .execute_batch("UPDATE board SET latest = NULL WHERE id = 2")
        .unwrap();
    filling.reading(1, START + 3600 * SECOND, &body(0, 1));
    let trimmed = trim_all(&mut filling, 3660, 60, ANY_SIZE);
    assert_eq!(trimmed.forgotten, [2]);
    assert_eq!(trimmed.gone, [(0, 59), (1, 58), (2, 59), (3, 60)]);
    assert_eq!(filling.number("SELECT gone FROM board WHERE id = 0"), 59);
    assert_eq!(filling.number("SELECT count(*) FROM board"), 3);
}

#[test]
fn a_gap_before_all_events_is_everybodys_loss() {
    let mut filling = filled(2, 60);
    filling
        .conn
        .execute_batch("INSERT INTO gap VALUES (61, 90), (121, 130)")
        .unwrap();
    filling.seq = 90;
    for n in 90..100 {
        filling.reading(1, START + n * SECOND, &body(n, 1));
    }
    // Nothing is behind the second gap yet: it stays although all events go.
    let now = Timestamp(START + HOUR);
    filling.sums.pass(&filling.conn, now).unwrap();
    let trimmed = trim_all(&mut filling, 60 + 90 + 60, 60 + 60, ANY_SIZE);
    assert_eq!(trimmed.gone, [(0, 90), (1, 59), (2, 60)]);
    trim_all(&mut filling, 3600, 0, ANY_SIZE);
    assert_eq!(filling.number("SELECT first FROM gap"), 121);
    assert_eq!(filling.number("SELECT count(*) FROM event"), 0);
}

#[test]
fn a_channel_makes_room_for_another() {
    let mut filling = Filling::in_memory();
    filling.boards(1);
    for n in 0..crate::history::sums::MAX_CHANNELS {
        filling.reading(1, START, &format!("{{\"values\":{{\"c{n}\":1}}}}"));
    }
    // The board goes on, and c0 is one of those that it still has.
    filling.reading(1, START + MINUTE, "{\"values\":{\"c0\":1,\"late\":1}}");
    trim_all(&mut filling, 120, 60, ANY_SIZE);
    filling.reading(1, START + 2 * MINUTE, "{\"values\":{\"c0\":3,\"late\":1}}");
    filling
        .sums
        .pass(&filling.conn, Timestamp(START + 3 * MINUTE))
        .unwrap();
    let names = "SELECT count(*) FROM minute JOIN channel ON channel.id = channel";
    assert_eq!(filling.number(names), 3, "c0 twice, late once");
    assert_eq!(filling.number("SELECT count(*) FROM channel"), 2);
}
