//! A whole answer as JSON: every reading if they are few, else buckets.
//! Bounded in memory; read in steps, so that no step holds the database for long.

use std::sync::Arc;

use rusqlite::Connection;

use super::Question;
use super::columns::Columns;
use super::events::More;
use super::plan::{Extent, Plan, crowded, plan, width_for};
use super::raw::Raw;
use super::sheet::Sheet;
use super::thinned::Thinned;
use super::view::View;
use crate::clock::Timestamp;
use crate::history::when::MINUTE;

/// Readings that are summed one by one; more are taken from the summaries by minute.
const FINE: i64 = 100_000;

/// Texts may be long.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// An answer in the making.
#[derive(Debug)]
pub struct Answer {
    view: Arc<View>,
    columns: Arc<Columns>,
    extent: Extent,
    plan: Plan,
    work: Work,
    sheet: Sheet,
}

#[derive(Debug)]
enum Work {
    Raw(Raw),
    /// The width is not decided yet.
    Width(i64),
    Thinned(Thinned, i64),
}

/// What one step brought.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// There is more to do.
    More,
    /// The answer is complete.
    Done,
    /// There is no answer to this question: what would be too much, with the cure.
    Refused(String),
}

impl Answer {
    /// Begins an answer.
    ///
    /// # Errors
    /// What would be too much, with the cure.
    pub fn new(question: &Question, view: View, now: Timestamp) -> Result<Self, String> {
        let columns = Arc::new(Columns::new(view.columns(question)));
        let extent = Extent::of(question, &view, now);
        let plan = plan(question, columns.len(), extent.span)?;
        let view = Arc::new(view);
        let work = match plan {
            Plan::Every(width) => Work::Width(width),
            Plan::Points(points) => Work::Width(width_for(extent.span, points)),
            Plan::Raw | Plan::Few(_) => {
                Work::Raw(Raw::new(view.clone(), columns.clone(), extent.span))
            }
        };
        Ok(Self {
            sheet: Sheet::new(columns.len()),
            view,
            columns,
            extent,
            plan,
            work,
        })
    }

    /// Reads on for a few milliseconds.
    ///
    /// # Errors
    /// When the database cannot be read; then there is no going on.
    pub fn step(&mut self, conn: &Connection) -> rusqlite::Result<Step> {
        let more = match &mut self.work {
            Work::Width(width) => {
                let width = *width;
                return self.begin(conn, width);
            }
            Work::Raw(raw) => raw.step(conn, &mut self.sheet)?,
            Work::Thinned(thinned, _) => thinned.step(conn, &mut self.sheet)?,
        };
        if let (Plan::Few(points), Work::Raw(_)) = (self.plan, &self.work)
            && self.sheet.rows() > points
        {
            self.sheet = Sheet::new(self.columns.len());
            self.work = Work::Width(width_for(self.extent.span, points));
            return Ok(Step::More);
        }
        if self.sheet.bytes() > MAX_BYTES {
            let why = "the texts are too long for one answer: take a shorter time, or format=csv";
            return Ok(Step::Refused(why.to_owned()));
        }
        Ok(match more {
            More::Yes => Step::More,
            More::No => Step::Done,
        })
    }

    /// The whole text, once a step was the last.
    pub fn into_json(self, board: &str) -> Vec<u8> {
        let every = match self.work {
            Work::Thinned(_, width) => Some(width),
            _ => None,
        };
        let (from, to) = (self.extent.from, self.extent.to);
        self.sheet.into_json(board, from, to, every, &self.columns)
    }

    /// Begins with buckets, if need be with wider ones.
    fn begin(&mut self, conn: &Connection, mut width: i64) -> rusqlite::Result<Step> {
        if width < MINUTE && self.is_crowded(conn)? {
            if let Plan::Every(_) = self.plan {
                return Ok(Step::Refused(crowded(width)));
            }
            width = MINUTE;
        }
        let (view, columns) = (self.view.clone(), self.columns.clone());
        let thinned = Thinned::new(view, columns, self.extent.span, width);
        self.work = Work::Thinned(thinned, width);
        Ok(Step::More)
    }

    fn is_crowded(&self, conn: &Connection) -> rusqlite::Result<bool> {
        let late = i64::try_from(self.view.tail.len()).unwrap_or(i64::MAX);
        match self.view.shelf {
            Some(shelf) => shelf.has_more_than(conn, self.extent.span, FINE - late.min(FINE)),
            None => Ok(false),
        }
    }
}
