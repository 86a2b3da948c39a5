//! Commands on their way to a board, and what became of each. One queue a connection;
//! it knows neither ports nor sockets.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::config::ReadingSettings;
use crate::wire::{Code, Problem, Status};

/// Commands that wait for one board; one more fails with `queue_full`. Short, because a
/// board may read one message every 5 s.
pub const MAX_WAITING: usize = 16;

/// Bytes of a command for a board on a serial port; an Uno's own buffer holds 64.
pub const MAX_SERIAL: usize = 4096;

/// Bytes of a command for a board on a WebSocket: one frame in one segment.
pub const MAX_WEBSOCKET: usize = 1000;

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How far it came.
    pub status: Status,
    /// The line that answered it.
    pub reply: Option<String>,
    /// Why it failed.
    pub error: Option<Problem>,
}

impl Outcome {
    /// A failure with its code and a text for people.
    pub fn failed(code: Code, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            status: Status::Failed,
            reply: None,
            error: Some(Problem { code, message }),
        }
    }

    fn plain(status: Status) -> Self {
        Self {
            status,
            reply: None,
            error: None,
        }
    }
}

/// A sender's claim to exactly one final result. Dropped without one, it says
/// `board_offline`.
pub struct Ticket {
    board: String,
    tell: Option<Box<Tell>>,
}

/// Takes a result, and whether it is the final one.
type Tell = dyn FnMut(Outcome, Last) + Send;

/// Whether a result is the final one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Last {
    /// Another follows.
    No,
    /// Nothing follows.
    Yes,
}

impl Ticket {
    /// `tell` is called at most twice: with `written` where an answer is awaited, and
    /// with the final result.
    pub fn new(board: &str, tell: impl FnMut(Outcome, Last) + Send + 'static) -> Self {
        Self {
            board: board.to_owned(),
            tell: Some(Box::new(tell)),
        }
    }

    fn progress(&mut self, outcome: Outcome) {
        if let Some(tell) = &mut self.tell {
            tell(outcome, Last::No);
        }
    }

    /// Gives the final result.
    pub fn finish(mut self, outcome: Outcome) {
        if let Some(mut tell) = self.tell.take() {
            tell(outcome, Last::Yes);
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some(mut tell) = self.tell.take() {
            tell(
                Outcome::failed(
                    Code::BoardOffline,
                    format!("board {} went offline", self.board),
                ),
                Last::Yes,
            );
        }
    }
}

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ticket({})", self.board)
    }
}

/// A command that waits.
#[derive(Debug)]
struct Waiting {
    bytes: Vec<u8>,
    ttl: Duration,
    received: Instant,
    ticket: Ticket,
}

/// A command that is due. Dropped before it was written, it fails with `board_offline`.
#[derive(Debug)]
pub struct Outgoing {
    command: Waiting,
}

impl Outgoing {
    /// What to write, with the line end where the link has one.
    pub fn bytes(&self) -> &[u8] {
        &self.command.bytes
    }
}

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
    settings: std::sync::Arc<ReadingSettings>,
    send_end: String,
    state: Mutex<State>,
    bell: Notify,
}

impl Queue {
    /// An empty queue; `send_end` is added to each command.
    pub fn new(settings: std::sync::Arc<ReadingSettings>, send_end: &str) -> Self {
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
                ticket.board
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
        let matches = |pattern: &Option<crate::config::Pattern>| {
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
                command.ticket.board, command.ttl
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

impl Waiting {
    fn due(&self) -> Instant {
        self.received + self.ttl
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use regex::Regex;

    use super::*;
    use crate::config::Pattern;

    type Said = Arc<Mutex<Vec<String>>>;

    fn queue(ack: Option<&str>) -> Queue {
        let pattern = |text: &str| Pattern(Regex::new(text).unwrap());
        let settings = ReadingSettings {
            ack: ack.map(pattern),
            nack: ack.map(|_| pattern("^err")),
            ..ReadingSettings::default()
        };
        Queue::new(Arc::new(settings), "\n")
    }

    fn push(queue: &Queue, said: &Said, text: &str, ttl: u64) {
        let (said, name) = (said.clone(), text.to_owned());
        let tell = move |outcome: Outcome, _| {
            let code = outcome.error.map(|error| format!("{:?}", error.code));
            let detail = outcome.reply.or(code).unwrap_or_default();
            said.lock().unwrap().push(
                format!("{name} {:?} {detail}", outcome.status)
                    .trim_end()
                    .to_owned(),
            );
        };
        queue.push(text, Duration::from_secs(ttl), Ticket::new("b", tell));
    }

    fn said(said: &Said) -> Vec<String> {
        std::mem::take(&mut said.lock().unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn without_answers_written_is_final() {
        let (queue, log) = (queue(None), Said::default());
        push(&queue, &log, "a", 5);
        let outgoing = queue.next().await;
        assert_eq!(outgoing.bytes(), b"a\n");
        queue.written(outgoing);
        queue.heard("ok");
        assert_eq!(said(&log), ["a Written"]);
    }

    #[tokio::test(start_paused = true)]
    async fn with_answers_one_is_out_at_a_time() {
        let (queue, log) = (queue(Some("^ok")), Said::default());
        for text in ["a", "b", "c"] {
            push(&queue, &log, text, 5);
        }
        queue.written(queue.next().await);
        queue.heard("noise");
        assert!(
            tokio::time::timeout(Duration::from_secs(1), queue.next())
                .await
                .is_err()
        );
        queue.heard("ok 1");
        queue.written(queue.next().await);
        queue.heard("err 2");
        let third = queue.next().await;
        queue.heard("ok 3");
        queue.written(third);
        let wanted = [
            "a Written",
            "a Acked ok 1",
            "b Written",
            "b Nacked err 2",
            "c Written",
            "c Acked ok 3",
        ];
        assert_eq!(said(&log), wanted);
    }

    #[tokio::test(start_paused = true)]
    async fn time_runs_from_receipt_and_from_writing() {
        let (queue, log) = (queue(Some("^ok")), Said::default());
        push(&queue, &log, "a", 3);
        queue.written(queue.next().await);
        push(&queue, &log, "b", 2);
        push(&queue, &log, "c", 60);
        let next = queue.next().await;
        assert_eq!(next.bytes(), b"c\n");
        assert_eq!(said(&log), ["a Written", "b Failed Expired", "a Timeout"]);
    }

    #[tokio::test(start_paused = true)]
    async fn every_command_has_one_final_result() {
        let (queue, log) = (queue(None), Said::default());
        for number in 0..=MAX_WAITING {
            push(&queue, &log, &number.to_string(), 5);
        }
        assert_eq!(said(&log), ["16 Failed QueueFull"]);
        drop(queue.next().await);
        assert_eq!(said(&log), ["0 Failed BoardOffline"]);
        queue.close();
        assert_eq!(said(&log).len(), MAX_WAITING - 1);
        push(&queue, &log, "late", 5);
        assert_eq!(said(&log), ["late Failed BoardOffline"]);
    }
}
