//! What a stream asks of the disk. Knows nothing of who answers: the history does, and
//! tests do.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::history::{History, NoPage, Page};
use crate::name::Boards;

/// Where events are that have left memory. The futures are kept while their subscriber
/// does something else, so they borrow nothing.
pub(super) trait Past: Send + Sync {
    /// See [`History::stored`].
    fn stored(&self, boards: &Boards, since: u64) -> Option<u64>;

    /// See [`History::page`].
    fn page(
        self: Arc<Self>,
        boards: Boards,
        after: u64,
    ) -> BoxFuture<'static, Result<Page, NoPage>>;

    /// See [`History::stored_more`].
    fn stored_more(self: Arc<Self>, than: u64) -> BoxFuture<'static, bool>;

    /// See [`History::position_of_last`].
    fn position_of_last(
        self: Arc<Self>,
        boards: Boards,
        n: u64,
        until: u64,
    ) -> BoxFuture<'static, u64>;
}

impl Past for History {
    fn stored(&self, boards: &Boards, since: u64) -> Option<u64> {
        History::stored(self, boards, since)
    }

    fn page(
        self: Arc<Self>,
        boards: Boards,
        after: u64,
    ) -> BoxFuture<'static, Result<Page, NoPage>> {
        Box::pin(async move { History::page(&self, &boards, after).await })
    }

    fn stored_more(self: Arc<Self>, than: u64) -> BoxFuture<'static, bool> {
        Box::pin(async move { History::stored_more(&self, than).await })
    }

    fn position_of_last(
        self: Arc<Self>,
        boards: Boards,
        n: u64,
        until: u64,
    ) -> BoxFuture<'static, u64> {
        Box::pin(async move { History::position_of_last(&self, &boards, n, until).await })
    }
}
