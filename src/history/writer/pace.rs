//! When the next commit is due. Pure.

use std::time::Duration;

use crate::config::Backlog;
use crate::journal::Journal;

/// Between two attempts while something is wrong.
const RETRY: Duration = Duration::from_secs(1);

/// Between two looks at the journal: how late a burst is seen that takes all that is
/// reserved. Twenty looks a second are not to be felt on the smallest board.
const LOOK: Duration = Duration::from_millis(50);

/// How often something is committed.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Usually.
    pub every: Duration,
    /// Bounds of the backlog: when half of either waits, at once.
    pub backlog: Backlog,
}

/// When the last commit began, as seen from now, and how long it took.
#[derive(Clone, Copy, Debug)]
pub struct Last {
    /// So long ago.
    pub passed: Duration,
    /// Nothing where it failed.
    pub took: Duration,
}

impl Last {
    /// There was none.
    pub const NEVER: Self = Self {
        passed: Duration::MAX,
        took: Duration::ZERO,
    };
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
    /// Whether to commit, after the last attempt.
    pub fn is_due(&self, need: Need, last: Last, journal: &Journal, stored: u64) -> bool {
        match need {
            Need::Nothing => false,
            Need::Now => true,
            Need::Again => last.passed >= RETRY,
            Need::Soon => last.passed >= self.pause(last.took) || self.is_half(journal, stored),
        }
    }

    /// Between two looks at the journal.
    pub fn look(&self) -> Duration {
        LOOK.min(self.every / 4)
    }

    /// From the begin of one commit to that of the next. What comes while one is written has
    /// to be on disk once `every` is over: so it begins earlier by what a look may be late,
    /// and by what a commit takes. A disk that needs half of the time for each is left the
    /// other half.
    fn pause(&self, took: Duration) -> Duration {
        self.every - (self.look() + took).min(self.every / 2)
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
    fn nothing_waits_longer_than_the_time_between_commits() {
        let millis = Duration::from_millis;
        for (every, took, look, pause) in [
            (1000, 0, 50, 950),
            (1000, 30, 50, 920),
            (1000, 5000, 50, 500),
            (40, 2, 10, 28),
        ] {
            let pace = Pace {
                every: millis(every),
                backlog: Backlog::default(),
            };
            assert_eq!(pace.look(), millis(look), "{every}");
            assert_eq!(pace.pause(millis(took)), millis(pause), "{every} {took}");
        }
    }

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
