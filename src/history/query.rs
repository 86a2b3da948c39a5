//! What may be asked of the history, from a query string.
//! Knows nothing of databases.

pub mod answer;

pub mod buckets;

pub mod columns;

pub mod csv;

pub mod events;

pub mod plan;

pub mod raw;

pub mod sheet;

pub mod states;

pub mod table;

pub mod thinned;

pub mod view;

#[cfg(test)]
mod model;

#[cfg(test)]
mod properties;

#[cfg(test)]
mod speed;

#[cfg(test)]
mod tests;

use super::when::{When, parse_when, parse_width};
use crate::clock::Timestamp;

/// Points in a JSON answer, and what `points` may be at most.
pub const MAX_POINTS: usize = 10_000;

/// Columns of an answer.
pub const MAX_COLUMNS: usize = 1024;

/// What is asked of one board's history.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The first time; `None` is the oldest there is.
    pub from: Option<Timestamp>,
    /// The time behind the last; `None` is all there is so far.
    pub to: Option<Timestamp>,
    /// Which channels, each once; `None` is all.
    pub channels: Option<Vec<String>>,
    /// How much detail.
    pub detail: Detail,
    /// In which form.
    pub format: Format,
}

/// How much detail is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// As much as the form allows.
    All,
    /// At most so many points.
    Points(usize),
    /// Buckets so many microseconds wide.
    Every(i64),
}

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Columns, in memory.
    Json,
    /// Rows, bit by bit.
    Csv,
}

impl Question {
    /// Reads a query string. Names that are not ours are somebody else's and ignored.
    ///
    /// # Errors
    /// What is wrong, with the cure.
    pub fn from_query(query: &str, now: Timestamp) -> Result<Self, String> {
        Self::read(query, now, |_| true)
    }

    /// Reads only `from` and `to`, for what has neither channels nor detail.
    ///
    /// # Errors
    /// What is wrong, with the cure.
    pub fn of_times(query: &str, now: Timestamp) -> Result<Self, String> {
        Self::read(query, now, |name| matches!(name, "from" | "to"))
    }

    fn read(query: &str, now: Timestamp, is_ours: impl Fn(&str) -> bool) -> Result<Self, String> {
        let mut asked = Self {
            from: None,
            to: None,
            channels: None,
            detail: Detail::All,
            format: Format::Json,
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if !is_ours(&name) {
                continue;
            }
            match &*name {
                "from" => asked.from = Some(when(&name, &value, now)?.unwrap_or(now)),
                "to" => asked.to = when(&name, &value, now)?,
                "channels" => asked.channels = channels(&value)?,
                "points" => asked.detail = asked.also(Detail::Points(points(&value)?))?,
                "every" => asked.detail = asked.also(Detail::Every(every(&value)?))?,
                "format" => asked.format = format(&value)?,
                _ => {}
            }
        }
        asked.check(now)
    }

    fn also(&self, detail: Detail) -> Result<Detail, String> {
        match (self.detail, detail) {
            (Detail::Points(_), Detail::Every(_)) | (Detail::Every(_), Detail::Points(_)) => {
                Err("`points` and `every` exclude each other: leave one out".to_owned())
            }
            _ => Ok(detail),
        }
    }

    fn check(self, now: Timestamp) -> Result<Self, String> {
        match (self.from, self.to) {
            (Some(from), Some(to)) if from >= to => {
                Err("`from` must be earlier than `to`".to_owned())
            }
            (Some(from), None) if from > now => Err("`from` lies in the future".to_owned()),
            _ => Ok(self),
        }
    }
}

fn when(name: &str, text: &str, now: Timestamp) -> Result<Option<Timestamp>, String> {
    match parse_when(text, now) {
        Ok(When::At(time)) => Ok(Some(time)),
        Ok(When::Now) => Ok(None),
        Err(why) => Err(format!("`{name}` {why}: `{text}`")),
    }
}

/// An empty list is all channels.
fn channels(list: &str) -> Result<Option<Vec<String>>, String> {
    let mut names: Vec<String> = Vec::new();
    for name in list.split(',').filter(|_| !list.is_empty()) {
        if name.is_empty() {
            return Err(format!("`channels` has an empty name: `{list}`"));
        }
        if names.len() == MAX_COLUMNS {
            return Err(format!("more than {MAX_COLUMNS} names in `channels`"));
        }
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    Ok(Some(names).filter(|names| !names.is_empty()))
}

fn points(text: &str) -> Result<usize, String> {
    let points = text.parse().ok();
    points
        .filter(|points| (1..=MAX_POINTS).contains(points))
        .ok_or_else(|| format!("`points` must be a number from 1 to {MAX_POINTS}: `{text}`"))
}

fn every(text: &str) -> Result<i64, String> {
    parse_width(text).map_err(|why| format!("`every` {why}: `{text}`"))
}

fn format(text: &str) -> Result<Format, String> {
    match text {
        "json" => Ok(Format::Json),
        "csv" => Ok(Format::Csv),
        _ => Err(format!("`format` is json or csv, not `{text}`")),
    }
}
