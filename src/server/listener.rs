//! Accepts connections and serves HTTP/1.1 on them.
//! Knows nothing of paths: a handler answers.

mod answering;

mod trouble;

#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use rustix::net::sockopt::set_tcp_user_timeout;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::debug;

use answering::Answering;
use trouble::Trouble;

/// A board's handshake may come in 31 small writes. Also how long a connection may idle
/// between two requests.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// Of a whole request without its body; a browser's cookies fit, and so does any board.
const MAX_HEADERS: usize = 16 * 1024;

/// Of an answer that comes in pieces, so much waits in a connection whose client reads
/// slowly, and one piece more. Also what is read ahead of a request's body.
const MAX_BUFFER: usize = 64 * 1024;

/// A client that has gone without a word (out of reach, its power cut) never refuses
/// what it is sent; without this the kernel would go on trying for a quarter of an hour,
/// and what is held for the client would stay. Also ends who takes nothing for so long.
pub const HALF_OPEN: Duration = Duration::from_secs(60);

/// The acceptor shows at least this often that it is alive.
const BEAT: Duration = Duration::from_secs(2);

/// After a stop, what an answer may take to be written.
const GOODBYE: Duration = Duration::from_secs(1);

/// One address that is listened on. Connections are bounded only by the descriptors that
/// the kernel allows; at that bound accepting pauses, and clients wait in the kernel.
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
}

/// Who sent a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// The other end; an IPv4-mapped address is its IPv4 address.
    pub address: SocketAddr,
    /// The address that is listened on, as configured but with its real port.
    pub listener: SocketAddr,
}

/// What an acceptor tells about itself.
#[derive(Debug, Default)]
pub struct Health {
    /// Grows by at least one every two seconds as long as the acceptor is alive; a
    /// watchdog compares two looks that lie five seconds apart, or more.
    pub beats: AtomicU64,
    /// Connections accepted.
    pub accepted: AtomicU64,
    /// Times that accepting paused, for want of descriptors or memory.
    pub pauses: AtomicU64,
}

impl Listener {
    /// Listens on an address; port 0 picks a free one. Cancel safe.
    ///
    /// # Errors
    /// When the address is taken, is not this machine's, or needs a privilege.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = TcpListener::bind(address).await?;
        let address = socket.local_addr()?;
        Ok(Self { socket, address })
    }

    /// Where it listens, with the real port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Accepts until `stop`, and lets `handler` answer each request, in a task of
    /// `connections` for each connection. After `stop` idle connections end at once, and
    /// the others after their answer: `connections` is to be waited for.
    ///
    /// A handler that upgrades takes `hyper::upgrade::on` from its request, and gives the
    /// rest to a task of its own.
    ///
    /// Cancel safe: dropping it stops accepting; connections go on.
    pub async fn run<H, F, B>(
        self,
        handler: H,
        health: Arc<Health>,
        connections: TaskTracker,
        stop: CancellationToken,
    ) where
        H: Fn(Request<Incoming>, Peer) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Response<B>> + Send + 'static,
        B: Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let mut trouble = Trouble::default();
        loop {
            health.beats.fetch_add(1, Relaxed);
            let accepted = tokio::select! {
                () = stop.cancelled() => return,
                accepted = timeout(BEAT, self.socket.accept()) => accepted,
            };
            match accepted {
                Err(_nobody_came) => trouble.may_be_over(self.address),
                Ok(Ok((socket, address))) => {
                    trouble.may_be_over(self.address);
                    health.accepted.fetch_add(1, Relaxed);
                    let peer = self.peer(address);
                    let serving = serve(socket, handler.clone(), peer, stop.clone());
                    connections.spawn(serving);
                }
                Ok(Err(why)) => {
                    let Some(pause) = trouble.pause_after(&why, self.address) else {
                        continue;
                    };
                    health.pauses.fetch_add(1, Relaxed);
                    tokio::select! {
                        () = stop.cancelled() => return,
                        () = sleep(pause) => {}
                    }
                }
            }
        }
    }

    fn peer(&self, address: SocketAddr) -> Peer {
        Peer {
            address: SocketAddr::new(address.ip().to_canonical(), address.port()),
            listener: self.address,
        }
    }
}

async fn serve<H, F, B>(socket: TcpStream, handler: H, peer: Peer, stop: CancellationToken)
where
    H: Fn(Request<Incoming>, Peer) -> F,
    F: Future<Output = Response<B>>,
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    // Readings are small and late ones are worthless; a failure only costs time.
    let _ = socket.set_nodelay(true);
    give_up_after(&socket, HALF_OPEN);
    let answering = Answering::default();
    let service = service_fn(|request| {
        let answer = handler(request, peer);
        async {
            let one = answering.begin();
            Ok::<_, Infallible>(one.with(answer.await))
        }
    });
    let connection = http().serve_connection(TokioIo::new(socket), service);
    let mut connection = pin!(connection.with_upgrades());
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                served = connection => served,
                () = nothing_to_answer(&answering) => Ok(()),
            }
        }
    };
    if let Err(why) = served {
        debug!(address = %peer.address, error = %why, "connection failed");
    }
}

/// Lets the kernel end a connection whose other end has taken nothing of what it was sent
/// for so long. Where it cannot, the connection only lasts longer.
pub fn give_up_after(socket: &TcpStream, time: Duration) {
    let millis = u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
    let _ = set_tcp_user_timeout(socket, millis);
}

/// Ends a while after the last answer: who has sent half a request need not be waited
/// for.
async fn nothing_to_answer(answering: &Answering) {
    loop {
        sleep(GOODBYE).await;
        if answering.is_idle() {
            return;
        }
    }
}

/// As boards need it: names in Title-Case, and not one line more than asked for.
fn http() -> Builder {
    let mut builder = Builder::new();
    builder
        .title_case_headers(true)
        .auto_date_header(false)
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_header_size(MAX_HEADERS)
        .max_buf_size(MAX_BUFFER);
    builder
}
