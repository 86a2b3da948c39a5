//! The keys of `[[serial]]` and `[[board]]` that say how lines are read.

use std::collections::BTreeMap;
use std::time::Duration;

use regex::Regex;

use crate::config::error::Fault;
use crate::config::table::{Item, Table};
use crate::config::value::{choice, duration_or_never, list, number, pattern, short, whole};
use crate::config::{ChannelSettings, Format, Pattern, ReadingSettings};
use crate::reading::{MAX_CHANNEL_NAME, MAX_CHANNELS};

/// Units and labels are shown next to a number.
const MAX_LABEL: usize = 64;

/// Years are meant as never.
const MAX_STALE: Duration = Duration::from_secs(30 * 24 * 3600);

/// The kinds of format, before the keys that some of them need.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Auto,
    Json,
    Pairs,
    Csv,
    Text,
    Regex,
}

const KINDS: [(&str, Kind); 6] = [
    ("auto", Kind::Auto),
    ("json", Kind::Json),
    ("pairs", Kind::Pairs),
    ("csv", Kind::Csv),
    ("text", Kind::Text),
    ("regex", Kind::Regex),
];

/// Reads the keys that every kind of board has.
pub(super) fn reading(table: &mut Table) -> ReadingSettings {
    let default = ReadingSettings::default();
    let stale = duration_or_never(Duration::from_millis(10)..=MAX_STALE);
    ReadingSettings {
        format: format(table),
        stale_after: table.or("stale_after", default.stale_after, stale),
        ack: table.maybe("ack", &example("^ok"), pattern),
        nack: table.maybe("nack", &example("^err"), pattern),
        max_lines_per_s: table.maybe("max_lines_per_s", &1000, whole(1..=1_000_000)),
        channels: channels(table),
    }
}

/// A pattern to show where a value is no text.
pub(super) fn example(text: &str) -> Pattern {
    Pattern(Regex::new(text).expect("examples in this program are regular expressions"))
}

fn format(table: &mut Table) -> Format {
    let kind = table.or("format", Kind::Auto, choice(&KINDS));
    let columns = table.maybe("columns", &Vec::new(), |item, _| columns(item));
    let pattern = table.maybe(
        "pattern",
        &example("T=(?<temperature>[0-9.]+)"),
        named_groups,
    );
    needs(
        table,
        "columns",
        "csv",
        kind == Kind::Csv,
        "columns = [\"temperature\", \"humidity\"]",
    );
    needs(
        table,
        "pattern",
        "regex",
        kind == Kind::Regex,
        "pattern = 'T=(?<temperature>[0-9.]+)'",
    );
    match kind {
        Kind::Auto => Format::Auto,
        Kind::Json => Format::Json,
        Kind::Pairs => Format::Pairs,
        Kind::Text => Format::Text,
        Kind::Csv => Format::Csv {
            columns: columns.unwrap_or_default(),
        },
        Kind::Regex => pattern.map_or(Format::Auto, Format::Regex),
    }
}

/// Some keys belong to one format, which cannot do without them.
fn needs(table: &Table, key: &str, format: &str, chosen: bool, example: &str) {
    match (chosen, table.has(key)) {
        (true, false) => {
            let message =
                format!("`format = \"{format}\"` needs `{key}` beside it, as in {example}");
            table.fault(table.value_place("format"), message);
        }
        (false, true) => {
            let message =
                format!("`{key}` is for `format = \"{format}\"` only: set that, or remove it");
            table.fault(table.key_place(key), message);
        }
        _ => {}
    }
}

fn columns(item: Item) -> Result<Vec<String>, Fault> {
    let names = list(&"temperature".to_owned(), item, short(MAX_CHANNEL_NAME))?;
    if names.is_empty() || names.len() > MAX_CHANNELS {
        let message = format!("must have from 1 to {MAX_CHANNELS} names");
        return Err(Fault::new(item.span(), message));
    }
    let twice = (1..names.len()).find(|at| names[..*at].contains(&names[*at]));
    match twice {
        Some(at) => Err(Fault::new(
            item.span(),
            format!("has `{}` twice", names[at]),
        )),
        None => Ok(names),
    }
}

fn named_groups(item: Item, example: &Pattern) -> Result<Pattern, Fault> {
    let pattern = pattern(item, example)?;
    let groups = pattern.0.capture_names().flatten().count();
    if groups == 0 {
        let message = "has no named group, and each is a channel, as in '(?<temperature>[0-9.]+)'";
        return Err(Fault::new(item.span(), message));
    }
    if groups > MAX_CHANNELS {
        let message = format!("has more than {MAX_CHANNELS} named groups");
        return Err(Fault::new(item.span(), message));
    }
    Ok(pattern)
}

fn channels(table: &mut Table) -> BTreeMap<String, ChannelSettings> {
    let mut channels = BTreeMap::new();
    for (name, settings) in table.named("channels") {
        if name.get_ref().is_empty() || name.get_ref().len() > MAX_CHANNEL_NAME {
            let message = format!("a channel's name must have from 1 to {MAX_CHANNEL_NAME} bytes");
            table.fault(name.span(), message);
        }
        channels.insert(name.get_ref().to_string(), channel(settings));
    }
    if channels.len() > MAX_CHANNELS {
        let message = format!("a board has at most {MAX_CHANNELS} channels");
        table.fault(table.key_place("channels"), message);
    }
    channels
}

fn channel(mut table: Table) -> ChannelSettings {
    let settings = ChannelSettings {
        unit: table.maybe("unit", &"°C".to_owned(), short(MAX_LABEL)),
        label: table.maybe("label", &"Air".to_owned(), short(MAX_LABEL)),
        scale: table.maybe("scale", &0.1, number),
        offset: table.maybe("offset", &-0.4, number),
        min: table.maybe("min", &-40.0, number),
        max: table.maybe("max", &85.0, number),
        rename: table.maybe("rename", &"humidity".to_owned(), short(MAX_CHANNEL_NAME)),
    };
    if let (Some(min), Some(max)) = (settings.min, settings.max)
        && min > max
    {
        let message = "`max` is below `min`, so every value would be null";
        table.fault(table.value_place("max"), message);
    }
    table.finish();
    settings
}
