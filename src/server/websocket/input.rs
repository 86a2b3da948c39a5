//! Where a client's frames are read from, and how much was.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::tcp::OwnedReadHalf;

/// A client's bytes, which are read through one [`Input`] after the other.
#[derive(Clone, Debug)]
pub(super) struct Source(Arc<Mutex<Inner>>);

/// Reads from a source.
#[derive(Debug)]
pub(super) struct Input(Source);

#[derive(Debug)]
struct Inner {
    /// Comes before what the socket has.
    first: Bytes,
    socket: OwnedReadHalf,
    given: u64,
}

impl Source {
    pub fn new(first: Bytes, socket: OwnedReadHalf) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            first,
            socket,
            given: 0,
        })))
    }

    /// Waits until there may be something to read. Cancel safe.
    pub async fn ready(&self) -> io::Result<()> {
        poll_fn(|context| {
            let inner = self.inner();
            match inner.first.is_empty() {
                true => inner.socket.as_ref().poll_read_ready(context),
                false => Poll::Ready(Ok(())),
            }
        })
        .await
    }

    /// To be read from by one at a time.
    pub fn input(&self) -> Input {
        Input(self.clone())
    }

    /// How many bytes were read so far.
    pub fn given(&self) -> u64 {
        self.inner().given
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsyncRead for Input {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut inner = self.0.inner();
        let before = into.filled().len();
        if inner.first.is_empty() {
            ready!(Pin::new(&mut inner.socket).poll_read(context, into))?;
        } else {
            let count = inner.first.len().min(into.remaining());
            into.put_slice(&inner.first.split_to(count));
        }
        inner.given += (into.filled().len() - before) as u64;
        Poll::Ready(Ok(()))
    }
}
