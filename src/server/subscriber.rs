//! A subscriber over WebSocket: the stream, and what it asks for.
//! Knows nothing of HTTP.

mod listen;

#[cfg(test)]
mod tests;

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use hyper::upgrade::OnUpgrade;
use tokio::time::{Instant, sleep};
use tracing::debug;

use self::listen::{End, listen};
use crate::metrics::Present;
use crate::server::Shared;
use crate::server::fan;
use crate::server::outbox::Outbox;
use crate::server::requests::Requests;
use crate::server::stream::{Next, Stream, Wait};
use crate::server::websocket::{self, Options, WriteError, Writer};
use crate::wire::Message as Said;
use crate::wire::encode;
use crate::wire::request::{Batching, Subscription};

/// Serves one subscriber to its end.
pub async fn run(upgrade: OnUpgrade, first: Subscription, requests: Requests, shared: Arc<Shared>) {
    let options = Options::strict(shared.limits.max_message);
    let Ok((mut reader, mut writer)) = websocket::accept(upgrade, options).await else {
        return;
    };
    let _present = Present::new(&shared.hub.counters.subscribers);
    let outbox = requests.outbox().clone();
    let end = tokio::select! {
        end = listen(&mut reader, requests) => end,
        end = Feed::new(&mut writer, &outbox, &shared, &first).run(first) => end,
    };
    debug!(why = end.why, "subscriber left");
    drop(reader);
    if let Some(code) = end.close {
        writer.finish(code, end.why).await;
    }
}

/// The writing half.
struct Feed<'a> {
    writer: &'a mut Writer,
    outbox: &'a Arc<Outbox>,
    shared: &'a Shared,
    batch: Batching,
}

impl<'a> Feed<'a> {
    fn new(
        writer: &'a mut Writer,
        outbox: &'a Arc<Outbox>,
        shared: &'a Shared,
        first: &Subscription,
    ) -> Self {
        Self {
            writer,
            outbox,
            shared,
            batch: first.batch,
        }
    }

    async fn run(mut self, first: Subscription) -> End {
        match self.feed(first).await {
            Ok(end) => end,
            Err(WriteError::Slow) => {
                self.shared.hub.counters.slow.fetch_add(1, Relaxed);
                End {
                    close: Some(Some(4008)),
                    why: "slow",
                }
            }
            Err(WriteError::Io(_)) => End {
                close: None,
                why: "gone",
            },
        }
    }

    async fn feed(&mut self, first: Subscription) -> Result<End, WriteError> {
        let interval = self.shared.wifi().ping_every();
        let mut ping = pin!(sleep(interval));
        let mut stream = self.begin(&first).await?;
        loop {
            // Here, so that who is always behind is pinged too.
            if Instant::now() >= ping.deadline() {
                ping.as_mut().reset(Instant::now() + interval);
                self.writer.ping().await?;
            }
            if self.writer.owes() {
                self.put(Vec::new()).await?;
            }
            if let Some(other) = self.answer().await? {
                drop(stream);
                stream = self.begin(&other).await?;
            }
            let wait = match self.read(&mut stream) {
                Next::Frames(frames) => {
                    self.send(frames).await?;
                    continue;
                }
                Next::Gap(gap, snapshot) => {
                    self.send(vec![encode::message(&Said::Gap(gap))]).await?;
                    self.send(snapshot).await?;
                    continue;
                }
                Next::Renamed { hello, .. } => {
                    self.put(vec![hello]).await?;
                    continue;
                }
                Next::Closed => {
                    return Ok(End {
                        close: Some(Some(1001)),
                        why: "going away",
                    });
                }
                Next::Nothing(wait) => wait,
            };
            let outbox = self.outbox;
            tokio::select! {
                () = self.more(&mut stream, wait) => {}
                () = outbox.bell.notified() => {}
                () = &mut ping => {
                    // Who is behind and takes what is sent is not silent: what he answers
                    // to may still be on its way to him.
                    if outbox.heard().elapsed() >= self.shared.wifi().silent_after {
                        return Ok(End { close: None, why: "silent" });
                    }
                }
            }
        }
    }

    /// Takes what comes next, unless others are at the same place and it comes to all of them.
    fn read(&self, stream: &mut Stream<'_>) -> Next {
        let single = self.batch == Batching::Single;
        match stream.live() {
            Some(cursor) if single && self.shared.fans.take(cursor) => {
                Next::Nothing(Wait::Event(None))
            }
            _ => stream.read(),
        }
    }

    /// Waits until there may be more of the stream, or lets it be written by the fan as it
    /// comes. Cancel safe.
    async fn more(&mut self, stream: &mut Stream<'_>, wait: Wait) {
        if self.batch == Batching::Single
            && let Some(cursor) = stream.live()
            && let Some(seat) = fan::seat(self.shared, cursor, self.writer, self.outbox)
        {
            return seat.stay().await;
        }
        stream.ready(wait).await;
    }

    /// Writes what the outbox holds; gives the subscription that replaces this one.
    async fn answer(&mut self) -> Result<Option<Box<Subscription>>, WriteError> {
        let out = self.outbox.take();
        if let Some(payload) = out.ping {
            self.writer.pong(&payload).await?;
        }
        if !out.frames.is_empty() {
            self.writer.send(out.frames).await?;
        }
        Ok(out.subscription)
    }

    /// Boxed for as long as it takes: what it needs would make each task 0.5 kB larger.
    fn begin<'b>(
        &'b mut self,
        wanted: &'b Subscription,
    ) -> BoxFuture<'b, Result<Stream<'a>, WriteError>> {
        Box::pin(self.subscribe(wanted))
    }

    async fn subscribe(&mut self, wanted: &Subscription) -> Result<Stream<'a>, WriteError> {
        self.batch = wanted.batch;
        let (stream, opening) = Stream::open(self.shared, wanted);
        let gap = opening.gap.map(|gap| encode::message(&Said::Gap(gap)));
        self.put([Some(opening.hello), gap].into_iter().flatten().collect())
            .await?;
        self.send(opening.snapshot).await?;
        Ok(stream)
    }

    /// Writes frames of the stream, joined to an array where the subscriber likes that.
    async fn send(&mut self, frames: Vec<Bytes>) -> Result<(), WriteError> {
        if self.batch == Batching::Array && !frames.is_empty() {
            let joined = encode::array(frames.iter().map(|frame| &frame[..]));
            return self.put(vec![joined]).await;
        }
        self.put(frames).await
    }

    /// Writes frames, and answers a ping in between if that takes long.
    async fn put(&mut self, mut frames: Vec<Bytes>) -> Result<(), WriteError> {
        let length: usize = frames.iter().map(Bytes::len).sum();
        loop {
            tokio::select! {
                // First, so that the frames are with the writer before anything else.
                biased;
                sent = self.writer.send(frames.drain(..)) => {
                    self.shared.hub.counters.sent_bytes.fetch_add(length as u64, Relaxed);
                    return sent;
                }
                () = self.outbox.bell.notified() => {}
            }
            if let Some(payload) = self.outbox.take_ping() {
                self.writer.pong(&payload).await?;
            }
        }
    }
}
