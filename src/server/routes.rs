//! Which path is what, and who is let in. Knows nothing of what an answer says.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use hyper::body::Incoming;
use hyper::{Method, Request, StatusCode};
use tracing::{debug, warn};

use crate::server::access::{Denied, HostRule, Role};
use crate::server::answer::{Answer, error, method_not_allowed, not_found, upgrade_required};
use crate::server::listener::Peer;
use crate::server::websocket::{Refusal, is_upgrade};
use crate::server::{Shared, api, assets, history, posts, release, upgrades};

/// A place that the gateway has.
#[derive(Debug, PartialEq, Eq)]
enum Place<'a> {
    Home,
    Subscribe,
    Echo,
    Board(&'a str),
    Boards,
    ApiBoard(&'a str),
    History(&'a str),
    Command(&'a str),
    Release(&'a str),
    Resume(&'a str),
    Schema,
    Alive,
    Ready,
    Metrics,
}

impl<'a> Place<'a> {
    fn of(path: &'a str) -> Option<Self> {
        let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        Some(match parts[..] {
            [""] => Self::Home,
            ["ws"] => Self::Subscribe,
            ["echo"] => Self::Echo,
            ["board", board] => Self::Board(board),
            ["api", "boards"] => Self::Boards,
            ["api", "boards", board] => Self::ApiBoard(board),
            ["api", "boards", board, "history"] => Self::History(board),
            ["api", "boards", board, "command"] => Self::Command(board),
            ["api", "boards", board, "release"] => Self::Release(board),
            ["api", "boards", board, "resume"] => Self::Resume(board),
            ["api", "schema"] => Self::Schema,
            ["healthz"] => Self::Alive,
            ["readyz"] => Self::Ready,
            ["metrics"] => Self::Metrics,
            _ => return None,
        })
    }

    /// Methods besides upgrades, as in `Allow`.
    fn methods(&self) -> &'static str {
        match self {
            Self::Board(_) => "GET, POST",
            Self::ApiBoard(_) => "GET, HEAD, DELETE",
            Self::Command(_) | Self::Release(_) | Self::Resume(_) => "POST",
            _ => "GET, HEAD",
        }
    }

    fn upgrades(&self) -> bool {
        matches!(
            self,
            Self::Home | Self::Subscribe | Self::Echo | Self::Board(_)
        )
    }

    /// Boards may leave out `Host`, and so may who upgrades on `/`.
    fn host_rule(&self, upgrade: bool) -> HostRule {
        match self {
            Self::Board(_) => HostRule::Optional,
            Self::Home if upgrade => HostRule::Optional,
            _ => HostRule::Required,
        }
    }
}

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
        (&Method::GET | &Method::HEAD, Place::History(board)) => {
            history::answer(board, &request, &shared).await
        }
        (&Method::GET | &Method::HEAD, _) => get(&place, &shared),
        _ => method_not_allowed(place.methods()),
    }
}

fn get(place: &Place<'_>, shared: &Shared) -> Answer {
    match place {
        Place::Home => assets::page(),
        Place::Subscribe | Place::Echo | Place::Board(_) => upgrade_required(),
        Place::Boards => api::boards(shared),
        Place::ApiBoard(board) => api::board(board, shared),
        // The history has been answered before; the others have no GET.
        Place::History(_) | Place::Command(_) | Place::Release(_) | Place::Resume(_) => {
            method_not_allowed(place.methods())
        }
        Place::Schema => api::schema(),
        Place::Alive => api::alive(),
        Place::Ready => api::ready(shared),
        Place::Metrics => api::metrics(shared),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_has_its_place() {
        let cases = [
            ("/", Some(Place::Home)),
            ("/ws", Some(Place::Subscribe)),
            ("/ws/", None),
            ("/board/a", Some(Place::Board("a"))),
            ("/board", None),
            ("/board/a/b", None),
            ("/api/boards", Some(Place::Boards)),
            ("/api/boards/a", Some(Place::ApiBoard("a"))),
            ("/api/boards/a/command", Some(Place::Command("a"))),
            ("/api/boards/a/release", Some(Place::Release("a"))),
            ("/api/boards/a/resume", Some(Place::Resume("a"))),
            ("/socket.io/", None),
            ("/api/events", None),
        ];
        for (path, wanted) in cases {
            assert_eq!(Place::of(path), wanted, "{path}");
        }
    }
}
