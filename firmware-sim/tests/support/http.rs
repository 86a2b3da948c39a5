//! One HTTP request a connection, written by hand, and its answer as it came.

use std::net::SocketAddr;

use super::{Raw, Value};

/// An answer with its head unchanged.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Status line and headers, without the empty line.
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    /// Sends a request with `Host`, `Connection: close` and `Content-Length` (the latter
    /// only with a body or for POST), unless `headers` says otherwise.
    pub async fn to(
        gateway: SocketAddr,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Self {
        let given = |name: &str| {
            headers
                .iter()
                .any(|(given, _)| given.eq_ignore_ascii_case(name))
        };
        let mut request = format!("{method} {path} HTTP/1.1\r\n");
        let mut add = |name: &str, value: &str| request += &format!("{name}: {value}\r\n");
        if !given("Host") {
            add("Host", &gateway.to_string());
        }
        if !given("Connection") {
            add("Connection", "close");
        }
        let has_body = !body.is_empty() || method == "POST";
        if has_body && !given("Content-Length") && !given("Transfer-Encoding") {
            add("Content-Length", &body.len().to_string());
        }
        headers.iter().for_each(|(name, value)| add(name, value));
        let mut request = request.into_bytes();
        request.extend_from_slice(b"\r\n");
        request.extend_from_slice(body);
        let mut raw = Raw::connect(gateway).await;
        raw.send(request).await;
        Self::parse(&raw.until_end().await)
    }

    /// Takes an answer apart; fails the test if it is none.
    pub fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no answer: {}", String::from_utf8_lossy(bytes)));
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self {
            status,
            head,
            body: bytes[end + 4..].to_vec(),
        }
    }

    /// The value of a header, by its name in exactly this case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.split("\r\n").skip(1);
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", self.head, self.text()))
    }

    /// The `code` of an error.
    pub fn code(&self) -> String {
        let body = self.json();
        assert!(body["error"]["message"].is_string(), "{body}");
        body["error"]["code"]
            .as_str()
            .unwrap_or_else(|| panic!("{body}"))
            .to_string()
    }
}
