//! Commands on their way to a board: one queue a connection.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::Ticket;
use super::outgoing::{Outgoing, Waiting};
use crate::config::{Pattern, ReadingSettings};
use crate::wire::{Code, Outcome, Status};

/// Commands that wait for one board; one more fails with `queue_full`. Short, because a
/// board may read one message every 5 s.
pub(super) const MAX_WAITING: usize = 16;

/// The command that is out, where the board answers.
#[derive(Debug)]
enum Out {
    /// Being written. An answer that is read before the writer says so is kept.
    Writing { early: Option<Outcome> },
    /// Written.
    Answering { ticket: Ticket, until: Instant },
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Waiting>,
    out: Option<Out>,
    closed: bool,
}

/// The commands of one connection.
#[derive(Debug)]
pub struct Queue {
    settings: Arc<ReadingSettings>,
    send_end: String,
    state: Mutex<State>,
    bell: Notify,
}

impl Queue {
    /// An empty queue; `send_end` is added to each command.
    pub fn new(settings: Arc<ReadingSettings>, send_end: &str) -> Self {
        Self {
            settings,
            send_end: send_end.to_owned(),
            state: Mutex::default(),
            bell: Notify::new(),
        }
    }

    /// Adds a command, or fails it with `queue_full` or `board_offline`.
    pub fn push(&self, text: &str, ttl: Duration, ticket: Ticket) {
        let mut state = self.lock();
        if state.closed {
            return;
        }
        state.expire(Instant::now());
        if state.waiting.len() == MAX_WAITING {
            drop(state);
            let why = format!(
                "{MAX_WAITING} commands wait already for board {}",
                ticket.board()
            );
            return ticket.finish(Outcome::failed(Code::QueueFull, why));
        }
        let bytes = [text.as_bytes(), self.send_end.as_bytes()].concat();
        state.waiting.push_back(Waiting {
            bytes,
            ttl,
            received: Instant::now(),
            ticket,
        });
        drop(state);
        self.bell.notify_one();
    }

    /// Waits for a command that may be written now; expired ones are answered on the
    /// way, and where the board answers only one is out at a time. For one caller at a
    /// time. Cancel safe.
    pub async fn next(&self) -> Outgoing {
        loop {
            let wake = {
                let mut state = self.lock();
                state.expire(Instant::now());
                if state.out.is_none()
                    && let Some(command) = state.waiting.pop_front()
                {
                    if self.answers() {
                        state.out = Some(Out::Writing { early: None });
                    }
                    return Outgoing { command };
                }
                state.next_deadline()
            };
            match wake {
                None => self.bell.notified().await,
                Some(deadline) => {
                    tokio::select! {
                        () = self.bell.notified() => {}
                        () = sleep_until(deadline) => {}
                    }
                }
            }
        }
    }

    /// The last byte of a command was written.
    pub fn written(&self, outgoing: Outgoing) {
        let Waiting {
            ttl, mut ticket, ..
        } = outgoing.command;
        if !self.answers() {
            return ticket.finish(Outcome::plain(Status::Written));
        }
        ticket.progress(Outcome::plain(Status::Written));
        let mut state = self.lock();
        if let Some(Out::Writing { early: Some(_) }) = &state.out {
            let Some(Out::Writing {
                early: Some(outcome),
            }) = state.out.take()
            else {
                return;
            };
            drop(state);
            return ticket.finish(outcome);
        }
        state.out = Some(Out::Answering {
            ticket,
            until: Instant::now() + ttl,
        });
    }

    /// Tries a line of the board as the answer to the command that is out.
    pub fn heard(&self, line: &str) {
        if !self.answers() || self.lock().out.is_none() {
            return;
        }
        let matches = |pattern: &Option<Pattern>| {
            pattern
                .as_ref()
                .is_some_and(|pattern| pattern.0.is_match(line))
        };
        let status = if matches(&self.settings.ack) {
            Status::Acked
        } else if matches(&self.settings.nack) {
            Status::Nacked
        } else {
            return;
        };
        let outcome = Outcome {
            status,
            reply: Some(line.to_owned()),
            error: None,
        };
        let mut state = self.lock();
        match state.out.take() {
            Some(Out::Answering { ticket, .. }) => {
                drop(state);
                ticket.finish(outcome);
                self.bell.notify_one();
            }
            Some(Out::Writing { .. }) => {
                state.out = Some(Out::Writing {
                    early: Some(outcome),
                })
            }
            None => {}
        }
    }

    /// Answers what has waited too long. The connection does so itself unless its
    /// writer is stuck.
    pub fn expire(&self, now: Instant) {
        self.lock().expire(now);
    }

    /// The connection has ended: what waits fails with `board_offline`.
    pub fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let (waiting, out) = (std::mem::take(&mut state.waiting), state.out.take());
        drop(state);
        drop((waiting, out));
    }

    fn answers(&self) -> bool {
        self.settings.ack.is_some() || self.settings.nack.is_some()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn expire(&mut self, now: Instant) {
        if matches!(&self.out, Some(Out::Answering { until, .. }) if *until <= now)
            && let Some(Out::Answering { ticket, .. }) = self.out.take()
        {
            ticket.finish(Outcome::plain(Status::Timeout));
        }
        while let Some(late) = self.waiting.iter().position(|command| command.due() <= now) {
            let Some(command) = self.waiting.remove(late) else {
                return;
            };
            let why = format!(
                "not written to board {} within {:?}",
                command.ticket.board(),
                command.ttl
            );
            command.ticket.finish(Outcome::failed(Code::Expired, why));
        }
    }

    fn next_deadline(&self) -> Option<Instant> {
        let out = match &self.out {
            Some(Out::Answering { until, .. }) => Some(*until),
            _ => None,
        };
        self.waiting.iter().map(Waiting::due).chain(out).min()
    }
}
