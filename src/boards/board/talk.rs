//! What a board is told and says outside a session of its own: commands, posts.

use std::time::Duration;

use tokio::time::Instant;

use super::live::Live;
use super::{Board, Owner};
use crate::boards::commands::Ticket;
use crate::boards::intake::{Intake, Take};
use crate::boards::{Link, Reason};
use crate::wire::{Code, Outcome, State, StateReason};

/// Bytes of a command for a board on a serial port; an Uno's own buffer holds 64.
const MAX_SERIAL: usize = 4096;

/// Bytes of a command for a board on a WebSocket: one frame in one segment.
const MAX_WEBSOCKET: usize = 1000;

/// Is asked about every line of a visit.
pub type Heard<'a> = &'a mut dyn FnMut(&str) -> Take;

impl Board {
    /// Takes what a post or a publisher says, which `read` puts into a batch, asking about
    /// every line; returns how many events that are, and the last one's number. Nothing
    /// read is no event, and nothing is read if a port has taken the board in the meantime.
    pub fn visit(
        &self,
        link: Link,
        read: impl FnOnce(&mut Intake, Heard<'_>),
    ) -> Option<(usize, u64)> {
        let mut live = self.live();
        if live.owner == Owner::Port {
            return None;
        }
        let mut intake = self.intake(&live);
        let Live {
            rate, connection, ..
        } = &mut *live;
        let mut is_over = false;
        read(&mut intake, &mut |line| {
            if let Some(connection) = connection {
                connection.queue.heard(line);
            }
            let take = rate
                .as_mut()
                .map_or(Take::Yes, |rate| rate.take(Instant::now(), &self.name));
            is_over |= take == Take::No;
            take
        });
        if intake.batch().is_empty() {
            return is_over.then(|| (0, self.hub.journal.head()));
        }
        if live.connection.is_none() {
            self.set(&mut live, State::Online, None, link, "");
        } else {
            self.revive(&mut live);
        }
        live.heard = Instant::now();
        let (count, at) = (intake.batch().len(), self.hub.now());
        Some((
            count,
            self.hub.journal.append(self.slot, at, intake.batch()),
        ))
    }

    /// Sends a command, or says at once why not.
    pub fn command(&self, text: &str, ttl: Duration, ticket: Ticket) {
        let live = self.live();
        let Some(connection) = &live.connection else {
            let (code, why) = match (live.link, live.reason) {
                (Link::Http | Link::Publish, _) => {
                    (Code::ReadOnly, "only sends and cannot receive")
                }
                (_, Some(StateReason::Offline(Reason::Released))) => (
                    Code::BoardOffline,
                    "is offline, because its port is released (`boardcast resume` takes it back)",
                ),
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
