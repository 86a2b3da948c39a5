//! `max_lines_per_s`: how many lines of a board are taken.

use std::time::Duration;

use tokio::time::Instant;
use tracing::warn;

use crate::boards::intake::Take;
use crate::name::BoardName;

/// Counts lines in each second of their own.
#[derive(Debug)]
pub struct Rate {
    limit: u32,
    taken: u32,
    until: Option<Instant>,
    over: bool,
    said: bool,
}

impl Rate {
    /// At most so many a second.
    pub fn new(limit: u32) -> Self {
        Self {
            limit,
            taken: 0,
            until: None,
            over: false,
            said: false,
        }
    }

    /// Decides about a line of a board; says once an episode that some are dropped.
    pub fn take(&mut self, now: Instant, board: &BoardName) -> Take {
        if self.until.is_none_or(|until| now >= until) {
            // A second without excess ends the episode.
            self.said &= self.over;
            self.until = Some(now + Duration::from_secs(1));
            (self.taken, self.over) = (0, false);
        }
        if self.taken < self.limit {
            self.taken += 1;
            return Take::Yes;
        }
        self.over = true;
        if !std::mem::replace(&mut self.said, true) {
            warn!(%board, limit = self.limit, "more lines than max_lines_per_s, the excess is dropped and counted");
        }
        Take::No
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_excess_of_each_second_is_dropped() {
        let (mut rate, start) = (Rate::new(2), Instant::now());
        let board = BoardName::new("b").unwrap();
        let mut taken =
            |millis| rate.take(start + Duration::from_millis(millis), &board) == Take::Yes;
        assert_eq!(
            [0, 1, 2, 999, 1000, 1001, 1002].map(&mut taken),
            [true, true, false, false, true, true, false]
        );
    }
}
