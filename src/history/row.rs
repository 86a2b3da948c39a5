//! Numbers of events as SQLite has them, which knows no unsigned ones.

use rusqlite::Row;

/// A number as a value.
pub fn value(number: u64) -> i64 {
    // No gateway lives to give out 2^63 numbers.
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number in a row.
///
/// # Errors
/// When it is none.
pub fn number(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, value))
}
