//! When the next commit is due. Pure.

use std::time::Duration;

use crate::config::Backlog;
use crate::journal::Journal;

/// Between two attempts while something is wrong.
const RETRY: Duration = Duration::from_secs(1);

/// How often something is committed.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Usually.
    pub every: Duration,
    /// Bounds of the backlog: when half of either waits, at once.
    pub backlog: Backlog,
}

/// What waits for a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing.
    Nothing,
    /// Something that has time.
    Soon,
    /// What must not wait: numbers are running out.
    Now,
    /// The last attempt failed.
    Again,
}

impl Pace {
    /// Whether to commit, so long after the last attempt.
    pub fn is_due(&self, need: Need, passed: Duration, journal: &Journal, stored: u64) -> bool {
        match need {
            Need::Nothing => false,
            Need::Now => true,
            Need::Again => passed >= RETRY,
            Need::Soon => passed >= self.every || self.is_half(journal, stored),
        }
    }

    /// Whether half of the backlog waits.
    fn is_half(&self, journal: &Journal, stored: u64) -> bool {
        let (held, bytes) = journal.size();
        let waiting = journal.head().saturating_sub(stored);
        self.is_half_of(waiting, held as u64, bytes as u64)
    }

    fn is_half_of(&self, waiting: u64, held: u64, bytes: u64) -> bool {
        let waiting_bytes = bytes.saturating_mul(waiting.min(held)) / held.max(1);
        2 * waiting >= self.backlog.events as u64 || 2 * waiting_bytes >= self.backlog.bytes as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_backlog_does_not_wait() {
        let backlog = Backlog {
            events: 100,
            bytes: 1000,
        };
        let every = Duration::from_secs(1);
        let pace = Pace { every, backlog };
        for (waiting, held, bytes, wanted) in [
            (0, 0, 0, false),
            (49, 100, 990, false),
            (50, 50, 100, true),
            (10, 20, 1000, true),
            (10, 100, 1000, false),
            (200, 100, 100, true),
        ] {
            let half = pace.is_half_of(waiting, held, bytes);
            assert_eq!(half, wanted, "{waiting} of {held} in {bytes}");
        }
    }
}
