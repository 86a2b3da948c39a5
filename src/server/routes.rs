//! Who is let in, and who answers. Knows nothing of what an answer says.

mod places;

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use hyper::body::Incoming;
use hyper::{Method, Request, StatusCode};
use tracing::{debug, warn};

use self::places::Place;
use crate::server::access::{Denied, HostRule, Role};
use crate::server::answer::{Answer, error, method_not_allowed, not_found, upgrade_required};
use crate::server::listener::Peer;
use crate::server::websocket::{Refusal, is_upgrade};
use crate::server::{
    Shared, api, assets, doctor, events, history, poll, posts, release, states, status, upgrades,
};

/// Answers one request. An upgrade goes on in a task of its own.
pub async fn handle(request: Request<Incoming>, peer: Peer, shared: Arc<Shared>) -> Answer {
    let upgrade = is_upgrade(request.headers());
    let path = request.uri().path().to_owned();
    let place = Place::of(&path);
    if let Err(denied) = admit(&request, place.as_ref(), upgrade, &shared) {
        say(peer, &path, &shared, denied.kind(), &denied.to_string());
        return deny(&denied, upgrade, &shared);
    }
    if upgrade {
        return match place {
            Some(place) if place.upgrades() => upgrade_on(place, request, peer, shared),
            Some(_) => Refusal::new(StatusCode::BAD_REQUEST, "no websocket here").response(),
            None => Refusal::new(StatusCode::NOT_FOUND, "nothing here").response(),
        };
    }
    let rules = shared.rules();
    if let Some(answer) = rules.policy.preflight(&request) {
        return answer;
    }
    let headers = request.headers().clone();
    let mut answer = match place {
        Some(place) => plain(place, request, peer, shared).await,
        None => not_found(&path),
    };
    rules.policy.add_cors(&headers, answer.headers_mut());
    answer
}

/// `Host` is checked always, `Origin` where something could be changed or read for long.
fn admit(
    request: &Request<Incoming>,
    place: Option<&Place<'_>>,
    upgrade: bool,
    shared: &Shared,
) -> Result<(), Denied> {
    let policy = &shared.rules().policy;
    let rule = place.map_or(HostRule::Required, |place| place.host_rule(upgrade));
    policy.host(request.headers(), rule)?;
    let harmless = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if upgrade || !harmless {
        policy.origin(request.headers())?;
    }
    Ok(())
}

fn deny(denied: &Denied, upgrade: bool, shared: &Shared) -> Answer {
    shared.hub.counters.refused.fetch_add(1, Relaxed);
    if upgrade {
        return Refusal::new(StatusCode::FORBIDDEN, "denied").response();
    }
    error(StatusCode::FORBIDDEN, "forbidden", &denied.to_string())
}

/// Says once why somebody is refused: he may come back every few seconds.
fn say(peer: Peer, path: &str, shared: &Shared, kind: &'static str, why: &str) {
    let address = peer.address.ip();
    if shared.rules().refusals.is_news(address, kind) {
        warn!(%address, path, why, "refused, and this is said once");
    } else {
        debug!(%address, path, why, "refused again");
    }
}

fn upgrade_on(
    place: Place<'_>,
    request: Request<Incoming>,
    peer: Peer,
    shared: Arc<Shared>,
) -> Answer {
    let path = request.uri().path().to_owned();
    let done = match place {
        Place::Echo => upgrades::echo(request, shared.clone()),
        Place::Board(board) => upgrades::board(board, request, peer, shared.clone()),
        Place::Home => upgrades::home(request, peer, shared.clone()),
        _ => upgrades::subscriber(request, peer, shared.clone()),
    };
    done.unwrap_or_else(|refusal| {
        say(peer, &path, &shared, refusal.why, refusal.why);
        refusal.response()
    })
}

async fn plain(
    place: Place<'_>,
    request: Request<Incoming>,
    peer: Peer,
    shared: Arc<Shared>,
) -> Answer {
    let role = match shared.rules().policy.role(peer.listener.ip()) {
        Ok(role) => role,
        Err(denied) => return deny(&denied, false, &shared),
    };
    match (request.method(), &place) {
        (&Method::POST, Place::Board(board)) => posts::board(board, request, peer, &shared).await,
        (&Method::POST, Place::Command(board)) => {
            posts::command(board, request, role, &shared).await
        }
        (&Method::POST, Place::Release(board)) => {
            release::release(board, request, role, &shared).await
        }
        (&Method::POST, Place::Resume(board)) => release::resume(board, role, &shared).await,
        (&Method::DELETE, Place::ApiBoard(board)) if role == Role::Operator => {
            api::forget(board, &shared)
        }
        (&Method::DELETE, Place::ApiBoard(_)) => error(
            StatusCode::FORBIDDEN,
            "forbidden",
            "a viewer may not forget boards",
        ),
        (&Method::GET | &Method::HEAD, _) => get(&place, &request, role, &shared).await,
        _ => method_not_allowed(place.methods()),
    }
}

async fn get(
    place: &Place<'_>,
    request: &Request<Incoming>,
    role: Role,
    shared: &Arc<Shared>,
) -> Answer {
    match place {
        Place::Home | Place::Asset => assets::answer(request.uri().path(), request.headers()),
        Place::Subscribe | Place::Echo | Place::Board(_) => upgrade_required(),
        Place::Boards => api::boards(shared),
        Place::ApiBoard(board) => api::board(board, shared),
        Place::History(board) => history::answer(board, request, shared).await,
        Place::States(board) => states::answer(board, request, shared).await,
        Place::Command(_) | Place::Release(_) | Place::Resume(_) => {
            method_not_allowed(place.methods())
        }
        Place::Events => events::events(request, shared),
        Place::Poll => poll::poll(request, shared).await,
        Place::Status => status::answer(role, shared).await,
        Place::Doctor => doctor::answer(role, shared).await,
        Place::Schema => api::schema(),
        Place::Alive => api::alive(),
        Place::Ready => api::ready(shared),
        Place::Metrics => api::metrics(shared),
    }
}
