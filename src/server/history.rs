//! `GET /api/boards/{board}/history`: what is on disk, and what is not there yet.
//! Knows nothing of SQL.

mod export;

mod places;

#[cfg(test)]
pub(crate) mod testing;

#[cfg(test)]
mod tests;

use hyper::{Request, StatusCode};
use tokio::task::yield_now;

pub use self::places::Places;

use self::places::{EXPORTS, Place, ready};
use crate::history::History;
use crate::history::query::answer::{Answer as Table, Step};
use crate::history::query::csv::Csv;
use crate::history::query::view::{Late, View};
use crate::history::query::{Format, Question};
use crate::history::readers::{ReadError, Which};
use crate::journal::{Journal, Record};
use crate::name::BoardName;
use crate::server::Shared;
use crate::server::answer::{Answer, error, json};
use crate::server::api::unknown;
use crate::wire::encode::Kind;

/// Events copied out of the backlog under one lock.
const PORTION: usize = 1000;

/// The backlog may lose events while the disk is asked up to where it has them; then the
/// disk has more of them.
pub(super) const ATTEMPTS: usize = 3;

/// Answers a GET or HEAD. Not cancel safe as far as its answer goes, harmless otherwise.
pub async fn answer<B>(board: &str, request: &Request<B>, shared: &Shared) -> Answer {
    let Some(history) = &shared.history else {
        let why = "this gateway keeps no history on disk: add [history] to its configuration";
        return error(StatusCode::NOT_FOUND, "no_history", why);
    };
    // The gateway's own events are stored under an empty name, which is no board's.
    if BoardName::new(board).is_err() {
        return unknown(board);
    }
    let now = shared.hub.now();
    let query = request.uri().query().unwrap_or_default();
    let question = match Question::from_query(query, now) {
        Ok(question) => question,
        Err(why) => return refused(&why),
    };
    let place = match question.format {
        Format::Json => shared.places.answer().await,
        Format::Csv => shared.places.export(),
    };
    let Some(place) = place else {
        let why = format!("{EXPORTS} exports are being sent: try again when one of them has ended");
        return error(StatusCode::SERVICE_UNAVAILABLE, "busy", &why);
    };
    let journal = &shared.hub.journal;
    let file = history.file();
    let view = match view((history, file), journal, board).await {
        Ok(view) => view,
        Err(why) => return unreadable(history, &why),
    };
    if view.shelf.is_none() && view.tail.is_empty() && journal.board(board).is_none() {
        return unknown(board);
    }
    match question.format {
        Format::Json => match Table::new(&question, view, now) {
            Ok(table) => {
                let done = columns(board, (history, file), table, place).await;
                done.unwrap_or_else(|why| unreadable(history, &why))
            }
            Err(why) => refused(&why),
        },
        Format::Csv => match Csv::new(&question, view, now) {
            Ok(csv) => {
                let name = csv.file_name(board);
                let from = (history.clone(), file, place);
                export::answer((csv, &name), from, request.method(), shared)
            }
            Err(why) => refused(&why),
        },
    }
}

/// What there is of a board up to now. Cancel safe.
async fn view(
    (history, file): (&History, Which),
    journal: &Journal,
    board: &str,
) -> Result<View, ReadError> {
    let mut attempt = 1;
    loop {
        let name = board.to_owned();
        let view = history
            .read_from(file, move |conn| View::load(conn, &name))
            .await?;
        let mut late = Vec::new();
        let lost = tail(journal, view.stored, board, |record| {
            if record.kind == Kind::Reading {
                let (time, body) = (record.time, record.body());
                late.push(Late { time, body });
            }
        });
        if !lost.await || attempt == ATTEMPTS {
            return Ok(view.with_tail(late));
        }
        attempt += 1;
    }
}

/// Gives a board's events in the backlog above a number, in order; says whether some have left
/// it. They are as many as the backlog holds at most, which is so while nothing can be stored.
/// Cancel safe.
pub(super) async fn tail(
    journal: &Journal,
    stored: u64,
    board: &str,
    mut each: impl FnMut(&Record),
) -> bool {
    let (mut after, mut lost, head) = (stored, false, journal.head());
    while after < head {
        let passage = journal.after(after, PORTION);
        lost |= passage.lost.is_some();
        let Some(last) = passage.records.last() else {
            break;
        };
        after = last.seq;
        let ours = |record: &&Record| {
            let name = record.board.as_ref().map(|name| name.as_str());
            name == Some(board) && record.seq <= head
        };
        passage.records.iter().filter(ours).for_each(&mut each);
        yield_now().await;
    }
    lost
}

async fn columns(
    board: &str,
    (history, file): (&History, Which),
    table: Table,
    place: Place,
) -> Result<Answer, ReadError> {
    let mut table = Box::new(table);
    loop {
        let name = board.to_owned();
        // The last step makes the text, too, which may be long.
        let step = move |conn: &_| {
            Ok(match table.step(conn)? {
                Step::More => Stepped::More(table),
                Step::Done => Stepped::Done(table.into_json(&name)),
                Step::Refused(why) => Stepped::Refused(why),
            })
        };
        match history.read_from(file, step).await? {
            Stepped::More(back) => table = back,
            Stepped::Done(text) => return Ok(json(StatusCode::OK, ready(text, place))),
            Stepped::Refused(why) => return Ok(refused(&why)),
        }
    }
}

enum Stepped {
    More(Box<Table>),
    Done(Vec<u8>),
    Refused(String),
}

pub(super) fn refused(why: &str) -> Answer {
    error(StatusCode::BAD_REQUEST, "bad_query", why)
}

pub(super) fn unreadable(history: &History, why: &ReadError) -> Answer {
    let why = format!("the history cannot be read now: {}", history.why(why));
    error(StatusCode::SERVICE_UNAVAILABLE, "history_error", &why)
}
