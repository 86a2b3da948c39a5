//! Every clause of who may connect, as requests.

mod host;
mod origin;

use std::time::Duration;

use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request};

use super::*;
use crate::config::{Access, Backlog, Discovery, Limits, ReadingSettings, Server, Wifi, WifiBoard};

const LISTED: [&str; 3] = ["http://localhost:5173", "https://Panel.example", "null"];

fn config(anonymous: Anonymous, origins: &[&str]) -> Config {
    let known = WifiBoard {
        board: BoardName::new("porch").unwrap(),
        reading: ReadingSettings::default(),
    };
    Config {
        file: None,
        server: Server {
            listen: Vec::new(),
            allowed_origins: origins.iter().map(|text| (*text).to_owned()).collect(),
            stop_after: Duration::ZERO,
        },
        access: Access { anonymous },
        limits: Limits {
            max_line: 0,
            max_message: 0,
            max_body: 0,
            max_boards: 0,
        },
        backlog: Backlog {
            events: 0,
            bytes: 0,
        },
        history: None,
        discovery: Discovery { serial: false },
        wifi: Wifi {
            accept_unknown: true,
            accept_unmasked: false,
            board_time: false,
            ping_interval: Duration::ZERO,
            silent_after: Duration::ZERO,
        },
        serial: Vec::new(),
        boards: vec![known],
    }
}

fn policy(anonymous: Anonymous, origins: &[&str]) -> Policy {
    Policy::new(&config(anonymous, origins), "RaspberryPi.lan")
}

/// An empty text is a header that is missing.
fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
        let name = HeaderName::from_static(name);
        headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    headers
}

#[test]
fn roles_follow_anonymous_and_the_listener() {
    let cases = [
        (Anonymous::None, "127.0.0.1", Some(Role::Operator)),
        (Anonymous::None, "::1", Some(Role::Operator)),
        (Anonymous::None, "::ffff:127.0.0.1", Some(Role::Operator)),
        (Anonymous::None, "0.0.0.0", None),
        (Anonymous::None, "192.168.1.5", None),
        (Anonymous::Viewer, "127.0.0.1", Some(Role::Viewer)),
        (Anonymous::Viewer, "0.0.0.0", Some(Role::Viewer)),
        (Anonymous::Operator, "::", Some(Role::Operator)),
    ];
    for (anonymous, listener, wanted) in cases {
        let role = policy(anonymous, &[]).role(listener.parse().unwrap());
        assert_eq!(role.ok(), wanted, "{anonymous:?} on {listener}");
    }
}

#[test]
fn unknown_boards_need_accept_unknown() {
    let loopback = "127.0.0.1".parse().unwrap();
    let [porch, new] = ["porch", "new"].map(|name| BoardName::new(name).unwrap());
    let mut config = config(Anonymous::None, &[]);
    let open = Policy::new(&config, "pi");
    config.wifi.accept_unknown = false;
    let closed = Policy::new(&config, "pi");
    assert_eq!(open.board(&new, loopback), Ok(()));
    assert_eq!(closed.board(&porch, loopback), Ok(()));
    assert_eq!(
        closed.board(&new, loopback),
        Err(Denied::UnknownBoard(new.clone()))
    );
    let lan = "192.168.1.5".parse().unwrap();
    assert_eq!(open.board(&new, lan), Err(Denied::Anonymous));
}

#[test]
fn listed_pages_may_read_the_answers() {
    let cases = [
        (
            "http://localhost:5173",
            "vary: Origin, access-control-allow-origin: http://localhost:5173",
        ),
        ("null", "vary: Origin, access-control-allow-origin: null"),
        ("http://evil.example", "vary: Origin"),
        ("http://gw", "vary: Origin"),
        ("", "vary: Origin"),
    ];
    for (origin, wanted) in cases {
        let mut answer = HeaderMap::new();
        let request = headers(&[("host", "gw"), ("origin", origin)]);
        policy(Anonymous::Viewer, &LISTED).add_cors(&request, &mut answer);
        assert_eq!(tell(&answer), wanted, "{origin}");
        policy(Anonymous::Viewer, &[]).add_cors(&request, &mut HeaderMap::new());
    }
}

#[test]
fn preflights_of_listed_pages_are_answered() {
    let policy = policy(Anonymous::Viewer, &LISTED);
    let asks = |method, origin| {
        let mut request = Request::new(());
        *request.method_mut() = method;
        let asked = ("access-control-request-method", "POST");
        *request.headers_mut() = headers(&[("host", "gw"), ("origin", origin), asked]);
        policy.preflight(&request)
    };
    let answer = asks(Method::OPTIONS, "https://panel.example").unwrap();
    assert_eq!(answer.status(), 204);
    let wanted = "vary: Origin, access-control-allow-origin: https://panel.example, \
                  access-control-allow-methods: GET, POST, DELETE, \
                  access-control-allow-headers: Authorization, Content-Type, Last-Event-ID";
    assert_eq!(tell(answer.headers()), wanted);
    assert!(asks(Method::OPTIONS, "http://evil.example").is_none());
    assert!(asks(Method::GET, "https://panel.example").is_none());
}

fn tell(headers: &HeaderMap) -> String {
    let lines = headers.iter();
    let told = lines.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()));
    told.collect::<Vec<_>>().join(", ")
}

#[test]
fn a_refusal_names_the_cure_and_stays_short() {
    let long = format!("http://{}", "x".repeat(5000));
    let headers = headers(&[("host", "gw"), ("origin", &long)]);
    let denied = policy(Anonymous::Viewer, &[]).origin(&headers).unwrap_err();
    let text = denied.to_string();
    assert!(
        text.contains("allowed_origins") && text.len() < 250,
        "{text}"
    );
}
