//! Sums against events, by table; at random in `model`.

mod model;

use super::*;
use crate::history::filling::{Filling, SECOND, START};
use crate::history::when::HOUR;

/// Puts readings in at (second, board, values), then lets an hour pass; gives a line for each
/// row of a table, with minutes counted from the start.
fn check(table: &str, readings: &[(i64, i64, &str)], wanted: &[&str]) {
    let mut filling = Filling::in_memory();
    filling.boards(2);
    for &(second, board, values) in readings {
        let body = format!("{{\"values\":{values}}}");
        filling.reading(board, START + second * SECOND, &body);
    }
    let end = readings.last().map_or(0, |reading| reading.0) * SECOND + HOUR;
    let end = Timestamp(START + end);
    filling.sums.pass(&filling.conn, end).unwrap();
    assert_eq!(rows(&filling, table), wanted, "{readings:?}");
    assert_eq!(
        filling.number("SELECT summed FROM progress"),
        floor(end.0, MINUTE)
    );
}

/// `board/channel@minute min max mean *count`
fn rows(filling: &Filling, table: &str) -> Vec<String> {
    let sql = format!(
        "SELECT board, name, start, min, max, mean, count FROM {table}
         JOIN channel ON channel.id = {table}.channel ORDER BY start, board, channel.id"
    );
    let mut query = filling.conn.prepare(&sql).unwrap();
    let rows = query.query_map([], |row| {
        let number = |column| {
            let number: Option<f64> = row.get_unwrap(column);
            number.map_or("-".to_owned(), |number| number.to_string())
        };
        let board: i64 = row.get_unwrap(0);
        let name: String = row.get_unwrap(1);
        let minute = (row.get_unwrap::<_, i64>(2) - START) / MINUTE;
        let count: i64 = row.get_unwrap(6);
        let [min, max, mean] = [3, 4, 5].map(number);
        Ok(format!(
            "{board}/{name}@{minute} {min} {max} {mean} *{count}"
        ))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

#[test]
fn each_channel_has_its_minute() {
    check(
        "minute",
        &[
            (0, 1, r#"{"t":20,"on":true}"#),
            (30, 1, r#"{"t":22.5,"on":false}"#),
            (59, 2, r#"{"t":-1}"#),
            (60, 1, r#"{"t":30}"#),
        ],
        &[
            "1/t@0 20 22.5 21.25 *2",
            "1/on@0 0 1 0.5 *2",
            "2/t@0 -1 -1 -1 *1",
            "1/t@1 30 30 30 *1",
        ],
    );
}

#[test]
fn text_and_null_only_show_that_it_was_there() {
    check(
        "minute",
        &[
            (0, 1, r#"{"state":"idle","t":null}"#),
            (1, 1, r#"{"t":5}"#),
            (2, 1, r#"{"t":"nan"}"#),
        ],
        &["1/state@0 - - - *0", "1/t@0 5 5 5 *1"],
    );
    check(
        "hour",
        &[(0, 1, r#"{"state":"idle"}"#)],
        &["1/state@0 - - - *0"],
    );
}

#[test]
fn an_hour_is_the_weighted_mean_of_its_minutes() {
    check(
        "hour",
        &[
            (0, 1, r#"{"t":1}"#),
            (1, 1, r#"{"t":2}"#),
            (2, 1, r#"{"t":3}"#),
            (3599, 1, r#"{"t":10}"#),
            (3600, 1, r#"{"t":7}"#),
        ],
        &["1/t@0 1 10 4 *4", "1/t@60 7 7 7 *1"],
    );
}

#[test]
fn days_without_events_cost_nothing() {
    const YEARS: i64 = 100 * 365 * 86_400;
    check(
        "minute",
        &[(0, 1, r#"{"t":1}"#), (YEARS, 1, r#"{"t":2}"#)],
        &["1/t@0 1 1 1 *1", "1/t@52560000 2 2 2 *1"],
    );
}

#[test]
fn extreme_numbers_stay_finite() {
    check(
        "minute",
        &[
            (0, 1, r#"{"big":1e308,"zero":-0.0,"int":9007199254740993}"#),
            (1, 1, r#"{"big":-1e308,"zero":-0.0,"int":9007199254740993}"#),
        ],
        &[
            &format!("1/big@0 -{0} {0} 0 *2", 1e308),
            "1/zero@0 0 0 0 *2",
            "1/int@0 9007199254740992 9007199254740992 9007199254740992 *2",
        ],
    );
}

#[test]
fn an_hour_is_up_to_date_with_every_minute() {
    let mut filling = Filling::in_memory();
    filling.boards(1);
    for (minute, wanted) in [(0, ""), (1, "1/t@0 0 0 0 *1"), (2, "1/t@0 0 1 0.5 *2")] {
        let body = format!("{{\"values\":{{\"t\":{minute}}}}}");
        filling.reading(1, START + minute * MINUTE, &body);
        assert_eq!(rows(&filling, "hour").join("|"), wanted);
    }
}

#[test]
fn what_is_no_reading_is_not_summed() {
    let mut filling = Filling::in_memory();
    filling.boards(1);
    filling.reading(1, START, "{\"text\":\"hello\"}");
    filling.event(1, START, 1, "{\"values\":{\"t\":1}}");
    filling.sums = Sums::load(&filling.conn).unwrap();
    filling
        .sums
        .pass(&filling.conn, Timestamp(START + HOUR))
        .unwrap();
    assert_eq!(rows(&filling, "minute"), [""; 0]);
}

#[test]
fn a_board_has_so_many_channels_and_no_more() {
    let mut filling = Filling::in_memory();
    filling.boards(2);
    for n in 0..MAX_CHANNELS + 10 {
        filling.reading(1, START, &format!("{{\"values\":{{\"c{n}\":1}}}}"));
    }
    filling.reading(2, START, "{\"values\":{\"t\":1}}");
    filling.reading(
        1,
        START + MINUTE,
        "{\"values\":{\"c0\":2,\"other\":1,\"c1\":2}}",
    );
    filling
        .sums
        .pass(&filling.conn, Timestamp(START + HOUR))
        .unwrap();
    let most = MAX_CHANNELS as i64;
    assert_eq!(
        filling.number("SELECT count(*) FROM minute WHERE start = 1795413600000000"),
        most + 1
    );
    assert_eq!(
        filling.number("SELECT count(*) FROM channel WHERE board = 1"),
        most
    );
    assert_eq!(
        rows(&filling, "minute")[MAX_CHANNELS + 1..],
        ["1/c0@1 2 2 2 *1", "1/c1@1 2 2 2 *1"]
    );
}

#[test]
fn a_channel_that_was_deleted_meanwhile_comes_again() {
    let mut filling = Filling::in_memory();
    filling.boards(1);
    filling.reading(1, START, "{\"values\":{\"t\":1}}");
    filling
        .conn
        .execute_batch("DELETE FROM channel; INSERT INTO channel VALUES (1, 2, 'x')")
        .unwrap();
    filling
        .sums
        .pass(&filling.conn, Timestamp(START + MINUTE))
        .unwrap();
    assert_eq!(rows(&filling, "minute"), ["1/t@0 1 1 1 *1"]);
}

#[test]
fn events_of_several_minutes_are_read_again() {
    let mut filling = Filling::in_memory();
    filling.boards(2);
    filling.reading(1, START, "{\"values\":{\"t\":1}}");
    // As if a writer had been at work that knew no sums.
    for (second, board, value) in [
        (59, 1, 3),
        (61, 2, 5),
        (62, 1, 7),
        (7200, 2, 9),
        (7201, 1, 11),
    ] {
        let body = format!("{{\"values\":{{\"t\":{value}}}}}");
        filling.event(board, START + second * SECOND, 0, &body);
    }
    filling.sums = Sums::load(&filling.conn).unwrap();
    let two = ["1/t@0 1 3 2 *2", "1/t@1 7 7 7 *1", "2/t@1 5 5 5 *1"];
    assert_eq!(rows(&filling, "minute"), two);
    filling
        .sums
        .pass(&filling.conn, Timestamp(START + 3 * HOUR))
        .unwrap();
    let last = ["1/t@120 11 11 11 *1", "2/t@120 9 9 9 *1"];
    assert_eq!(rows(&filling, "minute")[3..], last);
}

#[test]
fn loading_the_open_minute_writes_nothing() {
    let mut filling = Filling::in_memory();
    filling.boards(1);
    filling.reading(1, START, "{\"values\":{\"t\":1,\"u\":2}}");
    filling
        .conn
        .execute_batch("PRAGMA query_only = ON")
        .unwrap();
    filling.sums = Sums::load(&filling.conn).unwrap();
    filling
        .conn
        .execute_batch("PRAGMA query_only = OFF")
        .unwrap();
    filling
        .sums
        .pass(&filling.conn, Timestamp(START + MINUTE))
        .unwrap();
    assert_eq!(
        rows(&filling, "minute"),
        ["1/t@0 1 1 1 *1", "1/u@0 2 2 2 *1"]
    );
}
