//! The history as CSV, bit by bit as the client takes it.
//! Knows nothing of rows.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Response};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::places::Place;
use crate::history::History;
use crate::history::query::csv::Csv;
use crate::history::readers::{ReadError, Which};
use crate::server::Shared;
use crate::server::answer::Answer;
use crate::server::stream_body::{Body, Gone, Sender};

/// Pieces of a text that wait to be sent.
const WAITING: usize = 2;

/// A client that takes nothing for so long has gone.
const PATIENCE: Duration = Duration::from_secs(30);

/// Answers with a text of this name, which is sent in a task of its own.
pub(super) fn answer(
    (csv, name): (Csv, &str),
    (history, file, place): (Arc<History>, Which, Place),
    method: &Method,
    shared: &Shared,
) -> Answer {
    let body = if *method == Method::HEAD {
        Body::default()
    } else {
        let (sender, body) = Body::channel(WAITING);
        let csv = Some(csv);
        let rows = Rows {
            history,
            file,
            csv,
            _place: place,
        };
        let stop = shared.stop.clone();
        shared.sockets.spawn(send(rows, sender, stop));
        body
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
    answer
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
    file: Which,
    /// `None` once it has ended.
    csv: Option<Csv>,
    _place: Place,
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
            match self.history.read_from(self.file, next).await? {
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
