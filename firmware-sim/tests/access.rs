//! Who may come in: pages by their Origin, names by their Host.

use crate::support::{Answer, Gateway, Raw};

/// The status of an upgrade on `/ws` with these headers; `PORT` is the gateway's.
async fn upgrade(gateway: &Gateway, headers: &[(&str, &str)]) -> u16 {
    let headers = with_port(gateway, headers);
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let mut raw = Raw::connect(gateway.address()).await;
    raw.send(raw.upgrade("/ws", &headers)).await;
    let head = raw.head().await;
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    if status != 101 {
        assert!(
            raw.until_end().await.is_empty(),
            "a refused upgrade has no body"
        );
    }
    status
}

async fn request(gateway: &Gateway, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let headers = with_port(gateway, headers);
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let body = if method == "POST" { "t:1" } else { "" };
    gateway.http(method, path, &headers, body).await
}

fn with_port<'a>(gateway: &Gateway, headers: &[(&'a str, &str)]) -> Vec<(&'a str, String)> {
    let port = gateway.address().port().to_string();
    headers
        .iter()
        .map(|(name, value)| (*name, value.replace("PORT", &port)))
        .collect()
}

/// An origin's upgrade and its post, allowed or not.
async fn check(gateway: &Gateway, origin: &str, allowed: bool) {
    let headers = [("Origin", origin)];
    let (upgraded, refused) = (upgrade(gateway, &headers).await, 403);
    assert_eq!(
        upgraded,
        if allowed { 101 } else { refused },
        "upgrade from {origin}"
    );
    let posted = request(gateway, "POST", "/board/x", &headers).await.status;
    assert_eq!(
        posted,
        if allowed { 202 } else { refused },
        "post from {origin}"
    );
}

#[tokio::test]
async fn only_its_own_pages_may_connect() {
    let gateway = Gateway::start("").await;
    check(&gateway, "http://127.0.0.1:PORT", true).await;
    check(&gateway, "http://evil.example", false).await;
    check(&gateway, "https://127.0.0.1.evil.example:PORT", false).await;
    check(&gateway, "http://127.0.0.1:1", false).await;
    check(&gateway, "http://localhost:PORT", false).await;
    check(&gateway, "null", false).await;
}

#[tokio::test]
async fn what_no_page_can_send_comes_from_no_page() {
    let gateway = Gateway::start("").await;
    check(&gateway, "file://", true).await;
    check(
        &gateway,
        "https://github.com/gilmaimon/TinyWebsockets",
        true,
    )
    .await;
}

#[tokio::test]
async fn listed_pages_may_connect() {
    let origins = "[server]\nallowed_origins = [\"http://localhost:5173\", \"null\"]\n";
    let gateway = Gateway::start(origins).await;
    check(&gateway, "http://localhost:5173", true).await;
    check(&gateway, "null", true).await;
    check(&gateway, "http://localhost:5174", false).await;
}

#[tokio::test]
async fn listed_pages_may_read_answers() {
    let origins = "[server]\nallowed_origins = [\"http://localhost:5173\"]\n";
    let gateway = Gateway::start(origins).await;
    let listed = [("Origin", "http://localhost:5173")];
    let answer = request(&gateway, "GET", "/api/boards", &listed).await;
    assert_eq!(answer.status, 200);
    let allowed = answer.header("Access-Control-Allow-Origin");
    assert_eq!(allowed, Some("http://localhost:5173"), "{}", answer.head);
    let other = [("Origin", "http://evil.example")];
    let answer = request(&gateway, "GET", "/api/boards", &other).await;
    assert_eq!(
        answer.header("Access-Control-Allow-Origin"),
        None,
        "{}",
        answer.head
    );
}

#[tokio::test]
async fn a_preflight_of_a_listed_page_is_answered() {
    let origins = "[server]\nallowed_origins = [\"http://localhost:5173\"]\n";
    let gateway = Gateway::start(origins).await;
    let headers = [
        ("Origin", "http://localhost:5173"),
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "content-type"),
    ];
    let answer = request(&gateway, "OPTIONS", "/api/boards/x/command", &headers).await;
    assert_eq!(
        (answer.status, answer.body.len()),
        (204, 0),
        "{}",
        answer.head
    );
    let methods = answer
        .header("Access-Control-Allow-Methods")
        .unwrap_or_default();
    assert!(methods.contains("POST"), "{}", answer.head);
}

#[tokio::test]
async fn a_name_that_is_not_its_own_is_refused() {
    let gateway = Gateway::start("").await;
    for (host, allowed) in [
        ("127.0.0.1:PORT", true),
        ("localhost:PORT", true),
        ("localhost", true),
        ("[::1]:PORT", true),
        ("evil.example", false),
        ("evil.example:PORT", false),
        ("192.168.1.2:PORT", false),
    ] {
        let headers = [("Host", host)];
        let upgraded = upgrade(&gateway, &headers).await;
        assert_eq!(
            upgraded,
            if allowed { 101 } else { 403 },
            "upgrade to {host}"
        );
        let answer = request(&gateway, "GET", "/api/boards", &headers).await;
        assert_eq!(
            answer.status,
            if allowed { 200 } else { 403 },
            "request to {host}"
        );
    }
}

#[tokio::test]
async fn only_boards_may_leave_out_the_host() {
    let gateway = Gateway::start("").await;
    let mut raw = gateway.raw().await;
    raw.send("GET /api/boards HTTP/1.1\r\nConnection: close\r\n\r\n")
        .await;
    let answer = Answer::parse(&raw.until_end().await);
    assert!(matches!(answer.status, 400 | 403), "{}", answer.head);
    let mut raw = gateway.raw().await;
    raw.send(raw.upgrade("/", &[("Host", "")])).await;
    let head = raw.head().await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
}
