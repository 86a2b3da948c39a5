//! Commands: which ones a board can take now.

use std::time::Duration;

use super::Board;
use crate::boards::Link;
use crate::boards::commands::{Outcome, Ticket};
use crate::wire::Code;

/// Bytes of a command for a board on a serial port; an Uno's own buffer holds 64.
const MAX_SERIAL: usize = 4096;

/// Bytes of a command for a board on a WebSocket: one frame in one segment.
const MAX_WEBSOCKET: usize = 1000;

impl Board {
    /// Sends a command, or says at once why not.
    pub fn command(&self, text: &str, ttl: Duration, ticket: Ticket) {
        let live = self.live();
        let Some(connection) = &live.connection else {
            let (code, why) = match live.link {
                Link::Http | Link::Publish => (Code::ReadOnly, "only sends and cannot receive"),
                _ => (Code::BoardOffline, "is offline"),
            };
            drop(live);
            return ticket.finish(Outcome::failed(code, format!("board {} {why}", self.name)));
        };
        let limit = if live.link == Link::Websocket {
            MAX_WEBSOCKET
        } else {
            MAX_SERIAL
        };
        if let Some(problem) = unfit(text, live.link, limit) {
            drop(live);
            return ticket.finish(problem);
        }
        let queue = connection.queue.clone();
        drop(live);
        queue.push(text, ttl, ticket);
    }
}

/// Why a text cannot be a command on this link.
fn unfit(text: &str, link: Link, limit: usize) -> Option<Outcome> {
    if text.len() > limit {
        let why = format!("{} bytes, and this board takes at most {limit}", text.len());
        return Some(Outcome::failed(Code::TooLong, why));
    }
    if text.contains(['\n', '\r']) {
        return Some(Outcome::failed(
            Code::Invalid,
            "`data` holds a line end: send one command a line",
        ));
    }
    if text.is_empty() && link == Link::Websocket {
        return Some(Outcome::failed(
            Code::Invalid,
            "`data` is empty, which some boards cannot take",
        ));
    }
    None
}
