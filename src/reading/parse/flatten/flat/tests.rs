//! What is read in one pass is what serde_json reads, and is written as it was.

use proptest::prelude::*;

use super::super::read_any;
use super::*;
use crate::reading::parse::build::Parsed;
use crate::reading::parse::flatten::{Time, Top};
use crate::reading::{MAX_CHANNELS, Reading};
use crate::wire::encode::reading_tail;

fn read_flat(line: &str, time: Time) -> Option<Parsed<'_>> {
    let mut flat = Flat::new(time);
    read(line, &mut flat)?;
    Some(flat.builder.finish())
}

/// Compares with serde_json whatever is read here, and what is written of it.
fn same(line: &str, time: Time) {
    let Some(found) = read_flat(line, time) else {
        return;
    };
    let wanted = read_any(line, time, Top::One).unwrap();
    let shown = |parsed: &Parsed<'_>| {
        let readings = parsed.readings.iter();
        let readings: Vec<_> = readings
            .map(|reading| (reading.board_time, reading.channels.clone()))
            .collect();
        // Not by `==`, to which a negative zero is a zero.
        format!("{readings:?} {}", parsed.over_limit)
    };
    assert_eq!(shown(&found), shown(&wanted), "{line}");
    for (found, wanted) in found.readings.iter().zip(&wanted.readings) {
        assert_eq!(written(found), written(wanted), "{line}");
    }
}

fn written(reading: &Reading<'_>) -> String {
    let mut tail = Vec::new();
    reading_tail(&mut tail, "b", reading);
    String::from_utf8(tail).unwrap()
}

fn is_verbatim(line: &str) -> Option<bool> {
    let parsed = read_flat(line, Time::Channel)?;
    Some(parsed.readings.first()?.verbatim == Some(line))
}

#[test]
fn what_a_board_prints_is_read_and_written_as_it_was() {
    for line in [
        r#"{"mark":"@T12","temperature":23.5,"humidity":48.25,"light":512}"#,
        r#"{"a":null,"b":true,"c":false,"d":"°C","é":-0.5,"f":0.0,"g":-17,"h":0}"#,
        r#"{"a":123456789012345678,"b":12345678901.2345,"c":0.001}"#,
    ] {
        same(line, Time::Channel);
        assert_eq!(is_verbatim(line), Some(true), "{line}");
    }
}

#[test]
fn what_is_written_in_another_way_is_made_anew() {
    for line in [
        r#"{"a":1, "b":2}"#,
        r#"{ "a":1}"#,
        r#"{"a" :1}"#,
        r#"{"a":1 }"#,
        "{\"a\":1}\t",
        r#"{"a":23.50}"#,
        r#"{"a":0.00001}"#,
        r#"{"a":1,"a":2}"#,
    ] {
        same(line, Time::Channel);
        assert_eq!(is_verbatim(line), Some(false), "{line}");
    }
    let many: Vec<_> = (0..=MAX_CHANNELS).map(|n| format!("\"{n}\":1")).collect();
    let line = format!("{{{}}}", many.join(","));
    same(&line, Time::Channel);
    assert_eq!(is_verbatim(&line), Some(false));
}

#[test]
fn everything_else_is_left_to_serde_json() {
    for line in [
        "",
        "{",
        "{}",
        "{,}",
        "[1]",
        r#"{"a"}"#,
        r#"{"a":}"#,
        r#"{"a":1,}"#,
        r#"{"a":1}}"#,
        r#"{"a":1}{"#,
        r#"{"a":1"#,
        r#"{"a":{"b":1}}"#,
        r#"{"a":[1]}"#,
        r#"{"a\n":1}"#,
        r#"{"a":"\u0041"}"#,
        "{\"a\":\"\t\"}",
        r#"{"a":nan}"#,
        r#"{"a":-}"#,
        r#"{"a":-0}"#,
        r#"{"a":01}"#,
        r#"{"a":1.}"#,
        r#"{"a":.5}"#,
        r#"{"a":+1}"#,
        r#"{"a":1e3}"#,
        r#"{"a":1.5e3}"#,
        r#"{"a":1234567890123456789}"#,
        r#"{"a":0.1234567890123456}"#,
        r#"{"a":truer}"#,
    ] {
        assert!(read_flat(line, Time::Channel).is_none(), "{line}");
    }
}

fn object() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        8 => "-?(0|[1-9][0-9]{0,19})",
        8 => "-?(0|[1-9][0-9]{0,9})\\.[0-9]{1,9}",
        2 => "-?0\\.0{0,7}[0-9]{1,3}0?",
        2 => "-?[0-9]{1,18}\\.[0-9]{1,18}([eE][+-]?[0-9]{1,2})?",
        2 => "\"[ -~°é]{0,12}\"",
        1 => "true|false|null|nan|\\[1\\]|\\{\\}|-|",
    ];
    let name = "time|[a-c]|[a-z°. \\\\]{0,12}|[a-z]{63,66}";
    let space = "|||||||| |\t|  ";
    let channel = (space, name, space, value, space)
        .prop_map(|(a, name, b, value, c)| format!("{a}\"{name}\"{b}:{value}{c}"));
    prop::collection::vec(channel, 1..12).prop_map(|all| format!("{{{}}}", all.join(",")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn whatever_is_read_here_is_what_serde_json_reads(line in object(), board: bool) {
        same(&line, if board { Time::Board } else { Time::Channel });
    }
}
