//! What an answer is written into, whatever its form.
//! Knows neither forms nor databases.

use serde_json::Value;

use crate::clock::Timestamp;
use crate::history::sum::Sum;

/// Takes rows in order of time. All have the same columns.
pub trait Table {
    /// A reading; a channel that it lacks is null.
    fn reading(&mut self, time: Timestamp, cells: &[Value]);

    /// A bucket and its begin.
    fn bucket(&mut self, start: Timestamp, cells: &[Sum]);
}

/// Writes a number as JSON has it, whole ones without a point; what is none is `null`.
pub fn put_number(out: &mut Vec<u8>, number: f64) {
    let whole = number as i64;
    if whole as f64 == number && whole.unsigned_abs() < 1 << 53 {
        out.extend_from_slice(itoa::Buffer::new().format(whole).as_bytes());
    } else {
        put_json(out, &Value::from(number));
    }
}

/// Writes a value as JSON.
pub fn put_json(out: &mut Vec<u8>, value: &Value) {
    serde_json::to_writer(out, value).expect("writing to memory cannot fail");
}
