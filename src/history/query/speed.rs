//! How long a month takes. Not a check: run with
//! `cargo test --release --lib history::query::speed -- --ignored --nocapture`.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use rusqlite::Connection;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::server::history::testing::{Served, shared};

const SECONDS: i64 = 30 * 24 * 3600;
const BEGIN: i64 = 1_763_829_600;

/// A month of board `b` at 1 Hz, written by SQL; ten times a day it says a state instead.
fn month(path: &Path, channels: &[&str]) {
    let conn = Connection::open(path).unwrap();
    conn.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; BEGIN")
        .unwrap();
    conn.execute_batch(include_str!("../schema.sql")).unwrap();
    let values = channels
        .iter()
        .enumerate()
        .map(|(index, name)| format!("\"{name}\":' || (20 + {index} + n / 60 % 500 / 100.0) || '"));
    let values = values.collect::<Vec<_>>().join(",");
    let (end, last) = (BEGIN + SECONDS, BEGIN + SECONDS - 1);
    conn.execute_batch(&format!(
        "INSERT INTO board VALUES (1, 'b', NULL, 0);
        INSERT INTO progress VALUES (1, {SECONDS}, {SECONDS}, {last}000000, {end}000000 - 60000000);
        WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {SECONDS})
        INSERT INTO event SELECT 1, n, ({BEGIN} + n - 1) * 1000000, iif(n % 8640, 0, 2),
            iif(n % 8640, '{{\"values\":{{{values}}}}}', '{{\"state\":\"online\",\"link\":\"serial\"}}') FROM c"
    ))
    .unwrap();
    for (id, name) in (1..).zip(channels) {
        conn.execute("INSERT INTO channel VALUES (?1, 1, ?2)", (id, name))
            .unwrap();
        for (table, unit) in [("minute", 60), ("hour", 3600)] {
            conn.execute_batch(&format!(
                "INSERT INTO {table} SELECT {id}, start, min(v), max(v), avg(v), count(*) FROM
                (SELECT time / {unit}000000 * {unit}000000 AS start,
                    json_extract(body, '$.values.{name}') AS v FROM event WHERE kind = 0) GROUP BY start"
            ))
            .unwrap();
        }
    }
    conn.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
}

async fn time(served: &Served, what: &str, query: &str) {
    let mut shown = String::new();
    for _ in 0..5 {
        let begun = Instant::now();
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        let request = format!(
            "GET /api/boards/b/{what}?{query} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        assert!(
            answer.starts_with(b"HTTP/1.1 200"),
            "{}",
            String::from_utf8_lossy(&answer)
        );
        shown += &format!(" {:.1} ms", begun.elapsed().as_secs_f64() * 1e3);
        shown += &format!(" ({} kB)", answer.len() / 1000);
    }
    println!("{what}?{query}:{shown}");
}

#[ignore = "builds large databases"]
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_month_is_answered_soon() {
    for channels in [&["t"][..], &["t", "h", "p", "co2"]] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.db");
        month(&path, channels);
        let served = Served::start(Arc::new(shared(Some(&path)))).await;
        println!(
            "{} channels, {} MB",
            channels.len(),
            path.metadata().unwrap().len() / 1_000_000
        );
        let (from, to) = (BEGIN * 1000, (BEGIN + SECONDS) * 1000);
        let month = format!("from={from}&to={to}");
        for query in [
            format!("{month}&points=1000"),
            format!("{month}&points=1000&channels=t"),
            month.clone(),
            format!("{month}&every=1h"),
            format!("from={from}&to={}&points=1000", from + 24 * 3_600_000),
            format!("from={from}&to={}&points=1000", from + 4 * 3_600_000),
            format!("from={from}&to={}", from + 10_000_000),
            format!("{month}&format=csv&every=10s"),
            format!("{month}&format=csv"),
        ] {
            time(&served, "history", &query).await;
        }
        for query in ["", &month, "from=-24h"] {
            time(&served, "states", query).await;
        }
        served.stop().await;
    }
}
