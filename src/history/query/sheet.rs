//! An answer as JSON, in columns.
//! Knows nothing of databases.

use serde_json::Value;

use super::columns::Columns;
use super::table::{Table, put_json, put_number};
use crate::clock::Timestamp;
use crate::history::sum::Sum;
use crate::history::when::{MILLI, put_millis};

/// Columns that grow, as JSON texts without their brackets.
#[derive(Debug)]
pub struct Sheet {
    time: Vec<u8>,
    /// Of a thinned answer, the mean.
    values: Vec<Vec<u8>>,
    min: Vec<Vec<u8>>,
    max: Vec<Vec<u8>>,
    rows: usize,
    bytes: usize,
}

impl Sheet {
    /// With so many columns.
    pub fn new(columns: usize) -> Self {
        let empty = || vec![Vec::new(); columns];
        Self {
            time: Vec::new(),
            values: empty(),
            min: empty(),
            max: empty(),
            rows: 0,
            bytes: 0,
        }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes of the values.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The whole answer. `every` is the width of its buckets, if it has any.
    pub fn into_json(
        self,
        board: &str,
        from: Timestamp,
        to: Timestamp,
        every: Option<i64>,
        columns: &Columns,
    ) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.time.len() + self.bytes + 1024);
        out.extend_from_slice(br#"{"board":"#);
        put_json(&mut out, &Value::from(board));
        out.extend_from_slice(br#","from":"#);
        put_millis(&mut out, from);
        out.extend_from_slice(br#","to":"#);
        put_millis(&mut out, to);
        if let Some(every) = every {
            out.extend_from_slice(br#","every":"#);
            put_number(&mut out, (every / MILLI) as f64);
        }
        out.extend_from_slice(br#","time":["#);
        out.extend_from_slice(&self.time);
        out.push(b']');
        put_columns(&mut out, "values", &self.values, columns);
        if every.is_some() {
            put_columns(&mut out, "min", &self.min, columns);
            put_columns(&mut out, "max", &self.max, columns);
        }
        out.push(b'}');
        out
    }

    fn begin_row(&mut self) {
        if self.rows > 0 {
            self.time.push(b',');
        }
        self.rows += 1;
    }

    /// Appends one cell, behind a comma if it is not the first.
    fn put(column: &mut Vec<u8>, put: impl FnOnce(&mut Vec<u8>)) -> usize {
        let before = column.len();
        if before > 0 {
            column.push(b',');
        }
        put(column);
        column.len() - before
    }
}

impl Table for Sheet {
    fn reading(&mut self, time: Timestamp, cells: &[Value]) {
        self.begin_row();
        put_millis(&mut self.time, time);
        for (column, cell) in self.values.iter_mut().zip(cells) {
            self.bytes += Self::put(column, |out| put_json(out, cell));
        }
    }

    fn bucket(&mut self, start: Timestamp, cells: &[Sum]) {
        self.begin_row();
        put_number(&mut self.time, (start.0 / MILLI) as f64);
        for (index, cell) in cells.iter().enumerate() {
            let columns = [
                (&mut self.values[index], cell.mean),
                (&mut self.min[index], cell.min),
                (&mut self.max[index], cell.max),
            ];
            for (column, number) in columns {
                self.bytes += Self::put(column, |out| match cell.count {
                    0 => out.extend_from_slice(b"null"),
                    _ => put_number(out, number),
                });
            }
        }
    }
}

fn put_columns(out: &mut Vec<u8>, kind: &str, values: &[Vec<u8>], columns: &Columns) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(kind.as_bytes());
    out.extend_from_slice(b"\":{");
    for (index, (name, values)) in columns.names().iter().zip(values).enumerate() {
        if index > 0 {
            out.push(b',');
        }
        put_json(out, &Value::from(name.as_str()));
        out.extend_from_slice(b":[");
        out.extend_from_slice(values);
        out.push(b']');
    }
    out.push(b'}');
}
