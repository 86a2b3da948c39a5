//! A span in buckets: from the summaries by hour and by minute as far as they go, and from
//! the readings themselves for what is newer, or finer.
//! Knows nothing of the form in which it goes out.

use std::collections::VecDeque;
use std::sync::Arc;

use rusqlite::Connection;

use super::buckets::Buckets;
use super::columns::Columns;
use super::events::{Events, More, Span};
use super::plan::widen;
use super::table::Table;
use super::view::{Late, View};
use crate::history::body;
use crate::history::sum::Sum;
use crate::history::when::{HOUR, MINUTE, floor};

/// Summaries read at a time.
const SUMS: usize = 10_000;

/// Readings read at a time.
const READINGS: usize = 5000;

/// Where reading has come to.
#[derive(Debug)]
pub struct Thinned {
    view: Arc<View>,
    columns: Arc<Columns>,
    /// Columns that have summaries, with the channel's id.
    summed: Vec<(usize, i64)>,
    span: Span,
    parts: VecDeque<Part>,
    buckets: Buckets,
}

/// Parts follow each other in time.
#[derive(Debug)]
enum Part {
    Sums(&'static Summary, Span),
    Shelf(Span),
    Events(Events),
    Tail(usize),
}

/// A table of summaries.
#[derive(Debug)]
struct Summary {
    /// Microseconds that one row stands for.
    unit: i64,
    read: &'static str,
}

static HOURS: Summary = Summary {
    unit: HOUR,
    read: "SELECT start, min, max, mean, count FROM hour
        WHERE channel = ?1 AND start >= ?2 AND start < ?3 ORDER BY start",
};

static MINUTES: Summary = Summary {
    unit: MINUTE,
    read: "SELECT start, min, max, mean, count FROM minute
        WHERE channel = ?1 AND start >= ?2 AND start < ?3 ORDER BY start",
};

impl Thinned {
    /// Buckets of so many microseconds; the span is made one of whole buckets.
    pub fn new(view: Arc<View>, columns: Arc<Columns>, span: Span, width: i64) -> Self {
        let span = widen(span, width);
        let ids = view.channels.iter();
        let ids = ids.filter_map(|(id, name)| Some((columns.place(name)?, (*id)?)));
        Self {
            summed: ids.collect(),
            span,
            parts: parts(&view, span, width),
            buckets: Buckets::new(width, columns.len()),
            view,
            columns,
        }
    }

    /// Reads on for a few milliseconds.
    ///
    /// # Errors
    /// When the database cannot be read; then there is no going on.
    pub fn step(&mut self, conn: &Connection, table: &mut impl Table) -> rusqlite::Result<More> {
        let Some(part) = self.parts.pop_front() else {
            self.buckets.finish(i64::MAX, table);
            return Ok(More::No);
        };
        let (rest, until) = match part {
            Part::Sums(summary, span) => self.sums(conn, summary, span)?,
            Part::Shelf(span) => (self.shelf(conn, span)?, span.begin),
            Part::Events(events) => self.events(conn, events)?,
            Part::Tail(from) => self.tail(from),
        };
        if let Some(rest) = rest {
            self.parts.push_front(rest);
        }
        self.buckets.finish(until, table);
        Ok(More::Yes)
    }

    /// Reads some rows of each channel, and gives what is left, and how far it has come.
    fn sums(
        &mut self,
        conn: &Connection,
        summary: &'static Summary,
        span: Span,
    ) -> rusqlite::Result<(Option<Part>, i64)> {
        let rows = (SUMS / self.summed.len().max(1)).max(1) as i64;
        let end = span.end.min(span.begin.saturating_add(rows * summary.unit));
        let mut read = conn.prepare_cached(summary.read)?;
        for (column, id) in &self.summed {
            let mut rows = read.query((id, span.begin, end))?;
            while let Some(row) = rows.next()? {
                let sum = Sum::read(row, 1)?;
                self.buckets.cell(row.get(0)?, *column).join(&sum);
            }
        }
        let rest = Span { begin: end, ..span };
        let rest = (end < span.end).then_some(Part::Sums(summary, rest));
        Ok((rest, end))
    }

    fn shelf(&self, conn: &Connection, span: Span) -> rusqlite::Result<Option<Part>> {
        let events = self.view.shelf.map(|shelf| Events::of(conn, shelf, span));
        Ok(events.transpose()?.map(Part::Events))
    }

    fn events(
        &mut self,
        conn: &Connection,
        mut events: Events,
    ) -> rusqlite::Result<(Option<Part>, i64)> {
        let mut last = self.span.begin;
        let (buckets, columns) = (&mut self.buckets, &*self.columns);
        let more = events.portion(conn, READINGS, |time, body| {
            last = time.0;
            add(buckets, columns, time.0, body);
        })?;
        let rest = (more == More::Yes).then_some(Part::Events(events));
        Ok((rest, last))
    }

    fn tail(&mut self, from: usize) -> (Option<Part>, i64) {
        let late = self.view.tail[from..].iter().take(READINGS);
        let to = from + late.len();
        let mut last = self.span.begin;
        for Late { time, body } in late.filter(|late| self.span.holds(late.time)) {
            last = time.0;
            add(&mut self.buckets, &self.columns, time.0, body);
        }
        let rest = (to < self.view.tail.len()).then_some(Part::Tail(to));
        (rest, last)
    }
}

fn add(buckets: &mut Buckets, columns: &Columns, time: i64, body: &str) {
    let _ = body::values(body, |name, value| {
        if let Some(place) = columns.place(&name) {
            buckets.cell(time, place).take(value);
        }
    });
}

/// Hours are taken only up to the one in which the last complete minute lies: its row may
/// be missing, or not be complete.
fn parts(view: &View, span: Span, width: i64) -> VecDeque<Part> {
    let between = |begin: i64, end: i64| Span {
        begin: begin.max(span.begin),
        end: end.min(span.end),
    };
    let is_some = |span: &Span| span.begin < span.end;
    let minutes = if width >= MINUTE {
        view.summed
    } else {
        i64::MIN
    };
    let hours = if width % HOUR == 0 {
        floor(minutes - 1, HOUR)
    } else {
        i64::MIN
    };
    let sums = [
        (&HOURS, between(i64::MIN, hours)),
        (&MINUTES, between(hours, minutes)),
    ];
    let sums = sums.into_iter().filter(|(_, span)| is_some(span));
    let sums = sums.map(|(summary, span)| Part::Sums(summary, span));
    let rest = Some(between(minutes, i64::MAX)).filter(is_some);
    let rest = rest.map(Part::Shelf).into_iter();
    sums.chain(rest).chain([Part::Tail(0)]).collect()
}
