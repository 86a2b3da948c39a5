//! Lets pages of listed origins read what they asked for.
//! Knows nothing of what is asked.

use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderValue, ORIGIN, VARY,
};
use hyper::{Method, Request};

use super::{OriginKind, Policy};
use crate::server::answer::{Answer, no_content};

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, DELETE");
const HEADERS: HeaderValue = HeaderValue::from_static("Authorization, Content-Type, Last-Event-ID");

impl Policy {
    /// Adds to an answer what the browser of a listed origin needs to show it. Not for
    /// WebSocket handshakes, which do not need it and stay short. Does nothing where no
    /// origin is listed.
    pub fn add_cors(&self, request: &HeaderMap, answer: &mut HeaderMap) {
        if !self.lists_origins() {
            return;
        }
        answer.append(VARY, HeaderValue::from_static("Origin"));
        if let (Ok(OriginKind::Listed), Some(origin)) = (self.origin(request), request.get(ORIGIN))
        {
            answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        }
    }

    /// The 204 to a browser that asks, for a listed origin, whether it may; `None` if the
    /// request is anything else.
    pub fn preflight<B>(&self, request: &Request<B>) -> Option<Answer> {
        let headers = request.headers();
        let asks = request.method() == Method::OPTIONS
            && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        if !asks || !matches!(self.origin(headers), Ok(OriginKind::Listed)) {
            return None;
        }
        let mut answer = no_content();
        self.add_cors(headers, answer.headers_mut());
        let allowed = answer.headers_mut();
        allowed.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        allowed.insert(ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
        Some(answer)
    }
}
