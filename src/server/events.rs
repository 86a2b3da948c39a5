//! `GET /api/events`: the stream as Server-Sent Events, which browsers read by themselves.
//! Knows nothing of who may read.

mod text;

#[cfg(test)]
mod tests;

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use bytes::Bytes;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use tokio::time::{Instant, sleep_until, timeout};
use tracing::debug;

use self::text::Text;
use crate::metrics::Present;
use crate::server::Shared;
use crate::server::answer::{Answer, error};
use crate::server::stream::{Next, Opening, Stream};
use crate::server::stream_body::{Body, Gone, Sender};
use crate::server::websocket::STALL;
use crate::wire::encode::{payload, payloads};
use crate::wire::request::{Subscribe, Subscription};
use crate::wire::{Gap, Message, encode};

/// Text goes to the connection in chunks of this length, or one message longer. Small, so
/// that a slow connection takes one in [`STALL`].
const CHUNK: usize = 8 * 1024;

/// Chunks that wait for the connection, which itself holds 64 KiB that the client has not
/// taken: with what is being written that is some 100 KiB for each client that is slow.
/// Besides, it holds on to what one read of the backlog gave.
const WAITING: usize = 2;

/// A comment is sent after so long without a message, so that proxies do not take the
/// connection for dead.
const QUIET: Duration = Duration::from_secs(15);

/// For proxies that would collect an answer before they pass it on.
const NO_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Answers with the stream, in a task of its own.
pub fn events<B>(request: &Request<B>, shared: &Arc<Shared>) -> Answer {
    let query = request.uri().query().unwrap_or("");
    let wanted = match subscription(query, request.headers()) {
        Ok(wanted) => wanted,
        Err(why) => return error(StatusCode::BAD_REQUEST, "bad_query", &why),
    };
    let body = if request.method() == Method::HEAD {
        Body::default()
    } else {
        let (sender, body) = Body::channel(WAITING);
        shared.sockets.spawn(run(sender, wanted, shared.clone()));
        body
    };
    let mut answer = Response::new(body);
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(NO_BUFFERING, HeaderValue::from_static("no"));
    answer
}

/// What is asked for. Where a browser says how far it came, that is newer than its query.
fn subscription(query: &str, headers: &HeaderMap) -> Result<Subscription, String> {
    let mut wanted = Subscribe::from_query(query)?.check()?;
    if let Some(id) = headers.get(LAST_EVENT_ID)
        && let Some((stream, seq)) = id.to_str().ok().and_then(parse_id)
    {
        wanted.since = Some((Some(stream.to_owned()), seq));
    }
    Ok(wanted)
}

/// `stream/seq`. Anything else is ignored: a browser would send it for ever.
fn parse_id(id: &str) -> Option<(&str, u64)> {
    let (stream, seq) = id.rsplit_once('/')?;
    Some((stream, seq.parse().ok()?)).filter(|_| !stream.is_empty())
}

async fn run(sender: Sender, wanted: Subscription, shared: Arc<Shared>) {
    let _present = Present::new(&shared.hub.counters.subscribers);
    let end = Feed::new(&sender, &shared).run(&wanted).await;
    debug!(?end, "subscriber of events left");
    if end == End::Slow {
        shared.hub.counters.slow.fetch_add(1, Relaxed);
        sender.abort();
    }
}

/// Why a subscriber gets nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The gateway stops, and everything was sent.
    Closed,
    Gone,
    /// It was owed something, and took nothing for [`STALL`].
    Slow,
}

/// Writes for one subscriber.
struct Feed<'a> {
    sender: &'a Sender,
    shared: &'a Shared,
    text: Text,
    /// When something last went out.
    sent: Instant,
}

impl<'a> Feed<'a> {
    fn new(sender: &'a Sender, shared: &'a Shared) -> Self {
        Self {
            sender,
            shared,
            text: Text::default(),
            sent: Instant::now(),
        }
    }

    async fn run(mut self, wanted: &Subscription) -> End {
        match self.feed(wanted).await {
            Ok(end) | Err(end) => end,
        }
    }

    /// An error is an end before everything was sent.
    async fn feed(&mut self, wanted: &Subscription) -> Result<End, End> {
        let (mut stream, opening) = Stream::open(self.shared, wanted);
        self.open(opening, stream.position()).await?;
        let mut quiet = pin!(sleep_until(self.sent + QUIET));
        loop {
            let wait = match stream.read() {
                Next::Frames(frames) => {
                    self.events(frames).await?;
                    continue;
                }
                Next::Gap(gap, snapshot) => {
                    self.gap(gap, snapshot).await?;
                    continue;
                }
                Next::Renamed { stream, hello } => {
                    self.text.rename(stream);
                    self.text.here(payload(&hello));
                    continue;
                }
                Next::Closed => {
                    self.send().await?;
                    return Ok(End::Closed);
                }
                Next::Nothing(wait) => wait,
            };
            self.send().await?;
            tokio::select! {
                () = stream.ready(wait) => {}
                () = self.sender.closed() => return Err(End::Gone),
                () = &mut quiet => {
                    if self.sent.elapsed() >= QUIET {
                        self.text.comment();
                        self.send().await?;
                    }
                    quiet.as_mut().reset(self.sent + QUIET);
                }
            }
        }
    }

    /// A connection that breaks right here comes back to where the stream goes on.
    async fn open(&mut self, opening: Opening, position: u64) -> Result<(), End> {
        self.text.rename(opening.stream);
        self.text.message(opening.from, payload(&opening.hello));
        self.text.go_to(position);
        match opening.gap {
            Some(gap) => self.gap(gap, opening.snapshot).await,
            None => self.snapshot(opening.snapshot).await,
        }
    }

    async fn gap(&mut self, gap: Gap, snapshot: Vec<Bytes>) -> Result<(), End> {
        let json = encode::json(&Message::Gap(gap));
        self.text.message(gap.to, &json);
        self.snapshot(snapshot).await
    }

    async fn snapshot(&mut self, frames: Vec<Bytes>) -> Result<(), End> {
        for frame in frames {
            self.text.unnumbered(payload(&frame));
            self.send_full().await?;
        }
        Ok(())
    }

    async fn events(&mut self, frames: Vec<Bytes>) -> Result<(), End> {
        for frame in frames {
            for json in payloads(&frame) {
                self.text.event(json);
                self.send_full().await?;
            }
        }
        Ok(())
    }

    async fn send_full(&mut self) -> Result<(), End> {
        if self.text.len() < CHUNK {
            return Ok(());
        }
        self.send().await
    }

    async fn send(&mut self) -> Result<(), End> {
        if self.text.len() == 0 {
            return Ok(());
        }
        let chunk = self.text.take();
        let length = chunk.len() as u64;
        match timeout(STALL, self.sender.send(chunk)).await {
            Err(_) => return Err(End::Slow),
            Ok(Err(Gone)) => return Err(End::Gone),
            Ok(Ok(())) => {}
        }
        self.sent = Instant::now();
        let counters = &self.shared.hub.counters;
        counters.sent_bytes.fetch_add(length, Relaxed);
        Ok(())
    }
}
