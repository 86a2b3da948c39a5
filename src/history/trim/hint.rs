//! Remembers before which time there are no events, in a temporary table: that belongs to
//! the connection, and a transaction that is rolled back takes it back too. With a thousand
//! boards, looking at the oldest event of each is a thousand pages.

use rusqlite::Connection;

/// A time before which there is no event, microseconds since 1970.
pub fn get(tx: &Connection) -> rusqlite::Result<i64> {
    let mut create = tx.prepare_cached(
        "CREATE TEMP TABLE IF NOT EXISTS trimmed (only INTEGER PRIMARY KEY, time INTEGER)",
    )?;
    create.execute([])?;
    let mut time = tx.prepare_cached("SELECT coalesce(max(time), ?1) FROM temp.trimmed")?;
    time.query_row([i64::MIN], |row| row.get(0))
}

/// Remembers it. True for ever, because no event is older than those before it.
pub fn set(tx: &Connection, time: i64) -> rusqlite::Result<()> {
    let mut set = tx.prepare_cached("INSERT OR REPLACE INTO temp.trimmed VALUES (1, ?1)")?;
    set.execute([time])?;
    Ok(())
}
