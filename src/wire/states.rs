//! `GET /api/boards/{board}/states`: when a board was in which state, as JSON.

use serde::{Deserialize, Serialize};

use super::encode::millis;
use crate::clock::Timestamp;

/// The states of one board in a span of time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct States<'a> {
    /// The board.
    pub board: &'a str,
    /// Where the span begins, in ms since 1970.
    pub from: f64,
    /// Where it ends, in ms since 1970; does not belong to it.
    pub to: f64,
    /// Oldest first.
    pub states: Vec<Stated>,
    /// Whether older ones were left out.
    pub truncated: bool,
}

/// One `board` event.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stated {
    /// Its number.
    pub seq: u64,
    /// Its time, in ms since 1970.
    pub time: f64,
    /// From then on.
    #[serde(flatten)]
    pub what: What,
}

/// The part of a `board` message that says which state, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct What {
    /// `online`, for one.
    pub state: String,
    /// Why, where a reason belongs to the state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Stated {
    /// From the rest of a `board` message, as it is stored; `None` if it is none.
    pub fn new(seq: u64, time: Timestamp, body: &str) -> Option<Self> {
        let what = serde_json::from_str(body).ok()?;
        let time = millis(time);
        Some(Self { seq, time, what })
    }
}
