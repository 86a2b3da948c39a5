//! `GET /api/status`: how the gateway is, as JSON.

use serde::Serialize;

/// How the gateway is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GatewayStatus {
    /// The machine's name.
    pub gateway: String,
    /// Version of the gateway.
    pub version: &'static str,
    /// The gateway's clock, in which events have their times, in ms since 1970.
    pub time: f64,
    /// What who asks may do: `viewer` or `operator`.
    pub role: &'static str,
    /// Seconds since the start.
    pub uptime: f64,
    /// Bytes resident; null where the kernel does not say.
    pub memory: Option<u64>,
    /// Id of the numbering.
    pub stream: String,
    /// The newest event's number.
    pub seq: u64,
    /// Subscribers connected now.
    pub subscribers: i64,
    /// Boards known now.
    pub boards: usize,
    /// What is held in memory.
    pub backlog: BacklogStatus,
    /// What is on disk; null without `[history]`.
    pub history: Option<HistoryStatus>,
    /// Since the start.
    #[serde(flatten)]
    pub counts: Counts,
    /// What boards sent that did not become a value; only what there was.
    pub drops: Vec<Dropped>,
}

/// The backlog, and its bounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BacklogStatus {
    /// Events held.
    pub events: usize,
    /// Bytes held.
    pub bytes: usize,
    /// Events that may be held.
    pub max_events: usize,
    /// Bytes that may be held.
    pub max_bytes: usize,
}

/// The history, and its bounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HistoryStatus {
    /// `ok`, or what is wrong in one word.
    pub state: &'static str,
    /// What is wrong, for people, with the cure; empty if nothing is.
    pub detail: String,
    /// Events that are not stored yet.
    pub behind: u64,
    /// Bytes on disk.
    pub bytes: u64,
    /// Bytes that may be on disk.
    pub max_bytes: usize,
    /// Seconds after which an event is deleted.
    pub keep: u64,
}

/// What is counted since the start; the same numbers as in `/metrics`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Commands taken.
    pub commands: u64,
    /// Connections refused for their `Origin`, `Host` or role.
    pub refused: u64,
    /// Gaps told to subscribers.
    pub gaps: u64,
    /// Events in those gaps.
    pub gap_events: u64,
    /// Subscribers closed because they took nothing.
    pub slow_closed: u64,
    /// Bytes written to subscribers.
    pub sent_bytes: u64,
    /// Times that accepting paused, for want of descriptors.
    pub accept_pauses: u64,
}

/// What one board sent that did not become a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dropped {
    /// The board.
    pub board: String,
    /// Why, as in `/metrics`.
    pub reason: &'static str,
    /// How often; for `garbled` bytes. Above 0.
    pub count: u64,
}
