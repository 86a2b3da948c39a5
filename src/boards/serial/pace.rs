//! When a port that floods is read again.
//! Knows nothing of ports.

use std::time::Duration;

use tokio::time::Instant;

/// How long a port that floods is left alone after a read, as network cards are. 921,600 baud in
/// a piece every millisecond, with one subscriber, take 30 % less of a core: in the median of six
/// runs on a virtual machine 2.9 % instead of 4.2 %. Lines, and their times, are late by at most
/// this and the timer's millisecond.
const REST: Duration = Duration::from_millis(4);

/// A board that floods has more to read within this time: USB brings a piece every millisecond.
const SOON: Duration = Duration::from_millis(2);

/// Bytes of a read that belongs to a flood. A port at 115,200 baud brings 12 a millisecond, and
/// is always read at once.
const MANY: usize = 32;

/// More bytes in one read make a rest dangerous: the kernel keeps 4096, and then has the board
/// wait.
const TOO_MANY: usize = 1024;

/// Reads in a row that are a flood. A few are the pieces of one line, which is not to wait.
const FLOOD: u32 = 8;

/// How often one port is read.
#[derive(Debug, Default)]
pub(super) struct Pace {
    in_a_row: u32,
    /// Until when it is left alone, or when it was read last.
    free: Option<Instant>,
}

impl Pace {
    /// Notes a read of so many bytes.
    pub(super) fn read(&mut self, count: usize, now: Instant) {
        let is_soon = self.free.is_some_and(|free| now < free + SOON);
        if is_soon && (MANY..TOO_MANY).contains(&count) {
            self.in_a_row = self.in_a_row.saturating_add(1);
        } else {
            self.in_a_row = 0;
        }
        self.free = Some(if self.floods() { now + REST } else { now });
    }

    /// Before this it is not to be read again; `None` is at once.
    pub(super) fn rest(&self) -> Option<Instant> {
        self.free.filter(|_| self.floods())
    }

    fn floods(&self) -> bool {
        self.in_a_row >= FLOOD
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads so many pieces, which come so many milliseconds apart; says whether the port
    /// rests after each but the first few.
    fn check(millis: u64, bytes: usize, wanted: bool) {
        let (mut pace, start) = (Pace::default(), Instant::now());
        let mut rests = Vec::new();
        for piece in 0..50 {
            let comes = start + Duration::from_millis(millis * piece);
            pace.read(bytes, pace.rest().map_or(comes, |rest| rest.max(comes)));
            rests.push(pace.rest().is_some());
        }
        assert!(rests[..8].iter().all(|rests| !rests));
        assert!(
            rests[10..].iter().all(|rests| *rests == wanted),
            "{millis} {bytes}"
        );
    }

    #[test]
    fn only_a_port_that_floods_rests() {
        check(1, 92, true);
        check(1, 64, true);
        check(1, 12, false);
        check(10, 84, false);
        check(1, 2000, false);
    }

    #[test]
    fn a_port_that_pauses_is_read_at_once_again() {
        let (mut pace, mut now) = (Pace::default(), Instant::now());
        for _ in 0..20 {
            pace.read(92, pace.rest().unwrap_or(now));
            now += Duration::from_millis(1);
        }
        let rest = pace.rest().unwrap();
        pace.read(92, rest + Duration::from_millis(10));
        assert_eq!(pace.rest(), None);
    }
}
