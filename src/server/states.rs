//! `GET /api/boards/{board}/states`: what is on disk, and what is not there yet.
//! Knows nothing of SQL.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use hyper::{Request, StatusCode};

use crate::clock::Timestamp;
use crate::history::History;
use crate::history::query::plan::Extent;
use crate::history::query::view::View;
use crate::history::query::{Question, states};
use crate::history::readers::ReadError;
use crate::journal::{Journal, Record};
use crate::name::BoardName;
use crate::server::Shared;
use crate::server::answer::{Answer, encoded};
use crate::server::api::unknown;
use crate::server::history::{ATTEMPTS, refused, tail, unreadable};
use crate::wire::encode::{Kind, millis};
use crate::wire::states::{Stated, States};

/// States in an answer: marks in a plot, which has hardly more columns. The newest are told.
const MOST: usize = 1000;

/// Answers a GET or HEAD. Cancel safe.
pub async fn answer<B>(board: &str, request: &Request<B>, shared: &Shared) -> Answer {
    if BoardName::new(board).is_err() {
        return unknown(board);
    }
    let now = shared.hub.now();
    let question = match Question::of_times(request.uri().query().unwrap_or_default(), now) {
        Ok(question) => question,
        Err(why) => return refused(&why),
    };
    // Never closed; it bounds how many answers are made at a time.
    let _place = shared.places.answer().await;
    let journal = &shared.hub.journal;
    let past = match &shared.history {
        Some(history) => match stored(history, journal, board, &question).await {
            Ok(past) => past,
            Err(why) => return unreadable(history, &why),
        },
        None => {
            let mut past = Past::new(&question);
            tail(journal, 0, board, |record| past.add(record)).await;
            past
        }
    };
    if !past.is_known && journal.board(board).is_none() {
        return unknown(board);
    }
    // A number that could be given out again after a crash is told to nobody.
    journal.shown(past.last).await;
    let extent = Extent::between(&question, past.oldest, past.newest.max(now));
    encoded(StatusCode::OK, &past.told(board, &question, extent))
}

/// What is on disk, and what is only in memory.
async fn stored(
    history: &History,
    journal: &Journal,
    board: &str,
    question: &Question,
) -> Result<Past, ReadError> {
    let mut attempt = 1;
    loop {
        let (name, mut past) = (board.to_owned(), Past::new(question));
        let (from, to) = (question.from, past.to.0);
        let read = history.read_from(history.file(), move |conn| {
            let view = View::load(conn, &name)?;
            let found = view
                .shelf
                .map(|shelf| states::newest(conn, shelf, (from, to), MOST + 1));
            Ok((view, found.transpose()?.unwrap_or_default()))
        });
        let (view, found) = read.await?;
        past.begin(&view);
        for one in found {
            past.push(one.time, Stated::new(one.seq, one.time, &one.body));
        }
        let lost = tail(journal, view.stored, board, |record| past.add(record)).await;
        // What has left memory meanwhile is on disk by now.
        if !lost || attempt == ATTEMPTS {
            return Ok(past);
        }
        attempt += 1;
    }
}

/// What is known of a board's past.
struct Past {
    /// What is not before this does not count.
    to: Timestamp,
    /// The newest, one more than are told.
    states: VecDeque<(Timestamp, Stated)>,
    is_known: bool,
    oldest: Option<Timestamp>,
    newest: Timestamp,
    /// The newest number that was found in memory.
    last: u64,
}

impl Past {
    fn new(question: &Question) -> Self {
        Self {
            to: question.to.unwrap_or(Timestamp(i64::MAX)),
            states: VecDeque::new(),
            is_known: false,
            oldest: None,
            newest: Timestamp::default(),
            last: 0,
        }
    }

    fn begin(&mut self, view: &View) {
        self.is_known = view.shelf.is_some();
        (self.oldest, self.newest) = (view.oldest, view.newest);
    }

    /// The next event in memory.
    fn add(&mut self, record: &Record) {
        self.is_known = true;
        self.oldest = self.oldest.or(Some(record.time));
        self.newest = self.newest.max(record.time);
        if record.kind == Kind::Board && record.time < self.to {
            self.last = record.seq;
            let stated = Stated::new(record.seq, record.time, &record.body());
            self.push(record.time, stated);
        }
    }

    fn push(&mut self, time: Timestamp, stated: Option<Stated>) {
        self.states.extend(stated.map(|stated| (time, stated)));
        if self.states.len() > MOST + 1 {
            self.states.pop_front();
        }
    }

    fn told<'a>(mut self, board: &'a str, question: &Question, extent: Extent) -> States<'a> {
        if let Some(from) = question.from {
            // Only the last of those is needed to know how it was at that time.
            let before = self.states.partition_point(|(time, _)| *time <= from);
            self.states.drain(..before.saturating_sub(1));
        }
        let truncated = self.states.len() > MOST;
        let surplus = self.states.len().saturating_sub(MOST);
        self.states.drain(..surplus);
        States {
            board,
            from: millis(extent.from),
            to: millis(extent.to),
            states: self.states.into_iter().map(|(_, stated)| stated).collect(),
            truncated,
        }
    }
}
