//! `GET /api/boards/{board}/history`: what is on disk, and what is not there yet.
//! Knows nothing of SQL.

#[cfg(test)]
pub(crate) mod testing;

#[cfg(test)]
mod tests;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use tokio::task::yield_now;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::clock::Timestamp;
use crate::history::History;
use crate::history::query::answer::{Answer as Table, Step};
use crate::history::query::csv::Csv;
use crate::history::query::view::{Late, View};
use crate::history::query::{Format, Question};
use crate::history::readers::ReadError;
use crate::journal::{Journal, Record};
use crate::name::BoardName;
use crate::server::Shared;
use crate::server::answer::{Answer, error, json};
use crate::server::api::unknown;
use crate::server::stream_body::{Body, Gone, Sender};
use crate::wire::encode::Kind;

/// Events copied out of the backlog under one lock.
const PORTION: usize = 1000;

/// Pieces of a text that wait to be sent.
const WAITING: usize = 2;

/// A client that takes nothing for so long has gone.
const PATIENCE: Duration = Duration::from_secs(30);

/// The backlog may lose events while the disk is asked up to where it has them; then the
/// disk has more of them.
const ATTEMPTS: usize = 3;

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
    let journal = &shared.hub.journal;
    let view = match view(history, journal, board).await {
        Ok(view) => view,
        Err(why) => return unreadable(history, &why),
    };
    if view.shelf.is_none() && view.tail.is_empty() && journal.board(board).is_none() {
        return unknown(board);
    }
    let done = match question.format {
        Format::Json => columns(board, history, &question, view, now).await,
        Format::Csv => {
            rows(
                board,
                history,
                &question,
                view,
                now,
                (request.method(), shared),
            )
            .await
        }
    };
    done.unwrap_or_else(|why| unreadable(history, &why))
}

/// What there is of a board up to now. Cancel safe.
async fn view(history: &History, journal: &Journal, board: &str) -> Result<View, ReadError> {
    let mut attempt = 1;
    loop {
        let name = board.to_owned();
        let view = history.read(move |conn| View::load(conn, &name)).await?;
        let (tail, lost) = tail(journal, view.stored, board).await;
        if !lost || attempt == ATTEMPTS {
            return Ok(view.with_tail(tail));
        }
        attempt += 1;
    }
}

/// A board's readings in the backlog above a number, and whether some have left it. As
/// large as the backlog at most, which is so while nothing can be stored. Cancel safe.
async fn tail(journal: &Journal, stored: u64, board: &str) -> (Vec<Late>, bool) {
    let mut late = Vec::new();
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
            record.kind == Kind::Reading && name == Some(board) && record.seq <= head
        };
        late.extend(passage.records.iter().filter(ours).map(|record| Late {
            time: record.time,
            body: record.body(),
        }));
        yield_now().await;
    }
    (late, lost)
}

async fn columns(
    board: &str,
    history: &History,
    question: &Question,
    view: View,
    now: Timestamp,
) -> Result<Answer, ReadError> {
    let mut table = match Table::new(question, view, now) {
        Ok(table) => table,
        Err(why) => return Ok(refused(&why)),
    };
    loop {
        let step = move |conn: &_| table.step(conn).map(|step| (table, step));
        let (back, step) = history.read(step).await?;
        match step {
            Step::More => table = back,
            Step::Done => return Ok(json(StatusCode::OK, back.into_json(board))),
            Step::Refused(why) => return Ok(refused(&why)),
        }
    }
}

async fn rows(
    board: &str,
    history: &Arc<History>,
    question: &Question,
    view: View,
    now: Timestamp,
    request: (&Method, &Shared),
) -> Result<Answer, ReadError> {
    let csv = match Csv::new(question, view, now) {
        Ok(csv) => csv,
        Err(why) => return Ok(refused(&why)),
    };
    let name = csv.file_name(board);
    let (method, shared) = request;
    let body = match *method {
        Method::HEAD => Body::default(),
        _ => {
            let (sender, body) = Body::channel(WAITING);
            let (history, csv) = (history.clone(), Some(csv));
            let rows = Rows { history, csv };
            shared
                .sockets
                .spawn(send(rows, sender, shared.stop.clone()));
            body
        }
    };
    let mut answer = Response::new(body);
    let headers = answer.headers_mut();
    let kind = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
    headers.insert(CONTENT_TYPE, kind);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Names of boards and dates need no escapes.
    if let Ok(name) = format!("attachment; filename=\"{name}\"").parse() {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    Ok(answer)
}

/// Sends a text to its end. A client that takes nothing for long, a database that cannot be
/// read any more, or the end of the gateway breaks the answer off.
async fn send(mut rows: Rows, sender: Sender, stop: CancellationToken) {
    let sent = stop.run_until_cancelled(send_all(&mut rows, &sender));
    if sent.await != Some(Sent::All) {
        sender.abort();
    }
}

#[derive(PartialEq, Eq)]
enum Sent {
    All,
    Some,
}

async fn send_all(rows: &mut Rows, sender: &Sender) -> Sent {
    loop {
        match rows.next().await {
            Ok(None) => return Sent::All,
            Ok(Some(chunk)) => match timeout(PATIENCE, sender.send(chunk)).await {
                Ok(Ok(())) => {}
                Ok(Err(Gone)) | Err(_) => return Sent::Some,
            },
            Err(why) => {
                warn!(error = %why, "an export is broken off");
                return Sent::Some;
            }
        }
    }
}

/// A text that comes bit by bit, each read when it is asked for.
struct Rows {
    history: Arc<History>,
    /// `None` once it has ended.
    csv: Option<Csv>,
}

impl Rows {
    /// The next bit, some 10 to 1000 KiB; `None` is the end. Not cancel safe: what is read
    /// then is lost, and with it the rest.
    ///
    /// # Errors
    /// When the database cannot be read any more: what was given is not all.
    async fn next(&mut self) -> Result<Option<Bytes>, ReadError> {
        while let Some(mut csv) = self.csv.take() {
            let next = move |conn: &_| csv.next(conn).map(|chunk| (csv, chunk));
            match self.history.read(next).await? {
                (_, None) => break,
                (back, Some(chunk)) => {
                    self.csv = Some(back);
                    if !chunk.is_empty() {
                        return Ok(Some(chunk));
                    }
                }
            }
        }
        Ok(None)
    }
}

fn refused(why: &str) -> Answer {
    error(StatusCode::BAD_REQUEST, "bad_query", why)
}

/// What keeps events from being stored mostly keeps them from being read, and has a cure.
fn unreadable(history: &History, why: &ReadError) -> Answer {
    let trouble = history.status().detail;
    let cause = match why.source() {
        _ if !trouble.is_empty() => trouble,
        Some(cause) => cause.to_string(),
        None => why.to_string(),
    };
    let why = format!("the history cannot be read now: {cause}");
    error(StatusCode::SERVICE_UNAVAILABLE, "history_error", &why)
}
