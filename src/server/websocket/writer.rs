//! Writes ready-made frames to a client, and ends the connection.
//! Knows nothing of what is in a frame, nor of what the client says.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::time::{Instant, timeout, timeout_at};

use crate::wire::frame;

/// Buffers in one write: the kernel takes up to 1024, but past 64 a write is large
/// enough that one more costs nothing.
const BUFFERS: usize = 64;

/// How long a Close may take to go out, and then its answer to come in.
const GOODBYE: Duration = Duration::from_secs(1);

/// Why a client gets nothing more.
#[derive(Debug)]
pub enum WriteError {
    /// Something was owed, and the socket took nothing for `stall`. What follows is
    /// [`Writer::finish`] with 4008.
    Slow,
    /// The connection broke.
    Io(io::Error),
}

/// The one owner of what a client is sent. Every frame goes out whole and in order; a
/// control frame goes between two frames, also while a buffer of many is half written.
///
/// Holds what the last `send` was given and could not yet write, so its bound is the
/// caller's: how much it sends at once.
///
/// While somebody else writes through its [`Tap`], it is not to be used: [`Writer::take_back`]
/// comes first.
pub struct Writer {
    socket: Arc<OwnedWriteHalf>,
    /// Whole frames; of the first buffer, `written` bytes are out.
    pending: VecDeque<Bytes>,
    written: usize,
    stall: Duration,
    waiting_since: Option<Instant>,
}

impl Writer {
    pub(super) fn new(socket: OwnedWriteHalf, stall: Duration) -> Self {
        Self {
            socket: Arc::new(socket),
            pending: VecDeque::new(),
            written: 0,
            stall,
            waiting_since: None,
        }
    }

    /// Writes buffers of whole frames, joined to as few writes as possible, and returns
    /// when the kernel has taken all of them.
    ///
    /// Cancel safe: what is not yet written is kept and goes first in the next call,
    /// whichever that is; `send([])` only goes on.
    ///
    /// # Errors
    /// [`WriteError`]; after it only [`Writer::finish`] is of use.
    pub async fn send(
        &mut self,
        frames: impl IntoIterator<Item = Bytes>,
    ) -> Result<(), WriteError> {
        let frames = frames.into_iter().filter(|buffer| !buffer.is_empty());
        self.pending.extend(frames);
        self.flush().await
    }

    /// Whether something is still to be written: `send([])` does.
    pub fn owes(&self) -> bool {
        !self.pending.is_empty()
    }

    /// A way to write past this writer, of use while it owes nothing.
    pub fn tap(&self) -> Tap {
        Tap(self.socket.clone())
    }

    /// Goes on after somebody wrote through the tap: of these frames, so many bytes are out.
    pub fn take_back(&mut self, frames: impl IntoIterator<Item = Bytes>, written: usize) {
        self.pending.extend(frames);
        self.advance(written);
    }

    /// Sends a ping, before all that is not yet begun. Cancel safe as [`Writer::send`].
    ///
    /// # Errors
    /// As [`Writer::send`].
    pub async fn ping(&mut self) -> Result<(), WriteError> {
        self.put_next(frame::ping());
        self.flush().await
    }

    /// Answers a ping, before all that is not yet begun; the payload is cut after 125
    /// bytes. Cancel safe as [`Writer::send`].
    ///
    /// # Errors
    /// As [`Writer::send`].
    pub async fn pong(&mut self, payload: &[u8]) -> Result<(), WriteError> {
        self.put_next(frame::pong(payload));
        self.flush().await
    }

    /// Ends the connection with a Close: completes a frame that is half written, drops
    /// the rest, and discards what still comes in until the client has closed its side,
    /// or else the kernel would throw the Close away. Takes at most one second to write
    /// and one to wait; a client that takes nothing is just cut off.
    ///
    /// `None` answers a Close that had no code. The reason is cut after 123 bytes.
    /// The [`super::Reader`] is to be dropped before. Cancelling cuts the client off.
    pub async fn finish(mut self, code: Option<u16>, reason: &str) {
        self.drop_unbegun();
        self.pending.push_back(frame::close(code, reason));
        self.waiting_since = None;
        let close = async {
            self.flush().await.ok()?;
            Arc::get_mut(&mut self.socket)?.shutdown().await.ok()
        };
        if let Ok(Some(())) = timeout(GOODBYE, close).await {
            let _ = timeout(GOODBYE, discard(self.stream())).await;
        }
    }

    async fn flush(&mut self) -> Result<(), WriteError> {
        while !self.pending.is_empty() {
            let since = *self.waiting_since.get_or_insert_with(Instant::now);
            let deadline = since + self.stall;
            let write = poll_fn(|context| self.poll_write(context));
            match timeout_at(deadline, write).await {
                Err(_) => return Err(WriteError::Slow),
                Ok(Err(why)) => return Err(WriteError::Io(why)),
                Ok(Ok(0)) => return Err(WriteError::Io(io::ErrorKind::WriteZero.into())),
                Ok(Ok(taken)) => self.advance(taken),
            }
        }
        Ok(())
    }

    /// The slices live only here: across an await they would make each task 1 KiB larger.
    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut slices = [IoSlice::new(&[]); BUFFERS];
        let mut used = 0;
        for (slice, buffer) in slices.iter_mut().zip(&self.pending) {
            let start = if used == 0 { self.written } else { 0 };
            *slice = IoSlice::new(&buffer[start..]);
            used += 1;
        }
        loop {
            // First, because it counts as work: who is always behind lets others have a turn.
            ready!(self.stream().poll_write_ready(context))?;
            match self.socket.try_write_vectored(&slices[..used]) {
                Err(why) if why.kind() == io::ErrorKind::WouldBlock => {}
                done => return Poll::Ready(done),
            }
        }
    }

    fn stream(&self) -> &TcpStream {
        (*self.socket).as_ref()
    }

    fn advance(&mut self, taken: usize) {
        self.waiting_since = None;
        self.written += taken;
        while let Some(first) = self.pending.front()
            && self.written >= first.len()
        {
            self.written -= first.len();
            self.pending.pop_front();
        }
    }

    fn put_next(&mut self, control: Bytes) {
        let place = self.split_at_boundary();
        self.pending.insert(place, control);
    }

    fn drop_unbegun(&mut self) {
        let place = self.split_at_boundary();
        self.pending.truncate(place);
    }

    /// Cuts the first buffer where the frame ends of which a part is out, and says
    /// before which buffer another frame may go: 0 if no frame is half written, else 1.
    fn split_at_boundary(&mut self) -> usize {
        let Some(first) = self.pending.front_mut() else {
            return 0;
        };
        let end = frame::end_of_frame(first, self.written);
        if end == self.written {
            first.advance(end);
            self.written = 0;
            return 0;
        }
        let rest = first.split_off(end);
        if !rest.is_empty() {
            self.pending.insert(1, rest);
        }
        1
    }
}

/// Writes what can be written at once, for a [`Writer`] that owes nothing.
#[derive(Debug)]
pub struct Tap(Arc<OwnedWriteHalf>);

impl Tap {
    /// How many bytes of these the kernel took, which may be none. A broken connection takes
    /// none: the writer will find it broken.
    pub fn write(&self, slices: &[IoSlice<'_>]) -> usize {
        let written = match slices {
            // The kernel has less to set up.
            [one] => self.0.try_write(one),
            many => self.0.try_write_vectored(many),
        };
        written.unwrap_or(0)
    }
}

/// Reads until the client closes its side.
async fn discard(socket: &TcpStream) -> io::Result<()> {
    loop {
        socket.readable().await?;
        // Made after the await, so that the task does not carry it.
        match socket.try_read(&mut [0; 4096]) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(why) if why.kind() == io::ErrorKind::WouldBlock => {}
            Err(why) => return Err(why),
        }
    }
}
