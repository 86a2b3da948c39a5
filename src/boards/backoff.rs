//! When to try a port again: sooner at first, later while it keeps failing.
//! Knows nothing of ports, and takes its randomness as an argument.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// The shortest wait, after a first failure.
pub const SHORTEST: Duration = Duration::from_millis(250);

/// No wait is longer.
pub const LONGEST: Duration = Duration::from_secs(5);

/// After this many doublings a wait with its jitter reaches [`LONGEST`].
const DOUBLINGS: u32 = 4;

/// Waits that double from [`SHORTEST`] to [`LONGEST`], up to a quarter longer by chance,
/// so that twenty boards behind one hub are not all tried in the same instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The wait after one more failure. `random` is between 0 and 1 (see [`random`]); what
    /// is outside counts as the nearer end.
    pub fn next(&mut self, random: f64) -> Duration {
        let wait = SHORTEST * 2_u32.pow(self.failures);
        self.failures = (self.failures + 1).min(DOUBLINGS);
        wait.mul_f64(1.0 + random.clamp(0.0, 1.0) / 4.0)
    }

    /// Something went well: the next wait is the shortest again.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

/// A number between 0 and 1, different at each call; for spreading waits, not for secrets.
pub fn random() -> f64 {
    // The keys of each `RandomState` differ, which is all that a jitter needs.
    let bits = RandomState::new().hash_one(0_u8) >> 32;
    bits as f64 / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(random: f64, wanted: &[u64]) {
        let mut backoff = Backoff::default();
        let waits = wanted.iter().map(|_| backoff.next(random));
        let waits: Vec<u64> = waits.map(|wait| wait.as_millis() as u64).collect();
        assert_eq!(waits, wanted, "random {random}");
    }

    #[test]
    fn waits_double_from_a_quarter_second_to_at_most_five() {
        check(0.0, &[250, 500, 1000, 2000, 4000, 4000, 4000]);
        check(1.0, &[312, 625, 1250, 2500, 5000, 5000, 5000]);
        check(0.5, &[281, 562, 1125, 2250, 4500, 4500, 4500]);
        check(7.0, &[312, 625]);
    }

    #[test]
    fn a_success_begins_anew() {
        let mut backoff = Backoff::default();
        backoff.next(0.0);
        backoff.next(0.0);
        backoff.reset();
        assert_eq!(backoff.next(0.0), SHORTEST);
    }

    #[test]
    fn chance_stays_between_zero_and_one() {
        for _ in 0..1000 {
            assert!((0.0..=1.0).contains(&random()));
        }
    }
}
