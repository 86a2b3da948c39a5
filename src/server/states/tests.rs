//! The states of a board, on disk and in memory, as one answer.

use std::path::Path;

use http_body_util::BodyExt;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::*;
use crate::boards::Link;
use crate::boards::http::{self, Sent};
use crate::server::history::testing::shared;

/// 2025-11-22T16:40:00Z in seconds.
const BEGIN: i64 = 1_763_829_600;

/// So many states of board `b`, one each ten seconds, with readings in between; the journal
/// goes on at 10 * `count`.
fn database(path: &Path, count: i64) {
    let conn = Connection::open(path).unwrap();
    conn.execute_batch(include_str!("../../history/schema.sql"))
        .unwrap();
    let stored = 10 * count - 1;
    conn.execute_batch(&format!(
        r#"PRAGMA user_version = 1; PRAGMA application_id = 0x62726463;
        INSERT INTO stream VALUES ('s');
        INSERT INTO board VALUES (0, '', NULL, 0), (1, 'b', NULL, 0), (2, 'c', NULL, 0);
        INSERT INTO progress VALUES (1, {stored}, {stored}, {BEGIN}000000 + {stored}000000, 0);
        WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < {stored})
        INSERT INTO event SELECT 1, n, ({BEGIN} + n) * 1000000, iif(n % 10, 0, 2),
            CASE WHEN n % 10 THEN '{{"values":{{"t":1}}}}'
            WHEN n % 20 THEN '{{"state":"offline","reason":"closed","link":"http","channels":{{}}}}'
            ELSE '{{"state":"online","link":"http","channels":{{}}}}' END
        FROM n WHERE n > 0;
        INSERT INTO event VALUES (2, 0, {BEGIN}000000, 2, '{{"state":"stale","link":"http"}}')"#
    ))
    .unwrap();
}

async fn ask(shared: &Shared, board: &str, query: &str) -> (u16, Value) {
    let request = Request::get(format!("/?{query}")).body(()).unwrap();
    let answer = answer(board, &request, shared).await;
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap())
}

fn numbers(answer: &Value) -> Vec<u64> {
    let states = answer["states"].as_array().unwrap().iter();
    states.map(|one| one["seq"].as_u64().unwrap()).collect()
}

fn say(shared: &Shared, board: &str, text: &str) {
    let name = BoardName::new(board).unwrap();
    let board = shared.registry.claim(&name, Link::Http).unwrap();
    http::post(&board, text.as_bytes(), Sent::Plain).unwrap();
}

#[tokio::test]
async fn a_span_begins_with_the_state_that_it_finds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    database(&path, 5);
    let shared = shared(Some(&path));
    let at = |second: i64| (BEGIN + second) * 1000;
    let cases = [
        (String::new(), vec![10, 20, 30, 40]),
        (format!("from={}", at(0)), vec![10, 20, 30, 40]),
        (format!("from={}", at(10)), vec![10, 20, 30, 40]),
        (format!("from={}", at(11)), vec![10, 20, 30, 40]),
        (format!("from={}", at(20)), vec![20, 30, 40]),
        (format!("from={}", at(45)), vec![40]),
        (format!("to={}", at(20)), vec![10]),
        (format!("to={}", at(10)), vec![]),
        (format!("from={}&to={}", at(25), at(30)), vec![20]),
        (format!("from={}&to={}.001", at(25), at(30)), vec![20, 30]),
        (
            "points=9&every=what&format=x".to_owned(),
            vec![10, 20, 30, 40],
        ),
    ];
    for (query, wanted) in cases {
        let (status, found) = ask(&shared, "b", &query).await;
        assert_eq!((status, numbers(&found)), (200, wanted), "{query} {found}");
        assert_eq!(found["truncated"], false, "{query}");
    }
    let (_, found) = ask(&shared, "b", &format!("from={}&to={}", at(15), at(25))).await;
    let wanted = json!({"board": "b", "from": at(15) as f64, "to": at(25) as f64, "states": [
        {"seq": 10, "time": at(10) as f64, "state": "offline", "reason": "closed"},
        {"seq": 20, "time": at(20) as f64, "state": "online"},
    ], "truncated": false});
    assert_eq!(found, wanted);
}

#[tokio::test]
async fn what_is_not_on_disk_yet_comes_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    database(&path, 3);
    let shared = shared(Some(&path));
    say(&shared, "b", "t=1\nt=2");
    say(&shared, "new", "t=1");
    let (_, found) = ask(&shared, "b", "").await;
    assert_eq!(numbers(&found), [10, 20, 30]);
    assert_eq!(found["states"][2]["state"], "online");
    assert_eq!(found["from"], json!(((BEGIN + 1) * 1000) as f64));
    let (_, found) = ask(&shared, "b", "from=-1m").await;
    assert_eq!(numbers(&found), [20, 30]);
    let (_, found) = ask(&shared, "new", "").await;
    assert_eq!(numbers(&found), [33]);
    assert_eq!(found["from"], found["states"][0]["time"]);
    let (_, found) = ask(&shared, "c", "").await;
    assert_eq!(found["states"][0]["state"], "stale");
}

#[tokio::test]
async fn of_too_many_the_newest_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    database(&path, 1003);
    let shared = shared(Some(&path));
    let at = |second: i64| (BEGIN + second) * 1000;
    for (query, first, count, truncated) in [
        (String::new(), 30, 1000, true),
        (format!("from={}", at(30)), 30, 1000, false),
        (format!("from={}", at(29)), 30, 1000, true),
        (format!("from={}", at(40)), 40, 999, false),
        (format!("to={}", at(10_000)), 10, 999, false),
    ] {
        let (_, found) = ask(&shared, "b", &query).await;
        let seqs = numbers(&found);
        let got = (seqs[0], seqs.len(), found["truncated"].as_bool());
        assert_eq!(got, (first, count, Some(truncated)), "{query}");
    }
    say(&shared, "b", "t=1");
    let (_, found) = ask(&shared, "b", &format!("from={}", at(30))).await;
    let seqs = numbers(&found);
    let got = (seqs[0], seqs[999], &found["truncated"]);
    assert_eq!(got, (40, 10_030, &json!(true)));
}

#[tokio::test]
async fn without_a_disk_memory_is_all() {
    let shared = shared(None);
    say(&shared, "b", "t=1\nt=2");
    say(&shared, "c", "t=1");
    let (status, found) = ask(&shared, "b", "").await;
    assert_eq!((status, numbers(&found)), (200, vec![1]));
    assert_eq!(found["states"][0]["state"], "online");
    assert_eq!(found["from"], found["states"][0]["time"]);
    let (_, found) = ask(&shared, "c", "to=-1h").await;
    assert_eq!(numbers(&found), [0; 0]);
    assert_eq!(found["from"], found["to"]);
}

#[tokio::test]
async fn what_cannot_be_answered_is_said_with_the_cure() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    database(&path, 1);
    for shared in [shared(None), shared(Some(&path))] {
        for (board, query, wanted) in [
            ("x", "", (404, "unknown_board")),
            ("", "", (404, "unknown_board")),
            ("b", "from=x", (400, "bad_query")),
            (
                "b",
                "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
                (400, "bad_query"),
            ),
        ] {
            let (status, found) = ask(&shared, board, query).await;
            let code = found["error"]["code"].as_str().unwrap();
            assert_eq!((status, code), wanted, "{board} {query}");
        }
    }
    let broken = shared(Some(folder.path()));
    let (status, found) = ask(&broken, "b", "").await;
    assert_eq!(
        (status, &found["error"]["code"]),
        (503, &json!("history_error"))
    );
}
