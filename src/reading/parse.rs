//! Reads one line: which channels have which values.
//! Knows nothing of where the line came from, or of what the owner configured for
//! its channels.

mod atoms;
mod build;
mod columns;
mod flatten;
mod json;
mod nulls;
mod pairs;
mod pattern;
mod split;

pub use build::Parsed;
pub use json::is_whole_json;
pub use pairs::form_pairs;

use columns::Header;
use flatten::Time;
use pattern::Pattern;

use crate::config::Format;

/// Reads the lines of one opening of a port, one connection or one body: it keeps the
/// header that is in force there, which is never more than one line.
#[derive(Debug)]
pub struct Parser {
    kind: Kind,
    time: Time,
}

#[derive(Debug)]
enum Kind {
    Auto(Header),
    Json,
    Pairs,
    Csv(Vec<String>),
    Text,
    Regex(Pattern),
}

impl Parser {
    /// For a board's format. With `board_time`, the number `time` of a JSON object is
    /// [`board_time`](crate::reading::Reading::board_time) and no channel; an object
    /// that says nothing else is text.
    pub fn new(format: &Format, board_time: bool) -> Self {
        let kind = match format {
            Format::Auto => Kind::Auto(Header::default()),
            Format::Json => Kind::Json,
            Format::Pairs => Kind::Pairs,
            Format::Csv { columns } => Kind::Csv(columns.clone()),
            Format::Text => Kind::Text,
            Format::Regex(pattern) => Kind::Regex(Pattern::new(&pattern.0)),
        };
        let time = if board_time {
            Time::Board
        } else {
            Time::Channel
        };
        Self { kind, time }
    }

    /// Reads one line. A partial one may lack its beginning: it is text unless it
    /// parses as a JSON object, never malformed, and may still be a header.
    pub fn parse<'a>(&'a mut self, line: &'a str, partial: bool) -> Parsed<'a> {
        let trimmed = split::trim(line);
        if partial {
            return self.parse_partial(trimmed);
        }
        match &mut self.kind {
            Kind::Auto(header) => return parse_auto(header, trimmed, self.time),
            Kind::Json => fixed_json(trimmed, self.time),
            Kind::Pairs => pairs::parse(trimmed),
            Kind::Csv(columns) => columns::parse_csv(columns, trimmed),
            Kind::Text => return Parsed::text(),
            Kind::Regex(pattern) => pattern.parse(trimmed),
        }
        .unwrap_or_else(Parsed::malformed)
    }

    fn parse_partial<'a>(&mut self, line: &'a str) -> Parsed<'a> {
        if let Kind::Auto(header) = &mut self.kind {
            header.remember(line);
        }
        if !matches!(self.kind, Kind::Auto(_) | Kind::Json) || !json::begins_object(line) {
            return Parsed::text();
        }
        Parsed {
            malformed: false,
            ..json::parse(line, self.time)
        }
    }
}

fn parse_auto<'a>(header: &'a mut Header, line: &'a str, time: Time) -> Parsed<'a> {
    if json::begins(line) {
        header.skip();
        return json::parse(line, time);
    }
    if let Some(parsed) = pairs::parse(line) {
        header.skip();
        return parsed;
    }
    header.parse(line).unwrap_or_else(Parsed::text)
}

/// JSON that says nothing, as `{}` does, does not fit the format either.
fn fixed_json(line: &str, time: Time) -> Option<Parsed<'_>> {
    let parsed = json::begins(line).then(|| json::parse(line, time))?;
    let says_something = !parsed.readings.is_empty() || parsed.over_limit > 0;
    says_something.then_some(parsed)
}
