//! Requests, and whether they become WebSockets.

use hyper::{Request, Version};

use super::{check as decide, is_upgrade, offers_deflate};
use crate::server::answer::Answer;

const KEY: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
const GOOD: &str = "Upgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Version: 13";

fn request(method: &str, lines: &[&str]) -> Request<()> {
    let mut request = Request::builder().method(method);
    for line in lines.iter().flat_map(|lines| lines.lines()) {
        let (name, value) = line.split_once(": ").unwrap();
        request = request.header(name, value);
    }
    request.body(()).unwrap()
}

fn tell(answer: &Answer) -> String {
    let headers = answer.headers().iter();
    let mut lines = vec![answer.status().as_u16().to_string()];
    lines.extend(headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())));
    lines.join("\n")
}

#[track_caller]
fn check(request: &Request<()>, wanted: &[&str]) {
    let answer = match decide(request) {
        Ok(handshake) => handshake.response(),
        Err(refusal) => refusal.response(),
    };
    assert_eq!(tell(&answer), wanted.join("\n"));
}

const ACCEPTED: [&str; 4] = [
    "101",
    "upgrade: websocket",
    "connection: Upgrade",
    // The example of RFC 6455.
    "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
];

fn refused<'a>(status: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&[status, "content-length: 0", "connection: close"], more].concat()
}

#[test]
fn a_good_handshake_is_answered_with_four_lines() {
    check(&request("GET", &[GOOD, KEY]), &ACCEPTED);
    let extension = "Sec-WebSocket-Extensions: permessage-deflate";
    check(&request("GET", &[GOOD, KEY, extension]), &ACCEPTED);
}

#[test]
fn the_first_subprotocol_is_echoed_if_it_is_one() {
    let long = "x".repeat(201);
    let cases = [
        ("arduino", Some("arduino")),
        (" mqtt , arduino", Some("mqtt")),
        ("a b, arduino", None),
        ("", None),
        (&long, None),
    ];
    for (offered, echoed) in cases {
        let offer = format!("Sec-WebSocket-Protocol: {offered}");
        let echoed = echoed.map(|name| format!("sec-websocket-protocol: {name}"));
        let mut wanted = ACCEPTED.to_vec();
        wanted.extend(echoed.as_deref());
        check(&request("GET", &[GOOD, KEY, &offer]), &wanted);
    }
}

#[test]
fn what_is_wrong_has_its_status() {
    check(
        &request("POST", &[GOOD, KEY]),
        &refused("405", &["allow: GET"]),
    );
    let old = GOOD.replace("13", "8");
    let version = refused("426", &["sec-websocket-version: 13"]);
    check(&request("GET", &[&old, KEY]), &version);
    check(&request("GET", &[KEY]), &version);
    for key in [
        "",
        "c2hvcnQ=",
        "dGhlIHNhbXBsZSBub25jZQ",
        "dGhlIHNhbXBsZSBub25!ZQ==",
    ] {
        let key = format!("Sec-WebSocket-Key: {key}");
        check(&request("GET", &[GOOD, &key]), &refused("400", &[]));
    }
    check(&request("GET", &[GOOD]), &refused("400", &[]));
    check(&request("GET", &[GOOD, KEY, KEY]), &refused("400", &[]));
    let mut old_http = request("GET", &[GOOD, KEY]);
    *old_http.version_mut() = Version::HTTP_10;
    check(&old_http, &refused("400", &[]));
}

#[test]
fn an_upgrade_is_known_by_its_tokens() {
    let cases = [
        ("Upgrade: websocket\nConnection: Upgrade", true),
        ("Upgrade: WebSocket\nConnection: keep-alive, upgrade", true),
        (
            "Upgrade: h2c, websocket\nConnection: a\nConnection: UPGRADE",
            true,
        ),
        ("Upgrade: websocket", false),
        ("Connection: Upgrade", false),
        ("Upgrade: websockets\nConnection: Upgrade", false),
        ("Upgrade: websocket\nConnection: no-upgrade", false),
    ];
    for (lines, wanted) in cases {
        assert_eq!(
            is_upgrade(request("GET", &[lines]).headers()),
            wanted,
            "{lines}"
        );
    }
}

#[test]
fn an_offer_to_compress_is_seen() {
    let cases = [
        ("permessage-deflate; client_max_window_bits", true),
        ("x, Permessage-Deflate", true),
        ("x-webkit-deflate-frame", false),
        ("permessage-deflated", false),
    ];
    for (offer, wanted) in cases {
        let offer = format!("Sec-WebSocket-Extensions: {offer}");
        assert_eq!(
            offers_deflate(request("GET", &[&offer]).headers()),
            wanted,
            "{offer}"
        );
    }
}
