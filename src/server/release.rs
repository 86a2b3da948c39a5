//! `POST …/release` and `…/resume`: a port for another program, and back.
//! Opens and closes nothing.

use std::time::Duration;

use hyper::body::Incoming;
use hyper::{Request, StatusCode};
use tokio::time::timeout;

use crate::boards::board::{Asked, Board};
use crate::server::access::Role;
use crate::server::answer::{Answer, error};
use crate::server::body::BodyError;
use crate::server::{Shared, api, body};
use crate::wire::release::span;

/// A port closes within 0.2 s, and some adapters take seconds to be opened before.
const PATIENCE: Duration = Duration::from_secs(10);

/// `POST /api/boards/{board}/release`: answered when the port is closed. Cancel safe in that
/// what was asked for is done all the same.
pub async fn release(
    name: &str,
    request: Request<Incoming>,
    role: Role,
    shared: &Shared,
) -> Answer {
    let asked = match body::read(request, shared.limits.max_body).await {
        Ok(body) => span(&body),
        // As `curl -X POST` sends it.
        Err(BodyError::NoLength) => span(b""),
        Err(problem) => return problem.response(),
    };
    match asked {
        Ok(span) => act(name, role, shared, |board| board.release(span)).await,
        Err(why) => {
            let why = format!("{why} (as in {{\"for\":60}})");
            error(StatusCode::BAD_REQUEST, "bad_message", &why)
        }
    }
}

/// `POST /api/boards/{board}/resume`: answered when the first attempt to open the port is
/// over. Its body is not looked at. Cancel safe as [`release`] is.
pub async fn resume(name: &str, role: Role, shared: &Shared) -> Answer {
    act(name, role, shared, Board::resume).await
}

/// Asks, waits until the port's task has obeyed, and answers with the board. What takes too
/// long is obeyed later all the same.
async fn act(
    name: &str,
    role: Role,
    shared: &Shared,
    ask: impl FnOnce(&Board) -> Option<Asked>,
) -> Answer {
    if role < Role::Operator {
        let why = "a viewer may not release ports";
        return error(StatusCode::FORBIDDEN, "forbidden", why);
    }
    let registry = &shared.registry;
    let Some(board) = registry.of_port(name).or_else(|| registry.get(name)) else {
        return api::unknown(name);
    };
    let Some(mut asked) = ask(&board) else {
        let why = format!("board {name} has no serial port here");
        return error(StatusCode::CONFLICT, "no_port", &why);
    };
    let obeyed = timeout(PATIENCE, asked.obeyed());
    match shared.stop.run_until_cancelled(obeyed).await {
        Some(Ok(())) => api::board(registry.on_port_of(&board).name().as_str(), shared),
        Some(Err(_)) => {
            let why = format!(
                "board {name}: its port is still being opened or closed after {} s \
                 (ask again, or unplug it)",
                PATIENCE.as_secs()
            );
            error(StatusCode::GATEWAY_TIMEOUT, "timeout", &why)
        }
        None => {
            let why = "the gateway stops, and closes every port";
            error(StatusCode::SERVICE_UNAVAILABLE, "stopping", why)
        }
    }
}
