//! An answer as CSV (RFC 4180), bit by bit in constant memory.
//! Knows nothing of files or sockets.

use std::sync::Arc;

use bytes::Bytes;
use rusqlite::Connection;
use serde_json::Value;

use super::Question;
use super::columns::Columns;
use super::events::More;
use super::plan::{Extent, Plan, plan, width_for};
use super::raw::Raw;
use super::table::{Table, put_json, put_number};
use super::thinned::Thinned;
use super::view::View;
use crate::clock::Timestamp;
use crate::history::sum::Sum;
use crate::history::when::{MILLI, put_millis};

/// Bits smaller than this are joined: a chunk for each would cost more than it holds.
const CHUNK: usize = 32 * 1024;

/// An answer in the making.
#[derive(Debug)]
pub struct Csv {
    extent: Extent,
    work: Work,
    lines: Lines,
}

#[derive(Debug)]
enum Work {
    Raw(Raw),
    Thinned(Thinned),
    Done,
}

impl Csv {
    /// Begins an answer.
    ///
    /// # Errors
    /// What would be too much, with the cure.
    pub fn new(question: &Question, view: View, now: Timestamp) -> Result<Self, String> {
        let columns = Arc::new(Columns::new(view.columns(question)));
        let extent = Extent::of(question, &view, now);
        let plan = plan(question, columns.len(), extent.span)?;
        let mut lines = Lines::default();
        let (view, span) = (Arc::new(view), extent.span);
        let width = match plan {
            Plan::Every(width) => Some(width),
            Plan::Points(points) => Some(width_for(span, points)),
            Plan::Raw | Plan::Few(_) => None,
        };
        let work = match width {
            Some(width) => {
                lines.head(&columns, &["", "_min", "_max"]);
                Work::Thinned(Thinned::new(view, columns, span, width))
            }
            None => {
                lines.head(&columns, &[""]);
                Work::Raw(Raw::new(view, columns, span))
            }
        };
        Ok(Self {
            extent,
            work,
            lines,
        })
    }

    /// A good name for a file of it.
    pub fn file_name(&self, board: &str) -> String {
        // Without colons: the name of a file on any system.
        let [from, to] =
            [self.extent.from, self.extent.to].map(|time| time.utc("%Y-%m-%dT%H%M%SZ"));
        format!("{board}_{from}_{to}.csv")
    }

    /// Reads on for a few milliseconds and gives what it brought, which may be empty;
    /// `None` is the end.
    ///
    /// # Errors
    /// When the database cannot be read; then there is no going on.
    pub fn next(&mut self, conn: &Connection) -> rusqlite::Result<Option<Bytes>> {
        let more = match &mut self.work {
            Work::Raw(raw) => raw.step(conn, &mut self.lines)?,
            Work::Thinned(thinned) => thinned.step(conn, &mut self.lines)?,
            Work::Done => return Ok(None),
        };
        if more == More::No {
            self.work = Work::Done;
        } else if self.lines.text.len() < CHUNK {
            return Ok(Some(Bytes::new()));
        }
        Ok(Some(std::mem::take(&mut self.lines.text).into()))
    }
}

/// Lines that have not gone out.
#[derive(Debug, Default)]
struct Lines {
    text: Vec<u8>,
}

impl Lines {
    fn head(&mut self, columns: &Columns, kinds: &[&str]) {
        self.text.extend_from_slice(b"time");
        for name in columns.names() {
            for kind in kinds {
                self.text.push(b',');
                put_text(&mut self.text, &format!("{name}{kind}"));
            }
        }
        self.end();
    }

    fn end(&mut self) {
        self.text.extend_from_slice(b"\r\n");
    }
}

impl Table for Lines {
    fn reading(&mut self, time: Timestamp, cells: &[Value]) {
        put_millis(&mut self.text, time);
        for cell in cells {
            self.text.push(b',');
            match cell {
                Value::Null => {}
                Value::String(text) => put_text(&mut self.text, text),
                other => put_json(&mut self.text, other),
            }
        }
        self.end();
    }

    fn bucket(&mut self, start: Timestamp, cells: &[Sum]) {
        put_number(&mut self.text, (start.0 / MILLI) as f64);
        for cell in cells {
            for number in [cell.mean, cell.min, cell.max] {
                self.text.push(b',');
                // No number is an empty cell.
                if cell.count > 0 {
                    put_number(&mut self.text, number);
                }
            }
        }
        self.end();
    }
}

/// Writes a text, in quotes where it needs them. An empty one has them too, because
/// without it is null.
fn put_text(out: &mut Vec<u8>, text: &str) {
    let plain = |c: char| !matches!(c, '"' | ',' | '\r' | '\n');
    let spaced = text.trim().len() != text.len();
    if !text.is_empty() && !spaced && text.chars().all(plain) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_where_they_must_be() {
        let cases = [
            ("a", "a"),
            ("a b", "a b"),
            ("", "\"\""),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("cr\r", "\"cr\r\""),
            (" a", "\" a\""),
            ("°C;", "°C;"),
        ];
        for (text, wanted) in cases {
            let mut out = Vec::new();
            put_text(&mut out, text);
            assert_eq!(String::from_utf8(out).unwrap(), wanted, "{text}");
        }
    }
}
