//! What holds for every line, also for those that no board would print.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::calibrate::Calibration;
use super::message::cut_message;
use super::parse::{Parsed, Parser, form_pairs, is_whole_json};
use super::{MAX_CHANNEL_NAME, MAX_CHANNELS, Value};
use crate::config::{ChannelSettings, Format, Pattern};

fn formats() -> [Format; 6] {
    let columns = vec!["a".to_owned(), "b".to_owned(), "a".to_owned()];
    let pattern = "^(?<a>[^ ]*) ?(?<b>.*)$".parse().unwrap();
    [
        Format::Auto,
        Format::Json,
        Format::Pairs,
        Format::Csv { columns },
        Format::Text,
        Format::Regex(Pattern(pattern)),
    ]
}

/// Lines made of the parts that mean something.
fn line() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        8 => prop::sample::select(vec![
            "{", "}", "[", "]", "\"", ":", ",", ";", "&", "=", "\t", " ", "\\", "%", "°C", "-",
            "+", ".", "e", "1", "23.5", "1e308", "1e999", "9223372036854775808", "nan", "inf",
            "Infinity", "null", "true", "temp", "\"a\"", "\"a\":", "{\"b\":", "x", "é", "\u{fffd}",
        ])
        .prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

fn long_name() -> impl Strategy<Value = String> {
    "[a-z]{1,3}|[a-z]{60,70}"
}

fn check(parsed: &Parsed<'_>) -> Result<(), TestCaseError> {
    prop_assert!(!parsed.malformed || parsed.readings.is_empty());
    for reading in &parsed.readings {
        let names: BTreeSet<&str> = reading
            .channels
            .iter()
            .map(|channel| &*channel.name)
            .collect();
        prop_assert_eq!(names.len(), reading.channels.len());
        prop_assert!((1..=MAX_CHANNELS).contains(&names.len()));
        prop_assert!(names.iter().all(|name| name.len() <= MAX_CHANNEL_NAME));
        for channel in &reading.channels {
            let is_finite = !matches!(channel.value, Value::Float(value) if !value.is_finite());
            prop_assert!(is_finite);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_reading_is_within_the_limits(lines in prop::collection::vec(line(), 1..6), partial: bool) {
        for format in formats() {
            let mut parser = Parser::new(&format, partial);
            for (index, line) in lines.iter().enumerate() {
                check(&parser.parse(line, partial && index == 0))?;
            }
        }
        for line in &lines {
            form_pairs(line).map_or(Ok(()), |parsed| check(&parsed))?;
            is_whole_json(line);
            cut_message(line.as_bytes(), 16, |_| {});
        }
    }

    #[test]
    fn many_channels_are_cut_to_the_limit(names in prop::collection::vec(long_name(), 1..300)) {
        let separated = |template: &str, separator: &str| {
            let pieces: Vec<String> = names.iter().map(|name| template.replace("NAME", name)).collect();
            pieces.join(separator)
        };
        let short: BTreeSet<&String> = names.iter().filter(|name| name.len() <= 64).collect();
        let lines = [
            separated("NAME:1", ","),
            separated("NAME=1 V", " "),
            format!("{{{}}}", separated("\"NAME\":1", ",")),
            format!("[{}]", separated("{\"NAME\":1}", ",")),
        ];
        for (line, is_one) in lines.iter().zip([true, true, true, false]) {
            let mut parser = Parser::new(&Format::Auto, false);
            let parsed = parser.parse(line, false);
            check(&parsed)?;
            if is_one {
                let channels = parsed.readings.first().map_or(0, |reading| reading.channels.len());
                prop_assert_eq!(channels, short.len().min(MAX_CHANNELS));
            }
        }
        let mut parser = Parser::new(&Format::Auto, false);
        let header = separated("NAME", ",");
        parser.parse(&header, false);
        check(&parser.parse(&separated("1", ","), false))?;
    }

    #[test]
    fn a_number_comes_out_as_it_went_in(number in any::<f64>().prop_filter("finite", |n| n.is_finite())) {
        for line in [format!("{number:?}"), format!("a:{number:?}"), format!("{{\"a\":{number:?}}}")] {
            let mut parser = Parser::new(&Format::Auto, false);
            let parsed = parser.parse(&line, false);
            prop_assert_eq!(&parsed.readings[0].channels[0].value, &Value::Float(number));
        }
    }

    #[test]
    fn calibrated_readings_keep_the_limits(
        line in line(), scale: Option<f64>, offset: Option<f64>, min: Option<f64>, rename: bool,
    ) {
        let settings = ChannelSettings {
            scale,
            offset,
            min,
            rename: rename.then(|| "temp".to_owned()),
            ..ChannelSettings::default()
        };
        let names = ["a", "value", "v0", "v1", "b"].map(str::to_owned);
        let calibration = Calibration::new(&names.into_iter().map(|name| (name, settings.clone())).collect());
        let mut parser = Parser::new(&Format::Auto, false);
        let mut parsed = parser.parse(&line, false);
        for reading in &mut parsed.readings {
            calibration.apply(reading);
        }
        check(&parsed)?;
    }
}
