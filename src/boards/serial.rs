//! One state machine a port: find it, open it, keep it while it lives, and begin again.
//! Knows nothing of lines, JSON or subscribers.

mod ear;

mod garbled;

mod holder;

mod locate;

mod open;

mod rates;

mod retry;

mod talk;

#[cfg(test)]
pub(crate) mod pty;

pub use holder::holders;

use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::Instant;
use tokio_serial::SerialStream;
use tokio_util::sync::CancellationToken;

use crate::boards::backoff::random;
use crate::boards::board::Board;
use crate::boards::discovery::Ports;
use crate::boards::registry::{Claim, Registry};
use crate::boards::serial::ear::Ear;
use crate::boards::serial::rates::Rates;
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

/// What is known of a port's board beyond one opening.
struct Identity {
    registry: Arc<Registry>,
    rates: Option<Rates>,
    /// The name that the board gave itself when the port was last open.
    claim: Option<Arc<Claim>>,
}

/// Keeps `board` connected to its port until `stop`, whatever happens to the port: it waits
/// for one that is not there, for permission, and for the program that has it.
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
    let mut retry = Retry::default();
    let mut identity = Identity {
        registry,
        rates: config.find_rate.then(Rates::new),
        claim: None,
    };
    loop {
        changes.forget();
        let Some(reached) = stop
            .run_until_cancelled(reach(&config, &ports, identity.rates.as_ref()))
            .await
        else {
            return;
        };
        let wait = match reached {
            Ok(port) => {
                let Some(wait) =
                    hold(port, &config, &board, &mut retry, &mut identity, &stop).await
                else {
                    return;
                };
                wait
            }
            Err(failure) => {
                let next = retry.failed(failure.reason, random());
                announce(&board, &identity, failure, &next);
                next.wait
            }
        };
        if stop.run_until_cancelled(changes.wait(wait)).await.is_none() {
            return;
        }
    }
}

/// Finds the port and opens it, away from the reactor: an adapter that hangs may keep
/// `open` waiting for seconds.
async fn reach(
    config: &Arc<SerialBoard>,
    ports: &Ports,
    rates: Option<&Rates>,
) -> Result<Opened, Failure> {
    let (config, ports) = (config.clone(), ports.clone());
    let mut line = config.line.clone();
    line.baud = rates.map_or(line.baud, Rates::baud);
    let reached = spawn_blocking(move || {
        // Before the look, so that what appears after it wakes.
        ports.watch(&config.port);
        let locate = || locate::locate(&config.port, ports.root());
        let open = |device: &Path| open::open(device, &line, config.reset);
        let (stream, device) = locate::open_located(locate, open)?;
        Ok(Opened { stream, device })
    });
    match reached.await {
        Ok(reached) => reached,
        Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
        // Only a runtime that shuts down cancels it.
        Err(error) => Err(Failure {
            reason: Reason::Error,
            detail: error.to_string(),
        }),
    }
}

fn announce(board: &Board, identity: &Identity, failure: Failure, next: &Next) {
    if !next.say {
        return;
    }
    let Failure { reason, detail } = failure;
    let claim = identity.claim.as_ref();
    if !claim.is_some_and(|claim| identity.registry.announce(claim, reason, &detail)) {
        board.offline(reason, &detail);
    }
}

/// From open to closed. `None` at `stop`, else how long to wait before trying again.
async fn hold(
    port: Opened,
    config: &SerialBoard,
    board: &Arc<Board>,
    retry: &mut Retry,
    identity: &mut Identity,
    stop: &CancellationToken,
) -> Option<Duration> {
    let Opened { mut stream, device } = port;
    let mut ear = match &mut identity.rates {
        Some(rates) => Ear::searching(&device, rates),
        None => Ear::at(&device, config.line.baud),
    };
    let detail = ear.place();
    board.connecting(&detail);
    let session = Session::open(board, Link::Serial, &config.send_end);
    let mut session = session.syncing(config.ready.clone(), &detail);
    if config.trust_hello {
        session = session.trusting(&identity.registry);
    }
    let since = Instant::now();
    let end = talk::talk(&mut stream, &mut session, config, &mut ear, stop).await;
    // At once, or a board that comes back gets another number; and away from the reactor,
    // because the kernel may wait for output that nobody takes.
    let closed = spawn_blocking(move || open::close(stream));
    let reason = end.reason();
    let why = match &end {
        End::Stopped | End::Gone => device.display().to_string(),
        End::Failed(error) => format!("{}: {error}", device.display()),
    };
    identity.claim = session.claim();
    session.end(reason, &why);
    // Reopening must not meet our own lock.
    let _ = closed.await;
    let wait = retry.closed(reason, since.elapsed(), random());
    (!matches!(end, End::Stopped)).then_some(wait)
}
