//! What can be read over plain HTTP. Knows nothing of requests.

use std::sync::atomic::Ordering::Relaxed;

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use serde_json::json;

use crate::boards::registry::Kept;
use crate::metrics::Page;
use crate::server::Shared;
use crate::server::answer::{Answer, encoded, error, json as json_text, no_content};
use crate::wire;

/// `GET /api/boards`.
pub fn boards(shared: &Shared) -> Answer {
    let boards = shared.hub.journal.boards();
    let mut body = br#"{"boards":["#.to_vec();
    body.extend(boards.join(&b','));
    body.extend_from_slice(b"]}");
    json_text(StatusCode::OK, body)
}

/// `GET /api/boards/{board}`.
pub fn board(name: &str, shared: &Shared) -> Answer {
    match shared.hub.journal.board(name) {
        Some(board) => json_text(StatusCode::OK, board),
        None => unknown(name),
    }
}

/// `DELETE /api/boards/{board}`.
pub fn forget(name: &str, shared: &Shared) -> Answer {
    let (code, why) = match shared.registry.remove(name) {
        Ok(()) => return no_content(),
        Err(Kept::Unknown) => return unknown(name),
        Err(Kept::Configured) => ("configured", "is in the configuration (remove it there)"),
        Err(Kept::InUse) => (
            "in_use",
            "is online (only what is offline or stale can be forgotten)",
        ),
    };
    error(StatusCode::CONFLICT, code, &format!("board {name} {why}"))
}

/// `GET /api/schema`.
pub fn schema() -> Answer {
    encoded(StatusCode::OK, &wire::schema())
}

/// `GET /healthz`.
pub fn alive() -> Answer {
    encoded(StatusCode::OK, &json!({ "status": "ok" }))
}

/// `GET /readyz`: whether connections are taken, and events stored. Does not depend on
/// boards.
pub fn ready(shared: &Shared) -> Answer {
    if !shared.is_ready() {
        let status = json!({ "status": "starting or stopping" });
        return encoded(StatusCode::SERVICE_UNAVAILABLE, &status);
    }
    let Some(history) = &shared.history else {
        return encoded(StatusCode::OK, &json!({ "status": "ready" }));
    };
    let history = history.status();
    let (code, status) = match history.is_ok() {
        true => (StatusCode::OK, "ready"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "degraded"),
    };
    let history = json!({
        "state": history.state,
        "detail": history.detail,
        "behind": history.behind,
        "bytes": history.bytes,
    });
    encoded(code, &json!({ "status": status, "history": history }))
}

/// `GET /metrics`.
pub fn metrics(shared: &Shared) -> Answer {
    let journal = &shared.hub.journal;
    let (events, bytes) = journal.size();
    let mut page = Page::default();
    page.gateway(&shared.hub.counters);
    let pauses = shared.health.pauses.load(Relaxed);
    page.counter(
        "accept_pauses_total",
        "Times that descriptors ran out.",
        pauses as f64,
    );
    page.counter(
        "events_total",
        "Events numbered since the start.",
        journal.head() as f64,
    );
    page.gauge("backlog_events", "Events held in memory.", events as f64);
    page.gauge(
        "backlog_bytes",
        "Bytes that the backlog holds in memory.",
        bytes as f64,
    );
    if let Some(history) = &shared.history {
        page.history(&history.status(), history.counters());
    }
    let boards = shared.boards();
    let tallies: Vec<_> = boards
        .iter()
        .map(|board| (board.name().to_string(), &**board.tally()))
        .collect();
    page.tallies(&tallies);
    page.boards(&journal.views());
    let mut answer = json_text(StatusCode::OK, Bytes::from(page.into_text()));
    let text = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    answer.headers_mut().insert(CONTENT_TYPE, text);
    answer
}

/// 404 for a board that nobody knows.
pub fn unknown(name: &str) -> Answer {
    let why = format!("no board is called `{name}` (GET /api/boards lists them)");
    error(StatusCode::NOT_FOUND, "unknown_board", &why)
}
