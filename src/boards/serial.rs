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

mod pace;

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

pub use once::open_once;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::Instant;
use tokio_serial::SerialStream;
use tokio_util::sync::CancellationToken;

use crate::boards::backoff::random;
use crate::boards::board::{Board, Orders};
use crate::boards::discovery::{Changes, Ports};
use crate::boards::registry::Registry;
use crate::boards::serial::ear::Ear;
use crate::boards::serial::identity::Identity;
use crate::boards::serial::others::Others;
use crate::boards::serial::retry::Retry;
use crate::boards::serial::talk::End;
use crate::boards::session::Session;
use crate::boards::{Link, Reason};
use crate::config::SerialBoard;

/// Why a port could not be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// In a word.
    pub reason: Reason,
    /// In a sentence, with the likely cure.
    pub detail: String,
}

/// A port that is open, and its node: not the link that led to it.
#[derive(Debug)]
pub struct Opened {
    /// What the board sends, and what it is sent. Dropping it closes the port.
    pub stream: SerialStream,
    /// Such as `/dev/ttyACM0`.
    pub device: PathBuf,
}

/// One port, over all its openings.
struct Keeper {
    config: Arc<SerialBoard>,
    ports: Ports,
    identity: Identity,
    orders: Orders,
    retry: Retry,
    others: Others,
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
    let mut changes = ports.changes();
    let mut keeper = Keeper {
        orders: board.orders(),
        identity: Identity::new(&config, board, registry),
        config: Arc::new(config),
        ports,
        retry: Retry::default(),
        others: Others::default(),
    };
    loop {
        changes.forget();
        let reached = stop.run_until_cancelled(keeper.reach(&mut changes)).await;
        let wait = match reached {
            None => return,
            Some(Err(failure)) => keeper.failed(failure),
            Some(Ok(port)) => match keeper.hold(port, &stop).await {
                None => return,
                Some(wait) => wait,
            },
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = changes.wait(wait) => {}
            () = keeper.orders.changed() => {}
            () = keeper.others.changed() => {}
        }
    }
}

impl Keeper {
    /// Opens the port, as soon as it is not released any more.
    async fn reach(&mut self, changes: &mut Changes) -> Result<Opened, Failure> {
        if self.orders.release().is_some() {
            let leave = released::leave(
                &self.config,
                &self.identity,
                &self.ports,
                &mut self.orders,
                changes,
            );
            self.others = leave.await;
            self.retry.released();
        }
        let rates = self.identity.rates.as_ref();
        reach::reach(&self.config, &self.ports, rates, &mut self.others).await
    }

    /// Says why the port could not be reached, if that is news, and how long to wait before
    /// trying again.
    fn failed(&mut self, Failure { reason, detail }: Failure) -> Duration {
        let next = self.retry.failed(reason, random());
        if next.say {
            self.identity.tell(|board| board.offline(reason, &detail));
        }
        self.orders.obeyed();
        next.wait
    }

    /// From open to closed. `None` at `stop`, else how long to wait before trying again.
    async fn hold(&mut self, port: Opened, stop: &CancellationToken) -> Option<Duration> {
        let Opened { mut stream, device } = port;
        let (config, identity) = (&*self.config, &mut self.identity);
        identity.opened(&device);
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
        let (tell, mut sharers) = sharing::sharers();
        let since = Instant::now();
        let end = tokio::select! {
            // First, so that what was asked of the port is done when its board is online.
            biased;
            end = talk::talk(&mut stream, &mut session, config, &mut ear, &mut sharers, stop) => end,
            release = self.orders.released() => End::Released(release),
            never = sharing::notice(&device, tell, &self.ports) => match never {},
        };
        ear.end(&mut session);
        // At once, or a board that comes back gets another number; and away from the
        // reactor, because the kernel may wait for output that nobody takes.
        let closed = spawn_blocking(move || open::close(stream));
        identity.claim = session.claim();
        let reason = end.reason();
        let device = device.display();
        match end {
            End::Released(release) => {
                // Who hears of it may open the port in the same moment.
                let _ = closed.await;
                let free = released::free(&device.to_string(), &release, session.board());
                session.end(reason, &free);
                return Some(Duration::ZERO);
            }
            End::Failed(error) => session.end(reason, &format!("{device}: {error}")),
            End::Gone | End::Stopped => session.end(reason, &device.to_string()),
        }
        // Reopening must not meet our own lock.
        let _ = closed.await;
        let wait = self.retry.closed(reason, since.elapsed(), random());
        (reason != Reason::Closed).then_some(wait)
    }
}
