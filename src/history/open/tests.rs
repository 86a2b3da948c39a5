//! A file that an earlier version made.

use super::*;
use crate::config;
use crate::history::query::events::Shelf;
use crate::history::query::states;

/// The plan by which states are found.
fn plan(conn: &Connection) -> String {
    let sql = format!("EXPLAIN QUERY PLAN {}", states::SQL);
    let mut statement = conn.prepare(&sql).unwrap();
    let steps = statement.query_map((1, 2, 3, 4), |row| row.get::<_, String>(3));
    steps
        .unwrap()
        .collect::<Result<Vec<_>, _>>()
        .unwrap()
        .join("; ")
}

#[test]
fn a_file_without_the_index_is_given_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    let limits = Limits::new(&config::History::default());
    let progress = Progress {
        reserved: 100,
        stored: 9,
        time: Timestamp(9),
    };
    let seed = Seed {
        ids: &["s".to_owned()],
        progress,
    };
    let made = Database::create(&path, &limits, &seed).unwrap();
    let wanted = "SEARCH event USING INDEX event_state (board=? AND time<?)";
    assert_eq!(plan(&made.conn), wanted);
    made.conn
        .execute_batch(
            r#"DROP INDEX event_state;
            INSERT INTO event VALUES (1, 3, 3, 2, '{"state":"online"}'), (1, 4, 4, 0, '{}')"#,
        )
        .unwrap();
    let shelf = Shelf { board: 1, until: 9 };
    let find = |conn: &Connection| states::newest(conn, shelf, (None, 9), 10).unwrap();
    // As for whoever may only read such a file.
    let without = find(&made.conn);
    assert_eq!(without.len(), 1);
    assert_ne!(plan(&made.conn), wanted);
    drop(made);
    for _ in 0..2 {
        let opened = Database::open(&path, &limits).unwrap().unwrap();
        assert_eq!(opened.progress, progress);
        assert_eq!(plan(&opened.conn), wanted);
        assert_eq!(find(&opened.conn), without);
    }
}

#[test]
fn new_files_and_old_ones_have_the_same_index() {
    assert!(include_str!("../schema.sql").contains(INDEX));
}
