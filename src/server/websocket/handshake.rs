//! Decides on a WebSocket handshake from its request, and makes the answer.
//! Knows nothing of the socket, nor of who may connect.

use bytes::Bytes;
use http_body_util::Empty;
use hyper::header::{
    ALLOW, CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, SEC_WEBSOCKET_ACCEPT,
    SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION,
    UPGRADE,
};
use hyper::{Method, Request, StatusCode, Version};

use crate::server::answer::Answer;

/// Keeps the whole answer below 400 bytes, which boards read into small buffers; a
/// longer subprotocol is not echoed.
const MAX_PROTOCOL: usize = 200;

/// A handshake that may be accepted.
#[derive(Debug)]
pub struct Handshake {
    accept: HeaderValue,
    protocol: Option<HeaderValue>,
}

/// Why a handshake is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The answer's status.
    pub status: StatusCode,
    /// For the log: the peer gets no body.
    pub why: &'static str,
    demand: Option<(HeaderName, &'static str)>,
}

/// Whether a request wants to become a WebSocket. If not, it is plain HTTP; if so, it is
/// still to be [`check`]ed.
pub fn is_upgrade(headers: &HeaderMap) -> bool {
    lists(headers, UPGRADE, "websocket") && lists(headers, CONNECTION, "upgrade")
}

/// Whether the client can compress. Never negotiated; it tells programs from boards.
pub fn offers_deflate(headers: &HeaderMap) -> bool {
    items(headers, SEC_WEBSOCKET_EXTENSIONS).any(|offer| {
        let name = offer.split(';').next().unwrap_or(offer);
        name.trim().eq_ignore_ascii_case("permessage-deflate")
    })
}

/// Checks a request for which [`is_upgrade`] holds.
///
/// # Errors
/// 405 for another method than GET, 400 below HTTP/1.1 and for a key that is not 16
/// bytes in base64, 426 for another version than 13.
pub fn check<B>(request: &Request<B>) -> Result<Handshake, Refusal> {
    let headers = request.headers();
    if request.method() != Method::GET {
        return Err(demand(StatusCode::METHOD_NOT_ALLOWED, ALLOW, "GET"));
    }
    if request.version() < Version::HTTP_11 {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "below http/1.1"));
    }
    if headers
        .get(SEC_WEBSOCKET_VERSION)
        .map(HeaderValue::as_bytes)
        != Some(b"13")
    {
        let status = StatusCode::UPGRADE_REQUIRED;
        return Err(demand(status, SEC_WEBSOCKET_VERSION, "13"));
    }
    let accept = sole(headers, SEC_WEBSOCKET_KEY)
        .filter(|key| is_key(key.as_bytes()))
        .and_then(accept_for)
        .ok_or_else(|| Refusal::new(StatusCode::BAD_REQUEST, "key is not 16 bytes in base64"))?;
    let protocol = items(headers, SEC_WEBSOCKET_PROTOCOL)
        .next()
        .filter(|name| is_token(name) && name.len() <= MAX_PROTOCOL)
        .and_then(|name| HeaderValue::from_str(name).ok());
    Ok(Handshake { accept, protocol })
}

impl Handshake {
    /// The 101: at most 6 lines and 400 bytes, with nothing in it that a board did not
    /// ask for, because some read one line in each turn of their loop.
    pub fn response(self) -> Answer {
        let mut answer = bare(StatusCode::SWITCHING_PROTOCOLS);
        let headers = answer.headers_mut();
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(SEC_WEBSOCKET_ACCEPT, self.accept);
        if let Some(protocol) = self.protocol {
            headers.insert(SEC_WEBSOCKET_PROTOCOL, protocol);
        }
        answer
    }
}

impl Refusal {
    /// Refuses with a status; `why` is for the log.
    pub fn new(status: StatusCode, why: &'static str) -> Self {
        let demand = None;
        Self {
            status,
            why,
            demand,
        }
    }

    /// The answer. It has no body and ends the connection: a client library that expects
    /// frames would take a body for one.
    pub fn response(self) -> Answer {
        let mut answer = bare(self.status);
        let headers = answer.headers_mut();
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        if let Some((name, value)) = self.demand {
            headers.insert(name, HeaderValue::from_static(value));
        }
        answer
    }
}

fn demand(status: StatusCode, name: HeaderName, value: &'static str) -> Refusal {
    let why = match status {
        StatusCode::METHOD_NOT_ALLOWED => "method is not GET",
        _ => "websocket version is not 13",
    };
    Refusal {
        demand: Some((name, value)),
        ..Refusal::new(status, why)
    }
}

fn bare(status: StatusCode) -> Answer {
    let mut answer = Answer::default();
    *answer.status_mut() = status;
    answer
}

/// Lets fastwebsockets hash the key, on a request that holds nothing else.
fn accept_for(key: &HeaderValue) -> Option<HeaderValue> {
    let request = Request::builder()
        .header(SEC_WEBSOCKET_KEY, key)
        .header(SEC_WEBSOCKET_VERSION, "13")
        .body(Empty::<Bytes>::new())
        .ok()?;
    let (answer, _) = fastwebsockets::upgrade::upgrade(request).ok()?;
    answer.headers().get(SEC_WEBSOCKET_ACCEPT).cloned()
}

/// 16 bytes are 22 digits and two signs of padding; nothing else about a key matters.
fn is_key(key: &[u8]) -> bool {
    let digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    key.len() == 24 && key[..22].iter().all(digit) && key.ends_with(b"==")
}

fn is_token(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !text.is_empty() && text.chars().all(allowed)
}

fn sole(headers: &HeaderMap, name: HeaderName) -> Option<&HeaderValue> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}

fn lists(headers: &HeaderMap, name: HeaderName, wanted: &str) -> bool {
    items(headers, name).any(|item| item.eq_ignore_ascii_case(wanted))
}

/// The items of a header that is a list, over all its lines.
fn items(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(name).into_iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
}
