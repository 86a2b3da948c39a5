//! What to do after each attempt to reach a port, as a table.
//! Does no I/O and knows no clock.

use std::time::Duration;

use crate::boards::Reason;
use crate::boards::backoff::{Backoff, LONGEST};

/// udev gives a node to its group a moment after it appears: so often, at this distance, a
/// refusal is no news.
const QUICK_DENIALS: u32 = 10;
const QUICK: Duration = Duration::from_millis(50);

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Next {
    /// Whether it is news.
    pub say: bool,
    /// How long to wait if nothing changes under /dev.
    pub wait: Duration,
}

/// What is known of a port that is not open.
#[derive(Debug, Default)]
pub(super) struct Retry {
    backoff: Backoff,
    denials: u32,
    said: Option<Reason>,
}

impl Retry {
    /// The port could not be reached.
    pub(super) fn failed(&mut self, reason: Reason, random: f64) -> Next {
        self.denials = match reason {
            Reason::Denied => self.denials.saturating_add(1),
            _ => 0,
        };
        let known = self.said == Some(reason) || self.is_still_unplugged(reason);
        if !known && (1..=QUICK_DENIALS).contains(&self.denials) {
            return Next {
                say: false,
                wait: QUICK,
            };
        }
        if !known {
            self.said = Some(reason);
        }
        Next {
            say: !known,
            wait: self.backoff.next(random),
        }
    }

    /// The port was open for this long: the wait before the next attempt. One that stayed
    /// open for less than the longest wait did not do well: a loose contact would
    /// otherwise make several events a second.
    pub(super) fn closed(&mut self, reason: Reason, lived: Duration, random: f64) -> Duration {
        if lived >= LONGEST {
            self.backoff.reset();
        }
        self.denials = 0;
        self.said = Some(reason);
        self.backoff.next(random)
    }

    /// The port was left to other programs: nothing that was known of it holds any more.
    pub(super) fn released(&mut self) {
        *self = Self {
            said: Some(Reason::Released),
            ..Self::default()
        };
    }

    /// A port that was unplugged is absent; that is no news.
    fn is_still_unplugged(&self, reason: Reason) -> bool {
        reason == Reason::Absent && self.said == Some(Reason::Unplugged)
    }
}

#[cfg(test)]
mod tests {
    use Reason::{Absent, Ambiguous, Busy, Denied, Error, Unplugged};

    use super::*;

    /// Closed after this many seconds, or failed so.
    enum Step {
        Closed(u64),
        Failed(Reason),
    }
    use Step::{Closed, Failed};

    /// What is said, and how long the wait is in ms.
    fn check(steps: &[(Step, Option<Reason>, u64)]) {
        let mut retry = Retry::default();
        for (number, (step, say, wait)) in steps.iter().enumerate() {
            let next = match step {
                Closed(seconds) => Next {
                    say: true,
                    wait: retry.closed(Unplugged, Duration::from_secs(*seconds), 0.0),
                },
                Failed(reason) => retry.failed(*reason, 0.0),
            };
            let reason = match step {
                Closed(_) => Unplugged,
                Failed(reason) => *reason,
            };
            let said = next.say.then_some(reason);
            let waited = next.wait.as_millis() as u64;
            assert_eq!((said, waited), (*say, *wait), "step {number}");
        }
    }

    #[test]
    fn an_absent_port_is_said_once_and_tried_ever_less_often() {
        check(&[
            (Failed(Absent), Some(Absent), 250),
            (Failed(Absent), None, 500),
            (Failed(Absent), None, 1000),
            (Failed(Absent), None, 2000),
            (Failed(Absent), None, 4000),
            (Failed(Absent), None, 4000),
        ]);
    }

    #[test]
    fn an_unplugged_port_stays_unplugged_while_it_is_absent() {
        check(&[
            (Closed(60), Some(Unplugged), 250),
            (Failed(Absent), None, 500),
            (Failed(Busy), Some(Busy), 1000),
            (Failed(Absent), Some(Absent), 2000),
        ]);
    }

    #[test]
    fn every_change_of_reason_is_said() {
        check(&[
            (Failed(Busy), Some(Busy), 250),
            (Failed(Busy), None, 500),
            (Failed(Ambiguous), Some(Ambiguous), 1000),
            (Failed(Error), Some(Error), 2000),
            (Failed(Absent), Some(Absent), 4000),
        ]);
    }

    #[test]
    fn a_refusal_is_news_only_after_half_a_second() {
        let quick = (0..QUICK_DENIALS).map(|_| (Failed(Denied), None, 50));
        let mut steps: Vec<_> = quick.collect();
        steps.push((Failed(Denied), Some(Denied), 250));
        steps.push((Failed(Denied), None, 500));
        steps.push((Failed(Busy), Some(Busy), 1000));
        steps.push((Failed(Denied), None, 50));
        check(&steps);
    }

    #[test]
    fn a_refusal_that_passes_is_never_said() {
        check(&[
            (Failed(Absent), Some(Absent), 250),
            (Failed(Denied), None, 50),
            (Closed(60), Some(Unplugged), 250),
        ]);
    }

    #[test]
    fn a_port_that_fails_soon_after_opening_waits_longer_each_time() {
        check(&[
            (Closed(0), Some(Unplugged), 250),
            (Closed(4), Some(Unplugged), 500),
            (Closed(4), Some(Unplugged), 1000),
            (Closed(5), Some(Unplugged), 250),
        ]);
    }
}
