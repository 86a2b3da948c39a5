//! Decides what a line of JSON is: readings, plain text, or broken.
//! How values become channels is `flatten`'s.

use serde::de::IgnoredAny;

use super::build::Parsed;
use super::flatten::{self, Time, Top};
use super::nulls;

/// Whether a line is meant to be JSON.
pub fn begins(line: &str) -> bool {
    trim(line).starts_with(['{', '['])
}

/// Whether a line is meant to be a JSON object.
pub fn begins_object(line: &str) -> bool {
    trim(line).starts_with('{')
}

/// Reads a line that [`begins`] as JSON. Bare `nan` and its like are null. JSON
/// without a channel, with a number past the range of a double, nested more than 127
/// deep, or followed by more JSON is text; anything that is not JSON is malformed.
pub fn parse(line: &str, time: Time) -> Parsed<'_> {
    if let Ok(parsed) = parse_strict(line, time) {
        return parsed;
    }
    let repaired = nulls::repair(line);
    if let Some(parsed) = repaired
        .as_ref()
        .and_then(|text| parse_strict(text, time).ok())
    {
        return parsed.into_owned();
    }
    if is_json_text(repaired.as_deref().unwrap_or(line)) {
        Parsed::text()
    } else {
        Parsed::malformed()
    }
}

/// Whether a message or body is as a whole one JSON object or array, also over
/// several lines, and also with bare `nan` and its like.
pub fn is_whole_json(text: &str) -> bool {
    let is_one = |text: &str| serde_json::from_str::<IgnoredAny>(text).is_ok();
    begins(text) && (is_one(text) || nulls::repair(text).is_some_and(|text| is_one(&text)))
}

/// Whether this is nothing but JSON values, one after the other.
fn is_json_text(text: &str) -> bool {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    values.all(|value| value.is_ok())
}

fn parse_strict(line: &str, time: Time) -> serde_json::Result<Parsed<'_>> {
    // An array whose first element is an object is most likely all objects; where it
    // turns out not to be, it is read again as one reading.
    let after_bracket = trim(line).strip_prefix('[');
    if after_bracket.is_some_and(begins_object) {
        let objects = flatten::read(line, time, Top::Objects);
        if objects.as_ref().err().is_none_or(|error| !error.is_data()) {
            return objects;
        }
    }
    flatten::read(line, time, Top::One)
}

/// Without what JSON allows in front of a value.
fn trim(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\r', '\n'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_json_may_span_lines() {
        let cases = [
            ("{\"a\":1}", true),
            (" [\n  {\"a\": nan},\r\n  {}\n]\n", true),
            ("{}", true),
            ("{\"a\":1}\n{\"a\":2}\n", false),
            ("{\"a\":1", false),
            ("1", false),
            ("\"a\"", false),
            ("a\n[1]", false),
            ("", false),
        ];
        for (text, wanted) in cases {
            assert_eq!(is_whole_json(text), wanted, "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_text() {
        let deep = |levels: usize| "[".repeat(levels) + "1" + &"]".repeat(levels);
        assert_eq!(parse(&deep(20), Time::Channel).readings.len(), 1);
        let too_deep = deep(100);
        let dropped = parse(&too_deep, Time::Channel);
        assert_eq!((dropped.readings.len(), dropped.over_limit), (0, 1));
        assert_eq!(parse(&deep(2000), Time::Channel), Parsed::text());
        assert_eq!(parse(&"[".repeat(2000), Time::Channel), Parsed::malformed());
    }

    #[test]
    fn an_array_of_objects_is_many_readings() {
        let body = format!("[{}]", vec!["{\"a\":1}"; 5000].join(","));
        let parsed = parse(&body, Time::Channel);
        assert_eq!((parsed.readings.len(), parsed.over_limit), (5000, 0));
    }

    #[test]
    fn time_is_the_boards_only_where_asked_and_a_number() {
        let check = |line, time, wanted: Option<f64>, channels: usize| {
            let parsed = parse(line, time);
            let reading = &parsed.readings[0];
            assert_eq!(
                (reading.board_time, reading.channels.len()),
                (wanted, channels),
                "{line}"
            );
        };
        check(r#"{"time":17,"a":1}"#, Time::Board, Some(17.0), 1);
        check(r#"[{"a":1,"time":1.5e3}]"#, Time::Board, Some(1500.0), 1);
        check(r#"{"time":"17","a":1}"#, Time::Board, None, 2);
        check(r#"{"time":null,"a":{"time":1}}"#, Time::Board, None, 2);
        check(r#"{"time":17,"a":1}"#, Time::Channel, None, 2);
        assert_eq!(parse(r#"{"time":17}"#, Time::Board), Parsed::text());
    }

    #[test]
    fn strings_and_names_are_borrowed() {
        let parsed = parse(r#"{"mark":"x","a\u0062":"\n"}"#, Time::Channel);
        let owned = parsed.readings[0].channels.iter().map(|channel| {
            let is_owned = matches!(&channel.name, std::borrow::Cow::Owned(_));
            (is_owned, channel.name.clone().into_owned())
        });
        assert!(owned.eq([(false, "mark".to_owned()), (true, "ab".to_owned())]));
    }
}
