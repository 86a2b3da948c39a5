//! One state machine a port: find it, open it, keep it while it lives, and begin again.
//! Knows nothing of lines, JSON or subscribers.

mod holder;

mod locate;

mod low_latency;

mod once;

mod open;

mod others;

mod released;

mod retry;

mod sharing;

mod talk;

#[cfg(test)]
mod pty;

#[cfg(test)]
mod tests;

pub use holder::holders;
pub use once::{Port, Refusal, open_once};

use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::Instant;
use tokio_serial::SerialStream;
use tokio_util::sync::CancellationToken;

use crate::boards::backoff::random;
use crate::boards::board::{Board, Orders};
use crate::boards::discovery::Ports;
use crate::boards::serial::others::Others;
use crate::boards::serial::retry::{Next, Retry};
use crate::boards::serial::talk::End;
use crate::boards::session::Session;
use crate::boards::{Link, Reason};
use crate::config::SerialBoard;

/// Why a port could not be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Failure {
    reason: Reason,
    detail: String,
}

/// A port that is open, and its node: not the link that led to it.
struct Opened {
    stream: SerialStream,
    device: PathBuf,
}

/// Keeps `board` connected to its port until `stop`, whatever happens to the port: it waits
/// for one that is not there, for permission, and for the program that has it. While the
/// board is released ([`Board::release`]) its port is left alone.
///
/// Ends only at `stop`, promptly: an open session ends with `closed`. What panics in here
/// or in the session's reading unwinds out of it and closes the port; the owner may then
/// run it again with the same arguments, and no other board notices. Not cancel safe:
/// dropped, it ends the session as a panic would.
pub async fn run(config: SerialBoard, board: Arc<Board>, ports: Ports, stop: CancellationToken) {
    let config = Arc::new(config);
    let mut changes = ports.changes();
    let mut orders = board.orders();
    let mut retry = Retry::default();
    let mut others = Others::default();
    loop {
        changes.forget();
        if orders.release().is_some() {
            let leave = released::leave(&config, &board, &ports, &mut orders, &mut changes);
            let Some(left) = stop.run_until_cancelled(leave).await else {
                return;
            };
            others = left;
            retry.released();
        }
        let reach = reach(&config, &ports, &mut others);
        let Some(reached) = stop.run_until_cancelled(reach).await else {
            return;
        };
        let wait = match reached {
            Ok(port) => {
                let held = hold(port, &config, &board, &mut orders, &mut retry, &stop);
                let Some(wait) = held.await else {
                    return;
                };
                wait
            }
            Err(failure) => {
                let next = retry.failed(failure.reason, random());
                announce(&board, failure, &next);
                orders.obeyed();
                next.wait
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = changes.wait(wait) => {}
            () = orders.changed() => {}
            () = others.changed() => {}
        }
    }
}

/// Finds the port and opens it, away from the reactor: an adapter that hangs may keep
/// `open` waiting for seconds. A port that another program has is not touched, or a board
/// that is being flashed would lose bytes; `others` then wakes who waits for it.
async fn reach(
    config: &Arc<SerialBoard>,
    ports: &Ports,
    others: &mut Others,
) -> Result<Opened, Failure> {
    let device = {
        let (config, ports) = (config.clone(), ports.clone());
        blocking(move || {
            // Before the look, so that what appears after it wakes.
            ports.watch(&config.port);
            locate::locate(&config.port, ports.root())
        })
        .await?
    };
    let opened = others.watches(&device) && others.have_it_open();
    let node = device.clone();
    let who = blocking(move || Ok(holder::who(&node, opened))).await?;
    if let Some(who) = who {
        if !others.watches(&device) {
            *others = Others::of(&device);
        }
        return Err(open::busy(&device, &who));
    }
    // Our own opening is not another's.
    *others = Others::default();
    let config = config.clone();
    blocking(move || {
        let stream = open::open(&device, &config.line, config.reset)?;
        Ok(Opened { stream, device })
    })
    .await
}

/// Does what blocks in a thread of its own; a panic in there goes on in here.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    match spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
        // Only a runtime that shuts down cancels it.
        Err(error) => Err(Failure {
            reason: Reason::Error,
            detail: error.to_string(),
        }),
    }
}

fn announce(board: &Board, failure: Failure, next: &Next) {
    if !next.say {
        return;
    }
    let Failure { reason, detail } = failure;
    board.offline(reason, &detail);
}

/// From open to closed. `None` at `stop`, else how long to wait before trying again.
async fn hold(
    port: Opened,
    config: &SerialBoard,
    board: &Arc<Board>,
    orders: &mut Orders,
    retry: &mut Retry,
    stop: &CancellationToken,
) -> Option<Duration> {
    let Opened { mut stream, device } = port;
    let detail = device.display().to_string();
    board.connecting(&detail);
    let session = Session::open(board, Link::Serial, &config.send_end);
    let mut session = session.syncing(config.ready.clone(), &detail);
    let since = Instant::now();
    let end = tokio::select! {
        // First, so that what was asked of the port is done when its board is online.
        biased;
        end = talk::talk(&mut stream, &mut session, config, &detail, stop) => end,
        release = orders.released() => End::Released(release),
        never = sharing::notice(&device, board) => match never {},
    };
    // At once, or a board that comes back gets another number; and away from the reactor,
    // because the kernel may wait for output that nobody takes.
    let closed = spawn_blocking(move || open::close(stream));
    let reason = end.reason();
    let why = match &end {
        End::Stopped | End::Gone => detail,
        End::Failed(error) => format!("{detail}: {error}"),
        End::Released(release) => {
            // Who hears of it may open the port in the same moment.
            let _ = closed.await;
            session.end(reason, &released::free(&detail, release, board));
            return Some(Duration::ZERO);
        }
    };
    session.end(reason, &why);
    // Reopening must not meet our own lock.
    let _ = closed.await;
    let wait = retry.closed(reason, since.elapsed(), random());
    (!matches!(end, End::Stopped)).then_some(wait)
}
