//! Every reading of a span, as it was.
//! Knows nothing of the form in which it goes out.

use std::sync::Arc;

use rusqlite::Connection;
use serde_json::Value;

use super::columns::Columns;
use super::events::{Events, More, Span};
use super::table::Table;
use super::view::{Late, View};
use crate::history::body;

/// Cells of a portion, so that it is short in time and in memory.
const CELLS: usize = 40_000;

/// Where reading has come to.
#[derive(Debug)]
pub struct Raw {
    view: Arc<View>,
    columns: Arc<Columns>,
    span: Span,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Start,
    Events(Events),
    Tail(usize),
}

impl Raw {
    /// The readings of a view in a span.
    pub fn new(view: Arc<View>, columns: Arc<Columns>, span: Span) -> Self {
        Self {
            view,
            columns,
            span,
            place: Place::Start,
        }
    }

    /// Reads on for a few milliseconds.
    ///
    /// # Errors
    /// When the database cannot be read; then there is no going on.
    pub fn step(&mut self, conn: &Connection, table: &mut impl Table) -> rusqlite::Result<More> {
        if matches!(self.place, Place::Start) {
            self.place = match self.view.shelf {
                Some(shelf) => Place::Events(Events::of(conn, shelf, self.span)?),
                None => Place::Tail(0),
            };
        }
        let portion = (CELLS / self.columns.len().max(1)).clamp(16, 4000);
        let mut row = Row::new(&self.columns);
        match &mut self.place {
            Place::Events(events) => {
                let each = |time, body: &str| table.reading(time, row.read(body));
                if events.portion(conn, portion, each)? == More::No {
                    self.place = Place::Tail(0);
                }
                Ok(More::Yes)
            }
            Place::Tail(from) => {
                let late = self.view.tail[*from..].iter().take(portion);
                let taken = late.len();
                let in_span = |late: &&Late| self.span.holds(late.time);
                late.filter(in_span)
                    .for_each(|late| table.reading(late.time, row.read(&late.body)));
                *from += taken;
                Ok(if *from < self.view.tail.len() {
                    More::Yes
                } else {
                    More::No
                })
            }
            Place::Start => Ok(More::Yes),
        }
    }
}

/// The cells of one reading, used again for each.
struct Row<'a> {
    columns: &'a Columns,
    cells: Vec<Value>,
}

impl<'a> Row<'a> {
    fn new(columns: &'a Columns) -> Self {
        let cells = vec![Value::Null; columns.len()];
        Self { columns, cells }
    }

    fn read(&mut self, body: &str) -> &[Value] {
        self.cells.fill(Value::Null);
        // What somebody else wrote is taken as far as it can be read.
        let _ = body::values(body, |name, value| {
            if let Some(place) = self.columns.place(&name) {
                self.cells[place] = value;
            }
        });
        &self.cells
    }
}
