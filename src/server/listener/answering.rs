//! Counts the answers of a connection that are under way, until their bodies have ended.
//! Knows nothing of what they say.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll};

use hyper::Response;
use hyper::body::{Body, Frame, SizeHint};

/// Answers under way on one connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Answering(Arc<AtomicUsize>);

/// One of them; it is over when this is dropped.
#[derive(Debug)]
pub(super) struct One(Arc<AtomicUsize>);

/// A body whose answer counts until it has ended.
#[derive(Debug)]
pub(super) struct Counted<B> {
    body: B,
    _one: One,
}

impl Answering {
    /// An answer begins.
    pub fn begin(&self) -> One {
        self.0.fetch_add(1, Relaxed);
        One(self.0.clone())
    }

    /// Whether there is none.
    pub fn is_idle(&self) -> bool {
        self.0.load(Relaxed) == 0
    }
}

impl One {
    /// Goes on with the answer's body.
    pub fn with<B>(self, answer: Response<B>) -> Response<Counted<B>> {
        answer.map(|body| Counted { body, _one: self })
    }
}

impl Drop for One {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

impl<B: Body + Unpin> Body for Counted<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
