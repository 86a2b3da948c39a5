//! Answers over HTTP, most of them complete when they are made: JSON, and errors in JSON.
//! Knows nothing of paths or of what an answer says.

use bytes::Bytes;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, UPGRADE,
};
use hyper::{Response, StatusCode};
use serde::Serialize;

use super::stream_body::Body;

/// An answer; its body is there, or comes.
pub type Answer = Response<Body>;

#[derive(Serialize)]
struct Failure<'a> {
    error: Error<'a>,
}

#[derive(Serialize)]
struct Error<'a> {
    code: &'a str,
    message: &'a str,
}

/// A body that is JSON already.
pub fn json(status: StatusCode, body: impl Into<Bytes>) -> Answer {
    let body = body.into();
    let length = HeaderValue::from(body.len());
    let mut answer = Response::new(Body::full(body));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_LENGTH, length);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// An answer that encodes its body.
pub fn encoded(status: StatusCode, body: &impl Serialize) -> Answer {
    // Only a map with keys that are no text can fail; then nothing is the honest answer.
    json(status, serde_json::to_vec(body).unwrap_or_default())
}

/// `{"error":{"code":…,"message":…}}`. `code` is a word for programs, `message` a
/// sentence for people.
pub fn error(status: StatusCode, code: &str, message: &str) -> Answer {
    let error = Error { code, message };
    encoded(status, &Failure { error })
}

/// A success that has nothing to say.
pub fn no_content() -> Answer {
    let mut answer = Answer::default();
    *answer.status_mut() = StatusCode::NO_CONTENT;
    answer
}

/// 404 for a path that nothing is at.
pub fn not_found(path: &str) -> Answer {
    let message = format!("nothing is at {path}");
    error(StatusCode::NOT_FOUND, "not_found", &message)
}

/// 405. `allow` lists the methods that the path has, as in `GET, DELETE`.
pub fn method_not_allowed(allow: &'static str) -> Answer {
    let message = format!("only {allow} here");
    let status = StatusCode::METHOD_NOT_ALLOWED;
    let mut answer = error(status, "method_not_allowed", &message);
    let headers = answer.headers_mut();
    headers.insert(ALLOW, HeaderValue::from_static(allow));
    answer
}

/// 426 for a plain GET where only a WebSocket is.
pub fn upgrade_required() -> Answer {
    let message = "this path is a websocket (open it with ws://)";
    let mut answer = error(StatusCode::UPGRADE_REQUIRED, "upgrade_required", message);
    let headers = answer.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    answer
}

/// Makes an answer the last one of its connection.
pub fn closing(mut answer: Answer) -> Answer {
    let headers = answer.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    answer
}
