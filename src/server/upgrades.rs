//! Requests that become WebSockets: who it is, the 101, and the task that goes on.
//! Knows nothing of frames.

use std::net::IpAddr;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{HeaderMap, ORIGIN, USER_AGENT};
use hyper::{Request, StatusCode};

use crate::boards::Link;
use crate::boards::registry::Refused;
use crate::boards::session::Session;
use crate::boards::websocket::{self as link, Farewell, Manner};
use crate::name::BoardName;
use crate::server::access::{Denied, UNKNOWN_BOARD};
use crate::server::answer::Answer;
use crate::server::listener::Peer;
use crate::server::requests::Requests;
use crate::server::websocket::{Options, Refusal, check, offers_deflate};
use crate::server::{Shared, echo as echoing, subscriber as subscribing};
use crate::wire::request::Subscribe;

/// The client that stays away after a Close until it is reset.
const ESP_IDF: &str = "ESP32 Websocket Client";

/// `/echo`.
///
/// # Errors
/// When the handshake is no good.
pub fn echo(mut request: Request<Incoming>, shared: Arc<Shared>) -> Result<Answer, Refusal> {
    let handshake = check(&request)?;
    let upgrade = hyper::upgrade::on(&mut request);
    let unmasked = shared.wifi().accept_unmasked;
    shared
        .sockets
        .spawn(echoing::run(upgrade, unmasked, shared.stop.clone()));
    Ok(handshake.response())
}

/// `/ws`.
///
/// # Errors
/// When the handshake or the query is no good, or who asks may not read.
pub fn subscriber(
    request: Request<Incoming>,
    peer: Peer,
    shared: Arc<Shared>,
) -> Result<Answer, Refusal> {
    subscribe(request, peer, shared, None)
}

/// `/`: a browser or a program is a subscriber, anything else a board.
///
/// # Errors
/// As [`subscriber`] and [`board`].
pub fn home(
    request: Request<Incoming>,
    peer: Peer,
    shared: Arc<Shared>,
) -> Result<Answer, Refusal> {
    if is_subscriber(request.headers()) {
        let page = BoardName::new(&address_name("web", peer.address.ip()));
        return subscribe(request, peer, shared, page.ok());
    }
    let named = form_urlencoded::parse(request.uri().query().unwrap_or("").as_bytes())
        .find(|(name, _)| name == "board")
        .map(|(_, board)| board.into_owned());
    match named {
        Some(name) => board(&name, request, peer, shared),
        None => unnamed_board(request, peer, shared),
    }
}

/// `/board/{board}`.
///
/// # Errors
/// When the handshake is no good, the name is not one or belongs to a port, or the
/// board is not accepted.
pub fn board(
    name: &str,
    request: Request<Incoming>,
    peer: Peer,
    shared: Arc<Shared>,
) -> Result<Answer, Refusal> {
    let name = BoardName::new(name)
        .map_err(|_| Refusal::new(StatusCode::BAD_REQUEST, "not a board's name"))?;
    let handshake = check(&request)?;
    let session = open(&name, peer, &shared)?;
    Ok(go_on(handshake.response(), request, session, shared))
}

/// A board that says no name has its address for one; from loopback, where several may
/// be connected at once, the first free number behind it.
fn unnamed_board(
    request: Request<Incoming>,
    peer: Peer,
    shared: Arc<Shared>,
) -> Result<Answer, Refusal> {
    let handshake = check(&request)?;
    let ip = peer.address.ip();
    let base = address_name("wifi", ip);
    // One at a time, or two boards could find the same name free.
    let _naming = shared.registry.naming();
    let mut name = base.clone();
    let mut number = 2;
    while ip.is_loopback() && shared.registry.is_connected(&name) {
        name = format!("{base}-{number}");
        number += 1;
    }
    let name = BoardName::new(&name)
        .map_err(|_| Refusal::new(StatusCode::BAD_REQUEST, "no name for this address"))?;
    let session = open(&name, peer, &shared)?;
    Ok(go_on(
        handshake.response(),
        request,
        session,
        shared.clone(),
    ))
}

fn open(name: &BoardName, peer: Peer, shared: &Shared) -> Result<Session, Refusal> {
    let denied = |denied: Denied| Refusal::new(StatusCode::FORBIDDEN, denied.kind());
    shared
        .rules()
        .policy
        .board(name, peer.listener.ip())
        .map_err(denied)?;
    let board = shared
        .registry
        .claim(name, Link::Websocket)
        .map_err(|refused| match refused {
            Refused::Serial => {
                Refusal::new(StatusCode::CONFLICT, "the name belongs to a serial port")
            }
            Refused::Unknown => Refusal::new(StatusCode::FORBIDDEN, UNKNOWN_BOARD),
            Refused::Full => Refusal::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "max_boards are known already",
            ),
        })?;
    let mut session = Session::open(&board, Link::Websocket, "");
    session.ready(&peer.address.ip().to_string());
    Ok(session)
}

fn go_on(
    answer: Answer,
    mut request: Request<Incoming>,
    session: Session,
    shared: Arc<Shared>,
) -> Answer {
    let wifi = shared.wifi();
    let manner = Manner {
        options: Options {
            accept_unmasked: wifi.accept_unmasked,
            accept_long_pongs: true,
            stall: wifi.silent_after,
            ..Options::strict(shared.limits.max_message)
        },
        ping_interval: wifi.ping_interval,
        silent_after: wifi.silent_after,
        farewell: if header(request.headers(), USER_AGENT) == ESP_IDF {
            Farewell::Plain
        } else {
            Farewell::Close
        },
    };
    let upgrade = hyper::upgrade::on(&mut request);
    let stop = shared.stop.clone();
    shared
        .links
        .spawn(link::run(upgrade, session, manner, stop));
    answer
}

fn subscribe(
    mut request: Request<Incoming>,
    peer: Peer,
    shared: Arc<Shared>,
    page: Option<BoardName>,
) -> Result<Answer, Refusal> {
    let handshake = check(&request)?;
    let denied = |denied: Denied| Refusal::new(StatusCode::FORBIDDEN, denied.kind());
    let role = shared
        .rules()
        .policy
        .role(peer.listener.ip())
        .map_err(denied)?;
    let query = request.uri().query().unwrap_or("");
    let wanted = Subscribe::from_query(query).and_then(Subscribe::check);
    let wanted = wanted
        .map_err(|_| Refusal::new(StatusCode::BAD_REQUEST, "the query is no subscription"))?;
    let upgrade = hyper::upgrade::on(&mut request);
    let requests = Requests::new(shared.clone(), role, page);
    shared
        .sockets
        .spawn(subscribing::run(upgrade, wanted, requests, shared.clone()));
    Ok(handshake.response())
}

/// A browser, or a program whose library offers to compress; no board's does.
fn is_subscriber(headers: &HeaderMap) -> bool {
    let browser =
        headers.contains_key(ORIGIN) && header(headers, USER_AGENT).starts_with("Mozilla/");
    browser || offers_deflate(headers)
}

fn header(headers: &HeaderMap, name: hyper::header::HeaderName) -> &str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("")
}

/// `wifi-192-168-1-23`.
fn address_name(kind: &str, ip: IpAddr) -> String {
    format!(
        "{kind}-{}",
        ip.to_canonical().to_string().replace(['.', ':'], "-")
    )
}
