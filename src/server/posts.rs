//! `POST`: readings of a board, and commands for one. Knows nothing of how lines are read.

use std::sync::atomic::Ordering::Relaxed;

use hyper::body::Incoming;
use hyper::header::CONTENT_TYPE;
use hyper::{Request, StatusCode};
use tokio::sync::oneshot;

use crate::boards::Link;
use crate::boards::commands::{Last, Ticket};
use crate::boards::http::{self, Sent};
use crate::boards::registry::Refused;
use crate::name::BoardName;
use crate::server::access::Role;
use crate::server::answer::{Answer, encoded, error};
use crate::server::listener::Peer;
use crate::server::{Shared, body};
use crate::wire::request::{CommandBody, text_and_ttl};
use crate::wire::{Code, CommandResult, Outcome, Status};

/// `POST /board/{board}`.
pub async fn board(name: &str, request: Request<Incoming>, peer: Peer, shared: &Shared) -> Answer {
    let name = match BoardName::new(name) {
        Ok(name) => name,
        Err(why) => return error(StatusCode::BAD_REQUEST, "invalid_name", &why.to_string()),
    };
    let kind = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or("");
    let form = kind
        .trim_start()
        .to_ascii_lowercase()
        .starts_with("application/x-www-form-urlencoded");
    let sent = if form { Sent::AsForm } else { Sent::Plain };
    let body = match body::read(request, shared.limits.max_body).await {
        Ok(body) => body,
        Err(problem) => return problem.response(),
    };
    if let Err(denied) = shared.rules().policy.board(&name, peer.listener.ip()) {
        return error(StatusCode::FORBIDDEN, "forbidden", &denied.to_string());
    }
    let board = match shared.registry.claim(&name, Link::Http) {
        Ok(board) => board,
        Err(refused) => return refuse(refused),
    };
    match http::post(&board, &body, sent) {
        Some((accepted, seq)) => {
            shared.hub.journal.shown(seq).await;
            encoded(
                StatusCode::ACCEPTED,
                &serde_json::json!({ "accepted": accepted, "seq": seq }),
            )
        }
        None => {
            let why = "no line in the body (it is empty, blank, or each line is above `max_line`)";
            error(StatusCode::BAD_REQUEST, "no_line", why)
        }
    }
}

fn refuse(refused: Refused) -> Answer {
    let (status, code) = match refused {
        Refused::Serial => (StatusCode::CONFLICT, "serial_board"),
        Refused::Unknown => (StatusCode::FORBIDDEN, "unknown_board"),
        Refused::Full => (StatusCode::SERVICE_UNAVAILABLE, "too_many_boards"),
    };
    error(status, code, &refused.to_string())
}

/// `POST /api/boards/{board}/command`: waits for the final result.
pub async fn command(
    name: &str,
    request: Request<Incoming>,
    role: Role,
    shared: &Shared,
) -> Answer {
    let body = match body::read(request, shared.limits.max_body).await {
        Ok(body) => body,
        Err(problem) => return problem.response(),
    };
    let asked = serde_json::from_slice::<CommandBody>(&body).map_err(|why| why.to_string());
    let asked = asked.and_then(|asked| Ok((asked.id, text_and_ttl(asked.data, asked.ttl)?)));
    let (id, (text, ttl)) = match asked {
        Ok(asked) => asked,
        Err(why) => {
            let why = format!("not a command: {why} (as in {{\"data\":\"LED ON\"}})");
            return error(StatusCode::BAD_REQUEST, "bad_message", &why);
        }
    };
    let (tell, told) = oneshot::channel();
    let mut tell = Some(tell);
    let ticket = Ticket::new(name, move |outcome, last| {
        if last == Last::Yes
            && let Some(tell) = tell.take()
        {
            // Nobody waits any more: the result is dropped, the command is not.
            let _ = tell.send(outcome);
        }
    });
    if role < Role::Operator {
        ticket.finish(Outcome::failed(
            Code::Forbidden,
            "a viewer may not send commands",
        ));
    } else {
        shared.hub.counters.commands.fetch_add(1, Relaxed);
        shared.command(name, &text, ttl, ticket);
    }
    let outcome = told
        .await
        .unwrap_or_else(|_| Outcome::failed(Code::BoardOffline, "the board is gone"));
    let id = id.map(crate::wire::request::Id::into_value);
    encoded(status_of(&outcome), &CommandResult::new(id, name, &outcome))
}

fn status_of(outcome: &Outcome) -> StatusCode {
    match (
        outcome.status,
        outcome.error.as_ref().map(|error| error.code),
    ) {
        (Status::Written | Status::Acked | Status::Nacked, _) => StatusCode::OK,
        (Status::Timeout, _) | (_, Some(Code::Expired)) => StatusCode::GATEWAY_TIMEOUT,
        (_, Some(Code::UnknownBoard)) => StatusCode::NOT_FOUND,
        (_, Some(Code::BoardOffline | Code::ReadOnly)) => StatusCode::CONFLICT,
        (_, Some(Code::QueueFull)) => StatusCode::TOO_MANY_REQUESTS,
        (_, Some(Code::TooLong)) => StatusCode::PAYLOAD_TOO_LARGE,
        (_, Some(Code::Forbidden)) => StatusCode::FORBIDDEN,
        (_, Some(Code::Invalid) | None) => StatusCode::BAD_REQUEST,
    }
}
