//! Reads values in columns: bare, under a header that the board printed, or under
//! configured names.

use super::atoms;
use super::build::{Builder, Parsed, place_name};
use super::split::{self, Separator};
use crate::reading::Value;

/// The header of one opening, connection or body.
#[derive(Debug, Default)]
pub struct Header {
    in_force: Vec<String>,
    /// The line before was names; whether it is a header, the next line decides.
    candidate: Option<Vec<String>>,
}

impl Header {
    /// Reads a trimmed line of values, under the header if there is one. A line of
    /// names is text and a candidate.
    pub fn parse<'a>(&'a mut self, line: &'a str) -> Option<Parsed<'a>> {
        let row = Row::new(line);
        if row.is_names() {
            self.remember(line);
            return None;
        }
        if let Some(names) = self.candidate.take()
            && row.count == names.len()
            && row.starts_a_table()
        {
            self.in_force = names;
        }
        if row.count == self.in_force.len() {
            return row.under(&self.in_force);
        }
        row.bare()
    }

    /// The line was read otherwise, so that a header just before it is none.
    pub fn skip(&mut self) {
        self.candidate = None;
    }

    /// Takes a trimmed line as the next line's header, if it is names.
    pub fn remember(&mut self, line: &str) {
        let row = Row::new(line);
        self.candidate = row
            .is_names()
            .then(|| row.pieces().map(str::to_owned).collect());
    }
}

/// Reads a trimmed line under configured names; `None` when it does not fit.
pub fn parse_csv<'a>(columns: &'a [String], line: &'a str) -> Option<Parsed<'a>> {
    let row = Row::new(line);
    (row.count == columns.len()).then(|| row.under(columns))?
}

struct Row<'a> {
    line: &'a str,
    separator: Separator,
    count: usize,
}

impl<'a> Row<'a> {
    fn new(line: &'a str) -> Self {
        let separator = split::of_values(line);
        Self {
            line,
            separator,
            count: split::pieces(line, separator).count(),
        }
    }

    fn pieces(&self) -> impl Iterator<Item = &'a str> + Clone {
        split::pieces(self.line, self.separator)
    }

    /// Whether this can be a header.
    fn is_names(&self) -> bool {
        let is_name = |piece: &str| {
            atoms::is_name(piece)
                && !atoms::is_null_word(piece)
                && !matches!(piece, "true" | "false")
        };
        self.separator != Separator::Spaces && self.count >= 2 && self.pieces().all(is_name)
    }

    /// Whether a line of names just before this one is its header.
    fn starts_a_table(&self) -> bool {
        let mut has_number = false;
        let all_fit = self.pieces().all(|piece| {
            let cell = self.cell(piece);
            has_number |= matches!(cell, Some(Value::Int(_) | Value::Float(_)));
            cell.is_some()
        });
        all_fit && has_number
    }

    /// A piece under a header.
    fn cell(&self, piece: &'a str) -> Option<Value<'a>> {
        atoms::value(piece).or_else(|| atoms::word(piece))
    }

    /// Words alone say nothing, and neither do empty pieces alone.
    fn under(&self, names: &'a [String]) -> Option<Parsed<'a>> {
        let mut builder = Builder::with_capacity(self.count);
        let (mut is_data, mut is_empty) = (false, true);
        for (piece, name) in self.pieces().zip(names) {
            let value = self.cell(piece)?;
            is_data |= !matches!(value, Value::Text(_));
            is_empty &= piece.is_empty();
            builder.put(name.into(), value, None);
        }
        (is_data && !is_empty).then(|| builder.finish())
    }

    fn bare(&self) -> Option<Parsed<'a>> {
        let mut builder = Builder::with_capacity(self.count);
        let mut is_empty = true;
        for (place, piece) in self.pieces().enumerate() {
            let value = atoms::value(piece)?;
            is_empty &= piece.is_empty();
            let name = if self.count == 1 {
                "value".into()
            } else {
                place_name(place)
            };
            builder.put(name, value, None);
        }
        (!is_empty).then(|| builder.finish())
    }
}
