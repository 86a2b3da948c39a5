//! One state machine a port: find it, open it, keep it while it lives, and begin again.
//! Knows nothing of lines, JSON or subscribers.

mod ear;

mod garbled;

mod holder;

mod identity;

mod locate;

mod low_latency;

mod once;

mod open;

mod others;

mod rates;

mod reach;

mod released;

mod retry;

mod sharing;

mod talk;

#[cfg(test)]
pub(crate) mod pty;

#[cfg(test)]
mod tests;

pub use holder::holders;
pub use once::{Port, Refusal, open_once};

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
use crate::boards::registry::Registry;
use crate::boards::serial::ear::Ear;
use crate::boards::serial::identity::Identity;
use crate::boards::serial::others::Others;
use crate::boards::serial::reach::reach;
use crate::boards::serial::retry::Retry;
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
pub async fn run(
    config: SerialBoard,
    board: Arc<Board>,
    registry: Arc<Registry>,
    ports: Ports,
    stop: CancellationToken,
) {
    let config = Arc::new(config);
    let mut changes = ports.changes();
    let mut orders = board.orders();
    let mut retry = Retry::default();
    let mut others = Others::default();
    let mut identity = Identity::new(&config, board, registry);
    loop {
        changes.forget();
        if orders.release().is_some() {
            let leave = released::leave(&config, &identity, &ports, &mut orders, &mut changes);
            let Some(left) = stop.run_until_cancelled(leave).await else {
                return;
            };
            others = left;
            retry.released();
        }
        let reach = reach(&config, &ports, identity.rates.as_ref(), &mut others);
        let Some(reached) = stop.run_until_cancelled(reach).await else {
            return;
        };
        let wait = match reached {
            Ok(port) => {
                let held = hold(port, &config, &mut identity, &mut orders, &mut retry, &stop);
                let Some(wait) = held.await else {
                    return;
                };
                wait
            }
            Err(Failure { reason, detail }) => {
                let next = retry.failed(reason, random());
                if next.say {
                    identity.tell(|board| board.offline(reason, &detail));
                }
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

/// From open to closed. `None` at `stop`, else how long to wait before trying again.
async fn hold(
    port: Opened,
    config: &SerialBoard,
    identity: &mut Identity,
    orders: &mut Orders,
    retry: &mut Retry,
    stop: &CancellationToken,
) -> Option<Duration> {
    let Opened { mut stream, device } = port;
    let mut ear = match &mut identity.rates {
        Some(rates) => Ear::searching(&device, rates),
        None => Ear::at(&device, config.line.baud),
    };
    let detail = ear.place();
    identity.own.connecting(&detail);
    let session = Session::open(&identity.own, Link::Serial, &config.send_end);
    let mut session = session.syncing(config.ready.clone(), &detail);
    if config.trust_hello {
        session = session.trusting(&identity.registry);
    }
    let since = Instant::now();
    let end = tokio::select! {
        // First, so that what was asked of the port is done when its board is online.
        biased;
        end = talk::talk(&mut stream, &mut session, config, &mut ear, stop) => end,
        release = orders.released() => End::Released(release),
        never = sharing::notice(&device, &identity.own) => match never {},
    };
    // At once, or a board that comes back gets another number; and away from the reactor,
    // because the kernel may wait for output that nobody takes.
    let closed = spawn_blocking(move || open::close(stream));
    identity.claim = session.claim();
    let reason = end.reason();
    let device = device.display();
    let why = match &end {
        End::Stopped | End::Gone => device.to_string(),
        End::Failed(error) => format!("{device}: {error}"),
        End::Released(release) => {
            // Who hears of it may open the port in the same moment.
            let _ = closed.await;
            let free = released::free(&device.to_string(), release, session.board());
            session.end(reason, &free);
            return Some(Duration::ZERO);
        }
    };
    session.end(reason, &why);
    // Reopening must not meet our own lock.
    let _ = closed.await;
    let wait = retry.closed(reason, since.elapsed(), random());
    (!matches!(end, End::Stopped)).then_some(wait)
}
