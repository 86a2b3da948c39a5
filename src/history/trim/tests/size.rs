//! Files that stay as small as they must.

use super::*;

/// Feeds a file for long; gives its largest size, and how many events it holds at the end.
fn fed(max_bytes: u64, (boards, channels, rate): (i64, i64, i64), events: i64) -> (u64, i64) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("history.db");
    let mut filling = Filling::at(&path);
    filling.boards(boards);
    let mut largest = 0;
    let bounds = Bounds {
        keep_micros: i64::MAX,
        max_bytes,
    };
    for second in 0..events / rate {
        let now = START + second * SECOND;
        filling.commit(|filling| {
            for n in 0..rate {
                let body = body(second * rate + n, channels);
                filling.reading(1 + n % boards, now + n * SECOND / rate, &body);
            }
            trim(&filling.conn, Timestamp(now + SECOND), &bounds).unwrap();
        });
        if second % 10 == 0 {
            let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
            filling.conn.query_row(checkpoint, [], |_| Ok(())).unwrap();
            largest = largest.max(std::fs::metadata(&path).unwrap().len());
        }
    }
    integrity(&filling);
    (largest, filling.number("SELECT count(*) FROM event"))
}

#[test]
fn a_file_stays_as_small_as_it_must() {
    const MAX: u64 = 256 << 10;
    for (feed, least) in [((1, 1, 5), 3000), ((1, 4, 100), 1500), ((40, 2, 500), 1500)] {
        let (largest, kept) = fed(MAX, feed, 6000);
        assert!(largest <= MAX, "{feed:?}: {largest} bytes");
        assert!(kept > least, "{feed:?}: {kept} events kept");
    }
}

#[test]
#[ignore = "takes a minute; prints figures"]
fn a_file_fed_for_long() {
    for feed in [
        (1, 1, 1),
        (1, 4, 50),
        (40, 2, 400),
        (1, 4, 5000),
        (1000, 4, 1000),
    ] {
        for max in [1 << 20, 8 << 20] {
            let (largest, kept) = fed(max, feed, 200_000);
            println!(
                "{feed:?} (boards, channels, per s): {largest} of {max} bytes at most, {kept} kept"
            );
        }
    }
}

fn integrity(filling: &Filling) {
    let check = filling
        .conn
        .query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
    assert_eq!(check.unwrap(), "ok");
    let oldest = filling.number("SELECT min(time) FROM event");
    assert!(filling.number("SELECT coalesce(min(start), 1 << 60) FROM minute") >= oldest - MINUTE);
    assert!(filling.number("SELECT coalesce(min(start), 1 << 60) FROM hour") >= oldest - HOUR);
}

#[test]
fn a_smaller_bound_gives_pages_back() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("history.db");
    let mut filling = Filling::at(&path);
    filling.boards(1);
    filling.steadily(1, START, SECOND, 30_000, |n| body(n, 4));
    let before = filling.number("PRAGMA page_count");
    trim_all(&mut filling, 30_000, 1_000_000, 1 << 20);
    assert!(
        filling.number("PRAGMA page_count") <= 512,
        "{before} pages before"
    );
    integrity(&filling);
}

#[test]
fn a_shorter_time_gives_pages_back() {
    let mut filling = Filling::in_memory();
    filling.boards(1);
    filling.steadily(1, START, SECOND, 30_000, |n| body(n, 4));
    trim_all(&mut filling, 30_000, 1000, ANY_SIZE);
    let pages = filling.number("PRAGMA page_count");
    assert!(
        pages < 400,
        "{pages} pages for {} events",
        filling.number("SELECT count(*) FROM event")
    );
}
