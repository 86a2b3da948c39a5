//! What the body of an answer is made of: bytes that are there, or bytes that come.
//! Knows nothing of what they say.

#[cfg(test)]
mod tests;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Frame, SizeHint};
use tokio::sync::mpsc;

/// The body of an answer.
#[derive(Debug)]
pub struct Body(Kind);

#[derive(Debug)]
enum Kind {
    Full(Full<Bytes>),
    Channel {
        chunks: mpsc::Receiver<Bytes>,
        broken: Arc<AtomicBool>,
    },
}

/// Fills a body while it is being sent. Dropping it is the end of the body.
#[derive(Debug)]
pub struct Sender {
    chunks: mpsc::Sender<Bytes>,
    broken: Arc<AtomicBool>,
}

/// Nobody takes the body any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone;

/// The body ends before its end: the connection is broken off, so that the client sees
/// that something is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aborted;

impl Body {
    /// One that is complete; its length is told.
    pub fn full(bytes: impl Into<Bytes>) -> Self {
        Self(Kind::Full(Full::new(bytes.into())))
    }

    /// One that comes in chunks. So many of them, at least 1, wait to be sent; the sender
    /// waits for room.
    pub fn channel(capacity: usize) -> (Sender, Self) {
        let (sender, chunks) = mpsc::channel(capacity);
        let broken = Arc::new(AtomicBool::new(false));
        let sender = Sender {
            chunks: sender,
            broken: broken.clone(),
        };
        (sender, Self(Kind::Channel { chunks, broken }))
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::full(Bytes::new())
    }
}

impl Sender {
    /// Sends a chunk, after waiting for room. Cancel safe: a chunk whose call is dropped
    /// is not sent.
    ///
    /// # Errors
    /// [`Gone`] when the connection has ended.
    pub async fn send(&self, chunk: Bytes) -> Result<(), Gone> {
        self.chunks.send(chunk).await.map_err(|_| Gone)
    }

    /// Waits until nobody takes the body any more. Cancel safe.
    pub async fn closed(&self) {
        self.chunks.closed().await;
    }

    /// Ends the body in a way that the client sees to be no end, after what is waiting.
    pub fn abort(self) {
        self.broken.store(true, SeqCst);
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Aborted;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Aborted>>> {
        match &mut self.0 {
            Kind::Full(full) => Pin::new(full)
                .poll_frame(context)
                .map_err(|never| match never {}),
            Kind::Channel { chunks, broken } => {
                let chunk = ready!(chunks.poll_recv(context));
                Poll::Ready(match chunk {
                    Some(chunk) => Some(Ok(Frame::data(chunk))),
                    // Told once: what is polled again after an error has ended.
                    None => broken.swap(false, SeqCst).then_some(Err(Aborted)),
                })
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Full(full) => full.is_end_stream(),
            Kind::Channel { .. } => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Full(full) => full.size_hint(),
            Kind::Channel { .. } => SizeHint::default(),
        }
    }
}

impl fmt::Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the client has gone")
    }
}

impl std::error::Error for Gone {}

impl fmt::Display for Aborted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer was broken off")
    }
}

impl std::error::Error for Aborted {}
