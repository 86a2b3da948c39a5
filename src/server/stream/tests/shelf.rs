//! A disk that is made up.

use std::sync::Arc;
use std::sync::Mutex;

use futures_util::future::BoxFuture;

use crate::clock::Timestamp;
use crate::history::{NoPage, Page, Stored};
use crate::journal::Record;
use crate::name::{BoardName, Boards};
use crate::server::stream::past::Past;
use crate::wire::encode::{self, Kind};

/// Numbers up to this one are of an earlier process.
pub const BEFORE: u64 = 100;

/// Events on one page.
const PAGE: u64 = 7;

/// Events of board `a` up to some number, without those of the gaps.
pub struct Shelf {
    stored: Mutex<u64>,
    gaps: Vec<(u64, u64)>,
    broken: bool,
    stuck: bool,
}

impl Shelf {
    pub fn new(stored: u64) -> Arc<Self> {
        Arc::new(Self {
            stored: Mutex::new(stored),
            gaps: Vec::new(),
            broken: false,
            stuck: false,
        })
    }

    pub fn with_gaps(self: Arc<Self>, gaps: &[(u64, u64)]) -> Arc<Self> {
        let gaps = gaps.to_vec();
        Arc::new(Self {
            gaps,
            ..self.take()
        })
    }

    pub fn broken(self: Arc<Self>) -> Arc<Self> {
        let broken = true;
        Arc::new(Self {
            broken,
            ..self.take()
        })
    }

    /// Nothing more is stored.
    pub fn stuck(self: Arc<Self>) -> Arc<Self> {
        let stuck = true;
        Arc::new(Self {
            stuck,
            ..self.take()
        })
    }

    fn take(self: Arc<Self>) -> Self {
        Arc::into_inner(self).expect("nobody has it yet")
    }

    fn items(&self, after: u64, to: u64) -> Vec<Stored> {
        let item = |seq: u64| {
            let gap = self
                .gaps
                .iter()
                .find(|(from, to)| (*from..=*to).contains(&seq));
            match gap {
                Some(&(from, to)) => (seq == to).then_some(Stored::Gap { from, to }),
                None => Some(Stored::Event(record(seq))),
            }
        };
        (after + 1..=to).filter_map(item).collect()
    }
}

impl Past for Shelf {
    fn stored(&self, _: &Boards, _: u64) -> Option<u64> {
        Some(*self.stored.lock().unwrap())
    }

    fn page(self: Arc<Self>, _: Boards, after: u64) -> BoxFuture<'static, Result<Page, NoPage>> {
        Box::pin(async move {
            // As if it took a while.
            tokio::task::yield_now().await;
            let stored = *self.stored.lock().unwrap();
            if self.broken {
                return Err(NoPage::Lost);
            } else if after >= stored {
                return Err(NoPage::NotYet);
            }
            let to = stored.min(after + PAGE);
            let items = self.items(after, to);
            Ok(Page { items, to })
        })
    }

    /// As time goes by.
    fn stored_more(self: Arc<Self>, than: u64) -> BoxFuture<'static, bool> {
        Box::pin(async move {
            if self.stuck {
                return false;
            }
            let mut stored = self.stored.lock().unwrap();
            *stored = (*stored).max(than + 1);
            true
        })
    }

    fn position_of_last(self: Arc<Self>, _: Boards, n: u64, until: u64) -> BoxFuture<'static, u64> {
        Box::pin(async move { until.saturating_sub(n) })
    }
}

fn record(seq: u64) -> Record {
    let time = Timestamp(seq as i64 * 1000);
    let body = format!(r#"{{"values":{{"t":{seq}}}}}"#);
    Record {
        seq,
        time,
        kind: Kind::Reading,
        board: BoardName::new("a").ok(),
        frame: encode::with_body(Kind::Reading, seq, time, Some("a"), &body),
    }
}
