//! What every board shares: where events go, what time it is, what is counted.
//! Knows no board.

use std::sync::Arc;

use tracing::info;

use crate::clock::{Clock, Timestamp};
use crate::journal::Journal;
use crate::metrics::Counters;

/// What every board shares.
#[derive(Debug)]
pub struct Hub {
    /// Where events go.
    pub journal: Arc<Journal>,
    /// What is counted.
    pub counters: Counters,
    clock: Clock,
}

impl Hub {
    /// Around a journal and a clock.
    pub fn new(journal: Arc<Journal>, clock: Clock) -> Self {
        Self {
            journal,
            counters: Counters::default(),
            clock,
        }
    }

    /// Event time. A step of the clock becomes an event before anything that comes after.
    pub fn now(&self) -> Timestamp {
        self.clock.now(|time, jump| {
            info!(seconds = jump / 1_000_000, "the clock stepped forward");
            self.journal.clock(time, jump);
        })
    }
}
