//! How many numbers are reserved before they are given out. Pure.

/// Fewer are never reserved: a slow gateway then writes a reservation once in so many events.
const LEAST: u64 = 1000;

/// What is reserved on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reserve {
    /// The last number.
    pub until: u64,
    /// How many are reserved at a time.
    block: u64,
}

impl Reserve {
    /// Reserved up to there by an earlier run, and a block that is enough at first.
    pub fn new(until: u64) -> Self {
        let block = LEAST;
        Self { until, block }
    }

    /// A commit that stored so many events: as many may come twice before the next.
    pub fn learn(&mut self, events: u64) {
        self.block = LEAST.max(2 * events);
    }

    /// Whether less than half of a block is left.
    pub fn is_low(&self, head: u64) -> bool {
        self.until.saturating_sub(head) < self.block / 2
    }

    /// A block ahead of the newest number, never less than is reserved.
    pub fn ahead(&self, head: u64) -> u64 {
        self.until.max(head + self.block)
    }

    /// A block ahead of the newest number, if more is reserved: left from a burst, and as
    /// much would be skipped in a crash.
    pub fn too_far(&self, head: u64) -> Option<u64> {
        let enough = head + self.block;
        (self.until > enough).then_some(enough)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_grow_with_the_rate_and_are_renewed_half_way() {
        let mut reserve = Reserve::new(0);
        assert!(reserve.is_low(0));
        reserve.until = reserve.ahead(0);
        assert_eq!(reserve.until, 1000);
        let cases = [
            (100, 500, false, 1500),
            (100, 501, true, 1501),
            (3000, 0, true, 6000),
            (3000, 2000, true, 8000),
            (0, 0, false, 1000),
        ];
        for (events, head, low, ahead) in cases {
            reserve.learn(events);
            assert_eq!(reserve.is_low(head), low, "{events} {head}");
            assert_eq!(reserve.ahead(head), ahead, "{events} {head}");
        }
        assert_eq!((reserve.too_far(0), reserve.until), (None, 1000));
        reserve.until = 5000;
        assert_eq!(reserve.too_far(3000), Some(4000));
        assert_eq!(reserve.too_far(4000), None);
    }
}
