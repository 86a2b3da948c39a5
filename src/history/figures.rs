//! How long it takes and how large it gets: a month of a small gateway, in a file.
//! `cargo test --release --lib history::figures -- --ignored --nocapture`

use std::time::Instant;

use super::filling::{Filling, SECOND, START, body};
use super::sums::Sums;
use super::trim::{Bounds, Trimmed, trim};
use crate::clock::Timestamp;

const DAY: i64 = 86_400;

/// No bound on the size.
const ANY_SIZE: u64 = 1 << 40;

fn timed<T>(what: &str, times: u32, mut work: impl FnMut() -> T) {
    let started = Instant::now();
    for _ in 0..times {
        std::hint::black_box(work());
    }
    println!("  {what}: {:?}", started.elapsed() / times);
}

fn idle(filling: &Filling, now: i64) -> Trimmed {
    let bounds = Bounds {
        keep_micros: 30 * DAY * SECOND,
        max_bytes: ANY_SIZE,
    };
    trim(&filling.conn, Timestamp(now), &bounds).unwrap()
}

fn month(channels: i64) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("history.db");
    let mut filling = Filling::at(&path);
    filling.boards(1);
    let events = 30 * DAY;
    println!("{events} events, {channels} channels");
    timed("building", 1, || {
        filling.steadily(1, START, SECOND, events, |n| body(n, channels));
    });
    let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
    filling.conn.query_row(checkpoint, [], |_| Ok(())).unwrap();
    let bytes = std::fs::metadata(&path).unwrap().len();
    let body = body(0, channels).len();
    println!(
        "  {bytes} bytes, {} an event with a body of {body}",
        bytes as f64 / events as f64
    );
    for table in ["minute", "hour"] {
        let sql = format!(
            "SELECT count(*) + sum(length(start)) + sum(mean) FROM {table}
             WHERE channel = 1 AND start BETWEEN {START} AND {}",
            START + events * SECOND
        );
        timed(table, 5, || {
            filling
                .conn
                .query_row(&sql, [], |row| row.get::<_, f64>(0))
                .unwrap()
        });
    }
    let end = START + events * SECOND;
    timed("idle trim", 1000, || {
        assert_eq!(idle(&filling, end).events, 0)
    });
    timed("load", 100, || Sums::load(&filling.conn).unwrap());
    timed("trim of a minute", 1, || {
        filling.commit(|filling| assert_eq!(idle(filling, end + 60 * SECOND).events, 60));
    });
    timed("trim of 20,000 events", 10, || {
        filling.commit(|filling| idle(filling, end + 20 * DAY * SECOND));
    });
}

#[test]
#[ignore = "builds files of some 200 MB; prints figures"]
fn a_month_at_one_a_second() {
    month(1);
    month(4);
}

#[test]
#[ignore = "prints figures"]
fn a_thousand_boards() {
    let dir = tempfile::tempdir().unwrap();
    let mut filling = Filling::at(&dir.path().join("history.db"));
    filling.boards(1000);
    let readings = |filling: &mut Filling, from: i64, count: i64| {
        filling.commit(|filling| {
            for n in from..from + count {
                let time = START + n * SECOND / 1000;
                filling.reading(1 + n % 1000, time, &body(n, 4));
            }
        });
    };
    for second in 0..240 {
        readings(&mut filling, second * 1000, 1000);
    }
    println!(
        "1000 boards of 4 channels, {} bytes",
        filling.number("PRAGMA page_count") * 4096
    );
    timed("idle trim", 100, || idle(&filling, START + 300 * SECOND));
    timed("load", 10, || Sums::load(&filling.conn).unwrap());
    readings(&mut filling, 299_000, 1000);
    timed("closing a minute", 1, || readings(&mut filling, 300_000, 1));
    timed("trim of a minute", 1, || {
        filling.commit(|filling| idle(filling, START + (30 * DAY + 60) * SECOND));
    });
}

#[test]
#[ignore = "prints figures"]
fn adding_a_reading() {
    for channels in [1, 4] {
        let mut filling = Filling::in_memory();
        filling.boards(1);
        let bodies: Vec<_> = (0..60_000).map(|n| body(n, channels)).collect();
        let Filling { conn, sums, .. } = &mut filling;
        let started = Instant::now();
        for (n, body) in bodies.iter().enumerate() {
            let time = Timestamp(START + n as i64 * 1000);
            sums.add(conn, 1, time, body).unwrap();
        }
        let each = started.elapsed() / bodies.len() as u32;
        println!("add of {channels} channels: {each:?}");
    }
}
