//! One opening of a link: bytes from the board become events, commands go back.
//! Knows nothing of ports or sockets.

mod greeting;

mod hello;

mod remarks;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::hello::Naming;
use self::remarks::Remarks;
use crate::boards::board::{Begun, Board};
use crate::boards::commands::{Outgoing, Queue};
use crate::boards::intake::{Intake, Take};
use crate::boards::rate::Rate;
use crate::boards::{Link, Reason};
use crate::config::Pattern;
use crate::metrics::Drop;
use crate::name::BoardName;

/// One opening of a port or one connection, from the first byte to the last.
/// Dropped without [`Session::end`] (a panic), the board is offline with `error`.
#[derive(Debug)]
pub struct Session {
    board: Arc<Board>,
    link: Link,
    opening: u64,
    queue: Arc<Queue>,
    send_end: String,
    intake: Intake,
    ready: Option<Pattern>,
    is_up: bool,
    remarks: Remarks,
    naming: Option<Naming>,
    rate: Option<Rate>,
    replaced: CancellationToken,
    ended: bool,
}

impl Session {
    /// Begins one opening of a board's port or one connection; `send_end` is added to
    /// commands. The board's state stays as it is until [`Session::ready`]. An opening
    /// before this one has no say any more.
    pub fn open(board: &Arc<Board>, link: Link, send_end: &str) -> Self {
        let Begun { number, intake } = board.begin(link);
        Self {
            board: board.clone(),
            link,
            opening: number,
            queue: Arc::new(Queue::new(intake.settings().clone(), send_end)),
            rate: intake.settings().max_lines_per_s.map(Rate::new),
            send_end: send_end.to_owned(),
            intake,
            ready: None,
            is_up: false,
            remarks: Remarks::default(),
            naming: None,
            replaced: CancellationToken::new(),
            ended: false,
        }
    }

    /// For a port that is called so: the bytes before the first line end may be torn. With a
    /// pattern, a line that matches calls [`Session::ready`].
    pub fn syncing(mut self, ready: Option<Pattern>, place: &str) -> Self {
        self.intake.sync();
        self.ready = ready;
        place.clone_into(&mut self.remarks.place);
        self
    }

    /// Takes what one `read()` of a port yielded and appends what it says as one batch.
    pub fn bytes(&mut self, bytes: &[u8]) {
        if self.naming.is_some() {
            return self.bytes_by_line(bytes);
        }
        self.read(bytes);
        self.flush();
    }

    /// Takes a whole message. What it says waits for [`Session::flush`], so that several
    /// messages from one read are one batch.
    pub fn message(&mut self, bytes: &[u8]) {
        self.listen(|intake, heard| intake.message(bytes, heard));
    }

    /// How many events wait for [`Session::flush`].
    pub fn waiting(&mut self) -> usize {
        self.intake.batch().len()
    }

    /// Appends what was read.
    pub fn flush(&mut self) {
        let batch = self.intake.batch();
        if !batch.is_empty() {
            self.board.append(self.opening, batch);
            batch.clear();
        }
    }

    /// The link from this place is up: the board is `online`. Again is no event.
    pub fn ready(&mut self, place: &str) {
        self.ready = None;
        self.is_up = true;
        place.clone_into(&mut self.remarks.place);
        let detail = self.remarks.detail();
        self.board
            .up(self.opening, self.link, detail, &self.queue, &self.replaced);
    }

    /// So many bytes came and were not read, because they made no sense. What comes next may
    /// begin within a line.
    pub fn garbled(&mut self, count: usize) {
        self.intake.torn();
        self.intake.sync();
        let tally = self.board.tally();
        tally.bytes(count);
        tally.lost(Drop::Garbled, count as u64);
    }

    /// The board's name.
    pub fn board(&self) -> &BoardName {
        self.board.name()
    }

    /// Cancelled when another connection has taken this one's place.
    pub fn replaced(&self) -> CancellationToken {
        self.replaced.clone()
    }

    /// The commands, for a link that writes in another place than it reads.
    pub fn queue(&self) -> Arc<Queue> {
        self.queue.clone()
    }

    /// Waits for a command that may be written now; expired ones are answered on the
    /// way, and with `ack` or `nack` only one is out at a time. Cancel safe.
    pub async fn outgoing(&self) -> Outgoing {
        self.queue.next().await
    }

    /// The command's last byte was written: answers `written`, and waits for the board's
    /// answer where it has `ack` or `nack`.
    pub fn written(&self, outgoing: Outgoing) {
        // One for the name that the board had before fails when it is dropped.
        if outgoing.board() == self.board.name().as_str() {
            self.queue.written(outgoing);
        }
    }

    /// The link is down: an unfinished line is dropped and counted `torn`, commands in
    /// flight fail with `board_offline`.
    pub fn end(mut self, reason: Reason, detail: &str) {
        self.finish(reason, detail);
    }

    fn finish(&mut self, reason: Reason, detail: &str) {
        self.ended = true;
        self.end_naming();
        self.flush();
        self.intake.torn();
        self.queue.close();
        self.board.down(self.opening, self.link, reason, detail);
    }

    fn read(&mut self, bytes: &[u8]) {
        self.listen(|intake, heard| intake.bytes(bytes, heard));
    }

    fn listen(&mut self, read: impl FnOnce(&mut Intake, &mut dyn FnMut(&str) -> Take)) {
        self.intake.keep_raw(self.board.raw());
        let (queue, rate, ready) = (&self.queue, &mut self.rate, &self.ready);
        let mut is_ready = false;
        let board = self.board.name();
        read(&mut self.intake, &mut |line| {
            queue.heard(line);
            is_ready |= ready.as_ref().is_some_and(|ready| ready.0.is_match(line));
            rate.as_mut()
                .map_or(Take::Yes, |rate| rate.take(Instant::now(), board))
        });
        if is_ready {
            let place = self.remarks.place.clone();
            self.ready(&place);
        }
    }
}

impl std::ops::Drop for Session {
    fn drop(&mut self) {
        if !self.ended {
            self.finish(Reason::Error, "its task ended unexpectedly");
        }
    }
}
