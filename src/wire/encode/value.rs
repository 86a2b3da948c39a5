//! Values, names and texts as JSON.

use serde::Serialize;
use serde_json::Value as Json;

use crate::reading::Value;
use crate::reading::plain::plain_length;

/// The value of a channel.
pub(super) fn value(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Int(number) => out.extend_from_slice(itoa::Buffer::new().format(*number).as_bytes()),
        Value::Float(number) => put(out, number),
        Value::Text(text) => string(out, text),
    }
}

/// A string. Almost no name and no text holds what JSON must escape; seeing that first takes
/// three quarters of the instructions that serde_json takes byte by byte.
pub(super) fn string(out: &mut Vec<u8>, text: &str) {
    if plain_length(text.as_bytes()) < text.len() {
        return put(out, text);
    }
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// Anything, as serde_json writes it.
pub(super) fn put(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    serde_json::to_writer(out, value).expect("writing to memory cannot fail");
}

/// A whole number without a point where that is the same number.
pub(super) fn plain_number(number: f64) -> Json {
    let whole = number as i64;
    if whole as f64 == number {
        whole.into()
    } else {
        number.into()
    }
}
