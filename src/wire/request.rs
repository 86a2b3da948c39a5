//! What subscribers ask for, from a query or a message.

#[cfg(test)]
mod tests;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::name::Boards;

/// `max_rate` lies between these, in Hz.
pub const RATES: std::ops::RangeInclusive<f64> = 0.01..=1000.0;

/// `ttl` of a command where it says none, in seconds.
pub const DEFAULT_TTL: f64 = 5.0;

/// The largest `ttl`, in seconds.
pub const MAX_TTL: f64 = 3600.0;

/// `subscribe`, and the query of `/ws`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Subscribe {
    /// Names or globs: a comma-separated string or an array.
    pub boards: Option<Globs>,
    /// At most so many readings a second of each board and set of channels.
    pub max_rate: Option<f64>,
    /// So many past events first.
    pub history: Option<u64>,
    /// The stream that `since` belongs to.
    pub stream: Option<String>,
    /// Go on after this event.
    pub since: Option<u64>,
    /// Several messages may come as one JSON array.
    pub batch: Option<bool>,
    /// Every line as it came, too.
    pub lines: Option<bool>,
}

/// Names or globs.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "`boards` must be names or globs: a text or an array"
)]
pub enum Globs {
    /// Separated by commas.
    List(String),
    /// One by one.
    Array(Vec<String>),
}

/// A subscription that makes sense.
#[derive(Clone, Debug, PartialEq)]
pub struct Subscription {
    /// Which boards.
    pub boards: Boards,
    /// Microseconds between two readings of one kind.
    pub period: Option<i64>,
    /// Past events first.
    pub history: u64,
    /// Resume after this event, if the stream is this one.
    pub since: Option<(Option<String>, u64)>,
    /// JSON arrays.
    pub batch: Batching,
    /// Raw lines.
    pub lines: RawLines,
}

/// Whether several messages may share a WebSocket message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Batching {
    /// One each.
    Single,
    /// As one JSON array.
    Array,
}

/// Whether `line` messages are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawLines {
    /// No.
    No,
    /// Before each event that came from a line.
    Yes,
}

impl Subscribe {
    /// Reads a query string. Names that are not ours are somebody else's and ignored.
    ///
    /// # Errors
    /// A value that cannot be read.
    pub fn from_query(query: &str) -> Result<Self, String> {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "boards" => asked.boards = Some(Globs::List(value.into_owned())),
                "max_rate" => asked.max_rate = Some(number(&name, &value)?),
                "history" => asked.history = Some(number(&name, &value)?),
                "stream" => asked.stream = Some(value.into_owned()),
                "since" => asked.since = Some(number(&name, &value)?),
                "batch" => asked.batch = Some(boolean(&name, &value)?),
                "lines" => asked.lines = Some(boolean(&name, &value)?),
                _ => {}
            }
        }
        Ok(asked)
    }

    /// Checks what was asked.
    ///
    /// # Errors
    /// A value outside its bounds, a glob that cannot match, or `stream` without `since`.
    pub fn check(self) -> Result<Subscription, String> {
        let boards = match self.boards {
            None => Boards::All,
            Some(Globs::List(list)) => Boards::from_list(&list)?,
            Some(Globs::Array(globs)) => Boards::from_globs(globs.iter().map(String::as_str))?,
        };
        let since = match (self.stream, self.since) {
            (Some(_), None) => return Err("`stream` needs `since`".into()),
            (stream, since) => since.map(|since| (stream, since)),
        };
        let period = match self.max_rate {
            Some(rate) if !RATES.contains(&rate) => {
                return Err("`max_rate` must lie between 0.01 and 1000 Hz".into());
            }
            rate => rate.map(|rate| (1e6 / rate) as i64),
        };
        Ok(Subscription {
            boards,
            period,
            history: self.history.unwrap_or(0),
            since,
            batch: if self.batch == Some(true) {
                Batching::Array
            } else {
                Batching::Single
            },
            lines: if self.lines == Some(true) {
                RawLines::Yes
            } else {
                RawLines::No
            },
        })
    }
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, String> {
    value
        .parse()
        .map_err(|_| format!("`{name}` is not a number it can be: `{value}`"))
}

fn boolean(name: &str, value: &str) -> Result<bool, String> {
    match value {
        "true" | "1" | "" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(format!("`{name}` is true or false, not `{value}`")),
    }
}

/// `command`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct Command {
    /// Comes back with each result: a string or an integer.
    pub id: Id,
    /// For whom.
    pub board: String,
    /// A string goes out as it is, anything else as compact JSON.
    pub data: Value,
    /// Seconds from receipt to writing.
    pub ttl: Option<f64>,
}

/// The body of `POST /api/boards/{board}/command`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct CommandBody {
    /// Comes back with the result.
    pub id: Option<Id>,
    /// As in [`Command`].
    pub data: Value,
    /// As in [`Command`].
    pub ttl: Option<f64>,
}

/// A command's id.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "`id` must be a text or a whole number")]
pub enum Id {
    /// A whole number.
    Number(i64),
    /// One above those.
    Large(u64),
    /// A text.
    Text(String),
}

impl Id {
    /// As it goes back.
    pub fn into_value(self) -> Value {
        match self {
            Self::Number(number) => number.into(),
            Self::Large(number) => number.into(),
            Self::Text(text) => text.into(),
        }
    }
}

/// A command's text and time, read from `data` and `ttl`.
///
/// # Errors
/// A `ttl` that is not above 0 and at most [`MAX_TTL`].
pub fn text_and_ttl(
    data: Value,
    ttl: Option<f64>,
) -> Result<(String, std::time::Duration), String> {
    let seconds = ttl.unwrap_or(DEFAULT_TTL);
    if !(0.0..=MAX_TTL).contains(&seconds) {
        return Err("`ttl` must lie between 0 and 3600 s".into());
    }
    let text = match data {
        Value::String(text) => text,
        other => other.to_string(),
    };
    Ok((text, std::time::Duration::from_secs_f64(seconds)))
}

/// `publish`: one of `values` and `line`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct Publish {
    /// As whom.
    pub board: String,
    /// A reading.
    pub values: Option<serde_json::Map<String, Value>>,
    /// Or a line, read as a board's would be.
    pub line: Option<String>,
}
