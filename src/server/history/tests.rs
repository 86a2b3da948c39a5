//! What is on disk and what is only in memory, as one answer.

use std::path::Path;

use http_body_util::BodyExt;
use hyper::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use rusqlite::Connection;
use serde_json::{Value, json};

use super::testing::shared;
use super::*;
use crate::boards::Link;
use crate::boards::http::{self, Sent};
use crate::name::BoardName;

/// Events up to 101 are on disk; the journal goes on at 102.
fn database(path: &Path) {
    let conn = Connection::open(path).unwrap();
    conn.execute_batch(include_str!("../../history/schema.sql"))
        .unwrap();
    conn.execute_batch(
        r#"PRAGMA user_version = 1;
        INSERT INTO stream VALUES ('s');
        INSERT INTO board VALUES (0, '', NULL, 0), (1, 'b', NULL, 0), (2, 'old', NULL, 0);
        INSERT INTO progress VALUES (1, 101, 101, 1763829600000000, 1763829600000000);
        INSERT INTO channel VALUES (1, 1, 't'), (2, 2, 't');
        INSERT INTO event VALUES (1, 100, 1763829599000000, 0, '{"values":{"t":1}}'),
            (1, 101, 1763829600000000, 0, '{"values":{"t":2}}'),
            (2, 99, 1763829599000000, 0, '{"values":{"t":4}}')"#,
    )
    .unwrap();
}

fn say(shared: &Shared, board: &str, text: &str) {
    let name = BoardName::new(board).unwrap();
    let board = shared.registry.claim(&name, Link::Http).unwrap();
    http::post(&board, text.as_bytes(), Sent::Plain).unwrap();
}

async fn ask(shared: &Shared, board: &str, query: &str) -> (Answer, String) {
    let request = Request::get(format!("/?{query}")).body(()).unwrap();
    let mut answer = answer(board, &request, shared).await;
    let body = answer.body_mut().collect().await.unwrap().to_bytes();
    (answer, String::from_utf8(body.to_vec()).unwrap())
}

async fn check_error(shared: &Shared, (board, query): (&str, &str), wanted: (u16, &str, &str)) {
    let (answer, body) = ask(shared, board, query).await;
    let body: Value = serde_json::from_str(&body).unwrap();
    let error = &body["error"];
    let got = (answer.status().as_u16(), error["code"].as_str().unwrap());
    assert_eq!(got, (wanted.0, wanted.1), "{board} {query}");
    let why = error["message"].as_str().unwrap();
    assert!(why.contains(wanted.2), "{board} {query}: {why}");
}

#[tokio::test]
async fn what_is_not_on_disk_yet_is_in_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    database(&path);
    let shared = shared(Some(&path));
    say(&shared, "b", "t=5 h=48\nt=6\n");
    say(&shared, "new", "x=1\n");
    let (answer, body) = ask(&shared, "b", "").await;
    assert_eq!(answer.status(), StatusCode::OK);
    let body: Value = serde_json::from_str(&body).unwrap();
    let wanted = json!({ "t": [1, 2, 5, 6], "h": [null, null, 48, null] });
    assert_eq!(body["values"], wanted, "{body}");
    assert_eq!(body["from"], json!(1_763_829_599_000.0));
    let (_, body) = ask(&shared, "b", "every=1000h").await;
    let body: Value = serde_json::from_str(&body).unwrap();
    let last = |kind: &str| body[kind]["t"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (last("values"), last("max")),
        (json!(5.5), json!(6)),
        "{body}"
    );
    let (_, body) = ask(&shared, "new", "channels=x").await;
    assert!(body.ends_with(r#""values":{"x":[1]}}"#), "{body}");
    let (_, body) = ask(&shared, "old", "").await;
    assert!(
        body.ends_with(r#""time":[1763829599000.000],"values":{"t":[4]}}"#),
        "{body}"
    );
}

#[tokio::test]
async fn csv_is_a_file_with_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    database(&path);
    let shared = shared(Some(&path));
    let query = "format=csv&to=2025-11-22T17:00:00Z";
    let (answer, body) = ask(&shared, "b", query).await;
    let head = |name| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(
        head(CONTENT_TYPE),
        "text/csv; charset=utf-8; header=present"
    );
    let name = "attachment; filename=\"b_2025-11-22T163959Z_2025-11-22T170000Z.csv\"";
    assert_eq!(head(CONTENT_DISPOSITION), name);
    let wanted = "time,t\r\n1763829599000.000,1\r\n1763829600000.000,2\r\n";
    assert_eq!(body, wanted);
}

#[tokio::test]
async fn what_cannot_be_answered_is_said_with_the_cure() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    let none = shared(None);
    check_error(&none, ("b", ""), (404, "no_history", "add [history]")).await;
    let broken = shared(Some(folder.path()));
    check_error(&broken, ("b", ""), (503, "history_error", "(name a file")).await;
    database(&path);
    let shared = shared(Some(&path));
    let unknown = "no board is called `x` (GET /api/boards lists them)";
    check_error(&shared, ("x", ""), (404, "unknown_board", unknown)).await;
    let nameless = "no board is called ``";
    check_error(&shared, ("", ""), (404, "unknown_board", nameless)).await;
    check_error(&shared, ("x", "from=x"), (400, "bad_query", "-24h")).await;
    check_error(
        &shared,
        ("b", "every=1ms"),
        (400, "bad_query", "take every="),
    )
    .await;
}

#[tokio::test]
async fn exports_are_not_without_number() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    database(&path);
    let shared = shared(Some(&path));
    let places: Vec<_> = std::iter::from_fn(|| shared.places.export()).collect();
    check_error(&shared, ("b", "format=csv"), (503, "busy", "try again")).await;
    assert_eq!(ask(&shared, "b", "").await.0.status(), StatusCode::OK);
    drop(places);
    let (answer, _) = ask(&shared, "b", "format=csv").await;
    assert_eq!(answer.status(), StatusCode::OK);
}
