//! Runs `firmware-sim/lines.jsonl`: what lines mean, as data. The end-to-end tests
//! run the same table through every link.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::calibrate::Calibration;
use super::lines::{Cut, Lines};
use super::parse::Parser;
use super::{Reading, Value};
use crate::config::{ChannelSettings, Format, Pattern};

const TABLE: &str = include_str!("../../firmware-sim/lines.jsonl");

/// One row. `first_is_partial`: a serial port was just opened, and the first line is
/// what came before the first line end.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    why: String,
    lines: Vec<String>,
    events: Vec<Json>,
    #[serde(default)]
    first_is_partial: bool,
    #[serde(default)]
    drops: BTreeMap<String, u32>,
    #[serde(default)]
    units: BTreeMap<String, String>,
    #[serde(default)]
    channels: BTreeMap<String, Settings>,
    #[serde(default)]
    format: FormatRow,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, tag = "format", rename_all = "lowercase")]
enum FormatRow {
    #[default]
    Auto,
    Json,
    Pairs,
    Csv {
        columns: Vec<String>,
    },
    Text,
    Regex {
        pattern: String,
    },
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Settings {
    unit: Option<String>,
    scale: Option<f64>,
    offset: Option<f64>,
    min: Option<f64>,
    max: Option<f64>,
    rename: Option<String>,
}

/// What came out of a row's lines.
#[derive(Default)]
struct Outcome {
    events: Vec<Json>,
    drops: BTreeMap<String, u32>,
    units: BTreeMap<String, String>,
}

#[test]
fn every_row_of_the_table_holds() {
    let rows: Vec<Row> = TABLE
        .lines()
        .map(|row| serde_json::from_str(row).unwrap())
        .collect();
    assert!(rows.len() >= 130, "only {} rows", rows.len());
    let wrong: Vec<String> = rows.iter().filter_map(check).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What is wrong with a row, if anything.
fn check(row: &Row) -> Option<String> {
    let found = run(row);
    let is_right = text_of(&found.events) == text_of(&row.events)
        && found.drops == row.drops
        && found.units == row.units;
    let show = |events: &Vec<Json>, drops, units| format!("{} {drops:?} {units:?}", json!(events));
    (!is_right).then(|| {
        let wanted = show(&row.events, &row.drops, &row.units);
        let found = show(&found.events, &found.drops, &found.units);
        format!(
            "{} {:?}\n  wanted {wanted}\n  found  {found}",
            row.why, row.lines
        )
    })
}

/// As text, so that the channels' order and `1` against `1.0` count.
fn text_of(events: &[Json]) -> String {
    json!(events).to_string()
}

fn run(row: &Row) -> Outcome {
    let settings = row
        .channels
        .iter()
        .map(|(name, settings)| (name.clone(), settings.resolve()));
    let calibration = Calibration::new(&settings.collect());
    let mut parser = Parser::new(&row.format.resolve(), false);
    let mut lines = if row.first_is_partial {
        Lines::syncing(4096)
    } else {
        Lines::new(4096)
    };
    let mut outcome = Outcome::default();
    for line in &row.lines {
        assert!(!line.contains(['\n', '\r']), "{}", row.why);
        lines.feed(format!("{line}\r\n").as_bytes(), |cut| {
            outcome.take(cut, &mut parser, &calibration);
        });
    }
    outcome.drops.retain(|_, count| *count > 0);
    outcome
}

impl Outcome {
    fn take(&mut self, cut: Cut<'_>, parser: &mut Parser, calibration: &Calibration) {
        let Cut::Line { text, partial } = cut else {
            return self.count("too_long", 1);
        };
        let parsed = parser.parse(&text, partial);
        self.count("malformed", u32::from(parsed.malformed));
        self.count("channel_limit", parsed.over_limit);
        if parsed.readings.is_empty() {
            let event = json!({"text": text, "partial": true});
            self.events.push(if partial {
                event
            } else {
                json!({"text": text})
            });
        }
        for mut reading in parsed.readings {
            let out_of_range = calibration.apply(&mut reading);
            self.count("out_of_range", out_of_range);
            self.push(&reading);
        }
    }

    fn push(&mut self, reading: &Reading<'_>) {
        let mut values = Map::new();
        for channel in &reading.channels {
            values.insert(channel.name.to_string(), to_json(&channel.value));
            if let Some(unit) = channel.unit {
                self.units.insert(channel.name.to_string(), unit.to_owned());
            }
        }
        self.events.push(json!({"values": values}));
    }

    fn count(&mut self, reason: &str, more: u32) {
        *self.drops.entry(reason.to_owned()).or_default() += more;
    }
}

fn to_json(value: &Value<'_>) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!(value),
        Value::Float(value) => json!(value),
        Value::Text(value) => json!(value),
    }
}

impl FormatRow {
    fn resolve(&self) -> Format {
        match self {
            Self::Auto => Format::Auto,
            Self::Json => Format::Json,
            Self::Pairs => Format::Pairs,
            Self::Csv { columns } => Format::Csv {
                columns: columns.clone(),
            },
            Self::Text => Format::Text,
            Self::Regex { pattern } => Format::Regex(Pattern(pattern.parse().unwrap())),
        }
    }
}

impl Settings {
    fn resolve(&self) -> ChannelSettings {
        ChannelSettings {
            unit: self.unit.clone(),
            label: None,
            scale: self.scale,
            offset: self.offset,
            min: self.min,
            max: self.max,
            rename: self.rename.clone(),
        }
    }
}
