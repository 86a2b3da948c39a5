//! Whatever a board said, and wherever it is by now - in summaries by hour or minute, as
//! events, or not on disk at all -, an answer is what plain arithmetic over all of its
//! readings gives.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::model::{self, Past, Said, sums};
use crate::clock::Timestamp;
use crate::history::sum::Sum;
use crate::history::when::{HOUR, MINUTE, SECOND, ceil, floor};

const BEGIN: i64 = 1_763_829_599_619_214;

const WIDTHS: [(&str, i64); 7] = [
    ("250", SECOND / 4),
    ("10s", 10 * SECOND),
    ("1m", MINUTE),
    ("7m", 7 * MINUTE),
    ("90m", 90 * MINUTE),
    ("1h", HOUR),
    ("5h", 5 * HOUR),
];

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => (-1000i32..1000).prop_map(|n| json!(f64::from(n) / 8.0)),
        2 => (-5i64..5).prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => Just(json!("a, \"b\"")),
    ]
}

fn values() -> impl Strategy<Value = Map<String, Value>> {
    let name = prop_oneof![Just("a"), Just("b"), Just("c")];
    prop::collection::vec((name, value()), 1..3).prop_map(|all| {
        all.into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    })
}

fn said() -> impl Strategy<Value = Vec<Said>> {
    let wait = prop_oneof![
        2 => Just(0),
        8 => 0..5 * SECOND,
        4 => 0..3 * MINUTE,
        1 => 0..4 * HOUR,
    ];
    prop::collection::vec((wait, values()), 0..80).prop_map(|all| {
        let mut time = BEGIN;
        let place = |(wait, values)| {
            time += wait;
            (time, values)
        };
        all.into_iter().map(place).collect()
    })
}

prop_compose! {
    fn past()(
        said in said(),
        stored in 0.0..=1.0f64,
        unsummed in 0i64..150,
        open_hour: bool,
    ) -> Past {
        let stored = (said.len() as f64 * stored) as usize;
        let last = said[..stored].last().map_or(0, |last| last.0);
        let summed = (floor(last, MINUTE) - unsummed / 20 * MINUTE).max(0);
        Past { said, stored, summed, open_hour }
    }
}

/// Times of a query that need not be those of readings.
fn span() -> impl Strategy<Value = (Option<i64>, Option<i64>)> {
    let time = || prop::option::of(-HOUR..20 * HOUR);
    (time(), time()).prop_filter("from before to", |(from, to)| {
        from.is_none() || to.is_none() || from < to
    })
}

fn check_thinned(past: &Past, span: (Option<i64>, Option<i64>), every: (&str, i64)) {
    let (name, width) = every;
    let now = now(past);
    let query = format!("{}&every={name}", query(span));
    let csv = model::csv(past, &query, now);
    match model::json(past, &query, now) {
        Ok(text) => {
            let answer: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(answer["every"], json!(width / 1000));
            compare(past, span, width, &answer);
            assert_eq!(cells_of_json(&answer), cells_of_csv(&csv.unwrap()));
        }
        Err(why) => assert!(why.contains("points are too many: take every="), "{why}"),
    }
}

/// Behind all readings, and all times of queries.
fn now(past: &Past) -> Timestamp {
    let last = past.said.last().map_or(0, |last| last.0);
    Timestamp(last.max(BEGIN + 20 * HOUR) + 1000)
}

/// Readings that a question is about, in whole buckets.
fn within(past: &Past, span: (Option<i64>, Option<i64>), width: i64) -> Vec<&Said> {
    let from = span.0.map_or(i64::MIN, |from| floor(BEGIN + from, width));
    let to = span.1.map_or(i64::MAX, |to| ceil(BEGIN + to, width));
    let ours = past.said.iter().filter(|said| (from..to).contains(&said.0));
    ours.collect()
}

fn compare(past: &Past, span: (Option<i64>, Option<i64>), width: i64, answer: &Value) {
    let wanted = sums(within(past, span, width).into_iter(), width);
    let starts: BTreeSet<i64> = wanted.keys().map(|(start, _)| start / 1000).collect();
    let times = answer["time"].as_array().unwrap();
    let got: Vec<i64> = times.iter().map(|time| time.as_i64().unwrap()).collect();
    assert_eq!(got, Vec::from_iter(starts));
    let names = answer["values"].as_object().unwrap().keys();
    for (row, name) in names.flat_map(|name| (0..got.len()).map(move |row| (row, name))) {
        let sum = wanted.get(&(got[row] * 1000, name.clone()));
        let sum = sum.filter(|sum| sum.count > 0);
        let check = |kind: &str, pick: fn(&Sum) -> f64| {
            let got = answer[kind][name][row].as_f64();
            let wanted = sum.map(pick);
            let near = match (got, wanted) {
                (Some(got), Some(wanted)) => (got - wanted).abs() < 1e-9 * (1.0 + wanted.abs()),
                (got, wanted) => got == wanted,
            };
            assert!(
                near,
                "{kind} of {name} in row {row}: {got:?}, not {wanted:?}"
            );
        };
        check("values", |sum| sum.mean);
        check("min", |sum| sum.min);
        check("max", |sum| sum.max);
    }
}

type Cells = Vec<BTreeMap<String, Value>>;

fn cells_of_json(answer: &Value) -> Cells {
    let times = answer["time"].as_array().unwrap();
    let kinds = [("values", ""), ("min", "_min"), ("max", "_max")];
    let row = |(row, time): (usize, &Value)| {
        let mut cells = BTreeMap::from([("time".to_owned(), time.clone())]);
        for (kind, suffix) in kinds {
            for (name, column) in answer[kind].as_object().into_iter().flatten() {
                cells.insert(format!("{name}{suffix}"), column[row].clone());
            }
        }
        cells
    };
    times.iter().enumerate().map(row).collect()
}

/// Of numbers, booleans and one text.
fn cells_of_csv(text: &str) -> Cells {
    let text = text.replace("\"a, \"\"b\"\"\"", "\"text\"");
    let mut lines = text.strip_suffix("\r\n").unwrap().split("\r\n");
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    let cell = |cell: &str| match cell {
        "" => Value::Null,
        "\"text\"" => json!("a, \"b\""),
        cell => serde_json::from_str(cell).unwrap(),
    };
    let row = |line: &str| {
        let cells = line.split(',').map(cell);
        head.iter()
            .map(|name| (*name).to_owned())
            .zip(cells)
            .collect()
    };
    lines.map(row).collect()
}

fn check_raw(past: &Past, span: (Option<i64>, Option<i64>)) {
    let now = now(past);
    let query = query(span);
    let text = model::json(past, &query, now).unwrap();
    let answer: Value = serde_json::from_str(&text).unwrap();
    let wanted = within(past, span, 1);
    let got = cells_of_json(&answer);
    assert_eq!(got, cells_of_csv(&model::csv(past, &query, now).unwrap()));
    assert_eq!(got.len(), wanted.len());
    for (row, (time, values)) in got.iter().zip(wanted) {
        assert_eq!(row["time"].as_f64(), Some(*time as f64 / 1000.0));
        for (name, cell) in row.iter().filter(|(name, _)| *name != "time") {
            assert_eq!(cell, values.get(name).unwrap_or(&Value::Null));
        }
        assert!(values.keys().all(|name| row.contains_key(name)));
    }
}

fn check_points(past: &Past, span: (Option<i64>, Option<i64>), points: usize) {
    let now = now(past);
    let query = format!("{}&points={points}", query(span));
    let text = model::json(past, &query, now).unwrap();
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert!(answer["time"].as_array().unwrap().len() <= points, "{text}");
    match answer["every"].as_i64() {
        Some(every) => compare(past, span, every * 1000, &answer),
        None => assert!(within(past, span, 1).len() <= points),
    }
}

fn query((from, to): (Option<i64>, Option<i64>)) -> String {
    let millis = |name: &str, time: Option<i64>| match time {
        Some(time) => {
            let time = BEGIN + time;
            format!("{name}={}.{:03}&", time / 1000, time % 1000)
        }
        None => String::new(),
    };
    millis("from", from) + &millis("to", to)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn buckets_are_what_arithmetic_gives(
        past in past(), span in span(), every in prop::sample::select(&WIDTHS[..])
    ) {
        check_thinned(&past, span, every);
    }

    #[test]
    fn all_readings_come_as_they_were(past in past(), span in span()) {
        check_raw(&past, span);
    }

    #[test]
    fn there_are_no_more_points_than_asked_for(
        past in past(), span in span(), points in 1usize..50
    ) {
        check_points(&past, span, points);
    }
}
