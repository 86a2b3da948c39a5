//! Where the newest events lie that a filter matches, so that who is woken by one goes
//! straight to it, past everything that others said.

use std::collections::VecDeque;

/// Chunks that are known; who is further behind looks for them himself. As many as one
/// read takes.
const MAX_RECENT: usize = 64;

/// The newest matching chunks, each by its last number.
#[derive(Debug)]
pub struct Recent {
    lasts: VecDeque<u64>,
    /// Every matching chunk that ends after this number is known.
    complete_after: u64,
}

impl Recent {
    /// None; what is up to this number is not known.
    pub fn after_head(head: u64) -> Self {
        Self {
            lasts: VecDeque::new(),
            complete_after: head,
        }
    }

    /// Takes the newest chunk.
    pub fn push(&mut self, last: u64) {
        if self.lasts.len() == MAX_RECENT
            && let Some(oldest) = self.lasts.pop_front()
        {
            self.complete_after = oldest;
        }
        self.lasts.push_back(last);
    }

    /// The last number of each chunk with events behind this one, oldest first; nothing if
    /// not all of them are known.
    pub fn behind(&self, seq: u64) -> Option<impl Iterator<Item = u64>> {
        if seq < self.complete_after {
            return None;
        }
        let from = self.lasts.partition_point(|last| *last <= seq);
        Some(self.lasts.range(from..).copied())
    }
}
