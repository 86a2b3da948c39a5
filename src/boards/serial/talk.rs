//! An open port: bytes to the session, its commands to the port, until one of them ends.
//! A board that takes no bytes is still read.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use rustix::io::Errno;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, sleep_until};
use tokio_serial::SerialStream;
use tokio_util::sync::CancellationToken;

use crate::boards::Reason;
use crate::boards::board::Release;
use crate::boards::commands::Outgoing;
use crate::boards::serial::ear::Ear;
use crate::boards::serial::pace::Pace;
use crate::boards::serial::sharing::{self, Sharers};
use crate::boards::session::Session;
use crate::config::SerialBoard;

/// More than the kernel hands over at once (4 kB).
const BUFFER: usize = 16 * 1024;

/// Why an opening of a port is over.
#[derive(Debug)]
pub(super) enum End {
    /// The gateway stops.
    Stopped,
    /// Another program is to have the port.
    Released(Release),
    /// The port is at its end: unplugged.
    Gone,
    /// Anything else.
    Failed(io::Error),
}

impl End {
    /// What the board's state says.
    pub(super) fn reason(&self) -> Reason {
        match self {
            Self::Stopped => Reason::Closed,
            Self::Released(_) => Reason::Released,
            Self::Gone => Reason::Unplugged,
            Self::Failed(_) => Reason::Error,
        }
    }
}

/// What happened on the port.
#[derive(Debug)]
pub(super) enum Turn {
    /// So many bytes are in the buffer; 0 is the end.
    Read(usize),
    /// So many bytes of what was to be written have been taken.
    Wrote(usize),
}

/// A command that is on its way out.
struct Sending {
    outgoing: Outgoing,
    written: usize,
}

/// Reads and writes until the port ends or `stop`. Says that the board is ready as soon as
/// it has settled; with a `ready` pattern and no `settle` that is the session's to say.
/// Cancel safe only in that nothing is read twice: a command may be half written.
pub(super) async fn talk(
    stream: &mut SerialStream,
    session: &mut Session,
    config: &SerialBoard,
    ear: &mut Ear<'_>,
    sharers: &mut Sharers,
    stop: &CancellationToken,
) -> End {
    let mut buffer = vec![0; BUFFER];
    let mut pace = Pace::default();
    let mut sending: Option<Sending> = None;
    let mut settle = pin!(tokio::time::sleep(config.settle));
    let mut settling = !config.settle.is_zero();
    if !settling && config.ready.is_none() {
        session.ready(&ear.place());
    }
    loop {
        let rest = sending.as_ref().map_or(&[][..], Sending::rest);
        let due = ear.deadline();
        let turn = tokio::select! {
            () = stop.cancelled() => return End::Stopped,
            () = &mut settle, if settling => {
                settling = false;
                session.ready(&ear.place());
                continue;
            }
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                ear.late(session, stream);
                continue;
            }
            who = sharers.changed() => {
                sharing::say(ear.device(), session, who.as_deref());
                continue;
            }
            outgoing = session.outgoing(), if sending.is_none() => {
                sending = begin(outgoing, session);
                continue;
            }
            turn = paced(stream, &mut buffer, rest, &pace) => turn,
        };
        match turn {
            Ok(Turn::Read(0)) => return End::Gone,
            Ok(Turn::Read(count)) => {
                pace.read(count, Instant::now());
                ear.hear(&buffer[..count], session, stream);
            }
            Ok(Turn::Wrote(count)) => sending = proceed(sending, count, session),
            Err(error) => return end(error),
        }
    }
}

impl Sending {
    fn rest(&self) -> &[u8] {
        self.outgoing
            .bytes()
            .get(self.written..)
            .unwrap_or_default()
    }
}

fn begin(outgoing: Outgoing, session: &mut Session) -> Option<Sending> {
    let sending = Sending {
        outgoing,
        written: 0,
    };
    proceed(Some(sending), 0, session)
}

/// `count` more bytes were taken; `None` once that was all.
fn proceed(sending: Option<Sending>, count: usize, session: &mut Session) -> Option<Sending> {
    let mut sending = sending?;
    sending.written += count;
    if !sending.rest().is_empty() {
        return Some(sending);
    }
    session.written(sending.outgoing);
    None
}

/// A [`turn`] of a port that is left alone for now if it floods; it may be written to. Cancel
/// safe.
async fn paced(
    stream: &mut SerialStream,
    buffer: &mut [u8],
    rest: &[u8],
    pace: &Pace,
) -> io::Result<Turn> {
    if let Some(free) = pace.rest() {
        tokio::select! {
            wrote = poll_fn(|context| poll_write(stream, context, rest)) => {
                return wrote.map(Turn::Wrote);
            }
            () = sleep_until(free) => {}
        }
    }
    turn(stream, buffer, rest).await
}

/// Waits until bytes came, or until the port took some of `rest`. Cancel safe: what did not
/// happen yet does not happen.
///
/// Not by `readable` and `try_read`: tokio-serial's do not take back a readiness that turns
/// out to be wrong, and would spin.
pub(super) async fn turn(
    stream: &mut SerialStream,
    buffer: &mut [u8],
    rest: &[u8],
) -> io::Result<Turn> {
    poll_fn(|context| {
        // First, or a board that never pauses could not be told anything.
        if let Poll::Ready(wrote) = poll_write(stream, context, rest) {
            return Poll::Ready(wrote.map(Turn::Wrote));
        }
        let mut space = ReadBuf::new(buffer);
        let read = Pin::new(&mut *stream).poll_read(context, &mut space);
        read.map_ok(|()| Turn::Read(space.filled().len()))
    })
    .await
}

fn poll_write(
    stream: &mut SerialStream,
    context: &mut Context<'_>,
    rest: &[u8],
) -> Poll<io::Result<usize>> {
    if rest.is_empty() {
        return Poll::Pending;
    }
    Pin::new(stream).poll_write(context, rest)
}

/// The device ended it, or something else did.
fn end(error: io::Error) -> End {
    match Errno::from_io_error(&error) {
        Some(Errno::IO | Errno::NXIO | Errno::NODEV) => End::Gone,
        _ => End::Failed(error),
    }
}
