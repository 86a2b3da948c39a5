//! A browser as a board: readings and lines that a subscriber publishes.
//! Knows nothing of who the subscriber is.

use serde_json::{Map, Value};

use crate::boards::Link;
use crate::boards::board::Board;

/// How many events were appended, and the number of the last.
pub type Accepted = (usize, u64);

/// A reading. None if it has no channel.
pub fn values(board: &Board, values: Map<String, Value>) -> Option<Accepted> {
    let json = Value::Object(values).to_string();
    board.visit(Link::Publish, |intake, _| {
        intake.object(&json);
    })
}

/// One line, read as a board's would be. None if it is empty.
pub fn line(board: &Board, line: &str) -> Option<Accepted> {
    message(board, line.as_bytes())
}

/// A whole message, as from a board over WebSocket. None if it has no line.
pub fn message(board: &Board, message: &[u8]) -> Option<Accepted> {
    board.visit(Link::Publish, |intake, heard| {
        intake.message(message, heard);
    })
}
