//! The dashboard's files, which are inside the program: which there are, and how each is
//! given out. Knows nothing of boards.

mod coding;

mod tag;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use bytes::Bytes;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue,
    REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Response, StatusCode};
use rust_embed::{EmbeddedFile, RustEmbed};

use self::coding::Coding;
use crate::server::answer::{Answer, error, not_found};
use crate::server::stream_body::Body;

/// What `make dashboard` built; empty if it was not called before this program was built.
#[derive(RustEmbed)]
#[folder = "dashboard/dist"]
#[allow_missing = true]
struct Built;

/// What is shown in its place.
#[derive(RustEmbed)]
#[folder = "src/server/assets/missing"]
struct Missing;

/// The page.
const INDEX: &str = "index.html";

/// The client for pages that have no build step. They may be of any origin: it is the same
/// for everybody, and holds no secret.
const CLIENT: &str = "client.js";

/// Names in this folder have a hash in them: what is there never changes.
const HASHED: &str = "assets/";

/// All that the page needs comes from the gateway; nothing in it is a script by itself.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     font-src 'self'; manifest-src 'self'; connect-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'",
);

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Whether there is a file at a path of a request. Compressed forms have no path of their own.
pub fn exists(path: &str) -> bool {
    find(path).is_some()
}

/// Answers a GET or HEAD for a path, in the form that suits the client best; with 304 and no
/// body if it has that already.
pub fn answer(path: &str, request: &HeaderMap) -> Answer {
    match find(path) {
        Some((name, plain)) => negotiated(name, plain, request),
        None => not_found(path),
    }
}

fn find(path: &str) -> Option<(&str, EmbeddedFile)> {
    let name = match path.strip_prefix('/')? {
        "" => INDEX,
        name => name,
    };
    let is_form = Coding::COMPRESSED
        .iter()
        .any(|coding| name.ends_with(coding.end()));
    (!is_form).then(|| Some((name, file(name)?)))?
}

fn file(name: &str) -> Option<EmbeddedFile> {
    // Half of a dashboard is none.
    match Built::get(INDEX) {
        Some(_) => Built::get(name),
        None => Missing::get(name),
    }
}

fn negotiated(name: &str, plain: EmbeddedFile, request: &HeaderMap) -> Answer {
    let form = |coding: Coding| file(&format!("{name}{}", coding.end()));
    let weights = coding::Weights::of(request);
    let found = weights.in_order().find_map(|coding| match coding {
        Coding::Identity => Some((coding, plain.clone())),
        _ => Some((coding, form(coding)?)),
    });
    match found {
        Some((coding, file)) => given(name, coding, file, request),
        None => {
            let why = "there is no form of it that `Accept-Encoding` allows";
            error(StatusCode::NOT_ACCEPTABLE, "not_acceptable", why)
        }
    }
}

fn given(name: &str, coding: Coding, file: EmbeddedFile, request: &HeaderMap) -> Answer {
    let tag = tag::of(&file.metadata.sha256_hash());
    let is_known = tag::is_known(&tag, request);
    let mut answer = Response::default();
    let headers = answer.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    headers.insert(CACHE_CONTROL, caching(name));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    protect(name, headers);
    if is_known {
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        return answer;
    }
    let bytes = bytes(file);
    headers.insert(CONTENT_TYPE, kind(name));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    if let Some(coding) = coding.name() {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    *answer.body_mut() = Body::full(bytes);
    answer
}

/// As it lies in the program, without a copy.
fn bytes(file: EmbeddedFile) -> Bytes {
    match file.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    }
}

fn caching(name: &str) -> HeaderValue {
    HeaderValue::from_static(match name.starts_with(HASHED) {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    })
}

fn protect(name: &str, headers: &mut HeaderMap) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if name.ends_with(".html") {
        headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    }
    if name == CLIENT {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    }
}

fn kind(name: &str) -> HeaderValue {
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    HeaderValue::from_static(match end {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        "json" | "map" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    })
}
