//! The API over HTTP.

use crate::support::{Gateway, Usb, json};

mod boards;

mod states;

/// A path, and the status and code of its error.
async fn check(gateway: &Gateway, method: &str, path: &str, status: u16, code: Option<&str>) {
    let answer = gateway.http(method, path, &[], "").await;
    assert_eq!(answer.status, status, "{method} {path}: {}", answer.text());
    let found = answer.code();
    if let Some(code) = code {
        assert_eq!(found, code, "{method} {path}");
    }
}

#[tokio::test]
async fn errors_are_json_with_the_fitting_status() {
    let gateway = Gateway::start("").await;
    check(&gateway, "GET", "/nowhere", 404, None).await;
    check(&gateway, "GET", "/api/nowhere", 404, None).await;
    check(
        &gateway,
        "GET",
        "/api/boards/nobody",
        404,
        Some("unknown_board"),
    )
    .await;
    check(
        &gateway,
        "DELETE",
        "/api/boards/nobody",
        404,
        Some("unknown_board"),
    )
    .await;
    check(
        &gateway,
        "GET",
        "/socket.io/?EIO=4&transport=polling",
        404,
        None,
    )
    .await;
}

#[tokio::test]
async fn history_needs_a_disk() {
    let gateway = Gateway::start("").await;
    gateway.post("a", "t:1").await;
    for path in ["/api/boards/a/history", "/api/boards/nobody/history"] {
        check(&gateway, "GET", path, 404, Some("no_history")).await;
    }
}

#[tokio::test]
async fn wrong_methods_are_told_which_there_are() {
    let gateway = Gateway::start("").await;
    for (method, path, allowed) in [
        ("POST", "/api/boards", "GET"),
        ("PUT", "/api/boards/a", "DELETE"),
        ("GET", "/api/boards/a/command", "POST"),
        ("POST", "/metrics", "GET"),
        ("DELETE", "/ws", "GET"),
    ] {
        let answer = gateway.http(method, path, &[], "").await;
        assert_eq!(answer.status, 405, "{method} {path}");
        let allow = answer.header("Allow").unwrap_or_default();
        assert!(allow.contains(allowed), "{method} {path}: {}", answer.head);
    }
}

#[tokio::test]
async fn it_says_that_it_is_well() {
    let usb = Usb::absent("greenhouse");
    // Readiness does not depend on boards.
    let gateway = Gateway::start(&usb.toml("")).await;
    assert!(gateway.get_json("/healthz").await.is_object());
    assert!(gateway.get_json("/readyz").await.is_object());
}

#[tokio::test]
async fn every_metric_carries_its_name() {
    let gateway = Gateway::start("").await;
    gateway.post("a", "t:1").await;
    let metrics = gateway.metrics().await.0;
    let samples: Vec<&str> = metrics
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert!(!samples.is_empty());
    for sample in samples {
        assert!(sample.starts_with("boardcast_"), "{sample}");
        let (_, value) = sample.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().is_ok(), "{sample}");
    }
}

#[tokio::test]
async fn every_message_has_a_schema() {
    let gateway = Gateway::start("").await;
    let schema = gateway.get_json("/api/schema").await;
    let definitions = &schema["$defs"];
    let check = |definition: &str, messages: &[&str]| {
        let text = definitions[definition].to_string();
        for message in messages {
            assert!(
                text.contains(&json!(message).to_string()),
                "{message} in {text}"
            );
        }
        let reference = json!({ "$ref": format!("#/$defs/{definition}") });
        let any = schema["anyOf"].as_array().unwrap();
        assert!(any.contains(&reference), "{reference} in {any:?}");
    };
    let sent = [
        "hello", "board", "reading", "text", "clock", "gap", "result", "error", "line",
    ];
    check("Message", &sent);
    check("Request", &["subscribe", "command", "publish"]);
}

#[tokio::test]
async fn connections_are_kept_alive() {
    let gateway = Gateway::start("").await;
    let mut raw = gateway.raw().await;
    for _ in 0..3 {
        raw.send(format!(
            "GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n",
            gateway.address()
        ))
        .await;
        let head = raw.head().await;
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        let length = head.split_once("Content-Length: ").unwrap().1;
        let length = length.split("\r\n").next().unwrap().parse().unwrap();
        raw.bytes(length).await;
    }
}
