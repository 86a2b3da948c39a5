//! `max_lines_per_s`: how many lines of a board are taken.

use std::time::Duration;

use tokio::time::Instant;

use crate::boards::intake::Take;

/// Counts lines in each second of their own.
#[derive(Debug)]
pub struct Rate {
    limit: u32,
    taken: u32,
    until: Option<Instant>,
    said: bool,
}

impl Rate {
    /// At most so many a second.
    pub fn new(limit: u32) -> Self {
        Self {
            limit,
            taken: 0,
            until: None,
            said: false,
        }
    }

    /// Decides about a line.
    pub fn take(&mut self, now: Instant) -> Take {
        if self.until.is_none_or(|until| now >= until) {
            // A second without excess ends the episode.
            self.said &= self.taken >= self.limit;
            self.until = Some(now + Duration::from_secs(1));
            self.taken = 0;
        }
        if self.taken == self.limit {
            return Take::No;
        }
        self.taken += 1;
        Take::Yes
    }

    /// Whether this is the first line dropped of an episode.
    pub fn first_over(&mut self) -> bool {
        !std::mem::replace(&mut self.said, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_excess_of_each_second_is_dropped() {
        let (mut rate, start) = (Rate::new(2), Instant::now());
        let at = |millis| start + Duration::from_millis(millis);
        let taken: Vec<_> = [0, 1, 2, 999, 1000, 1001, 1002]
            .map(|millis| rate.take(at(millis)) == Take::Yes)
            .into();
        assert_eq!(taken, [true, true, false, false, true, true, false]);
        assert!(rate.first_over() && !rate.first_over());
    }
}
