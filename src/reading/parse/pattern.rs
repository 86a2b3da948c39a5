//! Reads lines with a regular expression whose named groups are channels.

use regex::{CaptureLocations, Regex};

use super::atoms;
use super::build::{Builder, Parsed};
use super::split::trim;
use crate::reading::Value;

/// A regular expression, ready to read lines.
#[derive(Debug)]
pub struct Pattern {
    regex: Regex,
    /// Number and name of each group that has one.
    groups: Vec<(usize, String)>,
    found: CaptureLocations,
}

impl Pattern {
    /// Prepares an expression. One without named groups reads no line.
    pub fn new(regex: &Regex) -> Self {
        let names = regex.capture_names().enumerate();
        let groups = names.filter_map(|(group, name)| Some((group, name?.to_owned())));
        Self {
            groups: groups.collect(),
            found: regex.capture_locations(),
            regex: regex.clone(),
        }
    }

    /// Reads a trimmed line; `None` when it does not match, or no named group took part.
    pub fn parse<'a>(&'a mut self, line: &'a str) -> Option<Parsed<'a>> {
        self.regex.captures_read(&mut self.found, line)?;
        let mut builder = Builder::with_capacity(self.groups.len());
        let mut is_data = false;
        for (group, name) in &self.groups {
            if let Some((start, end)) = self.found.get(*group) {
                is_data = true;
                builder.put(name.into(), value(&line[start..end]), None);
            }
        }
        is_data.then(|| builder.finish())
    }
}

fn value(text: &str) -> Value<'_> {
    atoms::value(trim(text)).unwrap_or_else(|| Value::Text(text.into()))
}
