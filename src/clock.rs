//! Event time: the wall clock, except that it never goes backwards.
//! [`EventTime`] is pure; [`Clock`] reads the machine's clocks for it.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use rustix::time::{ClockId, clock_gettime};

/// A step forward of the wall clock by more than this is told to subscribers.
pub const JUMP: i64 = 60_000_000;

/// Microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// As a date or time of day in UTC, by a fixed format as in `%Y-%m-%dT%H:%M:%SZ`; what
    /// lies behind the year 9999 is its end.
    pub fn utc(self, format: &'static str) -> String {
        let time = jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::MAX);
        time.strftime(format).to_string()
    }

    /// This time and a span in microseconds later.
    pub fn plus(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Microseconds from an earlier time to this one; negative if that is later.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// What the clocks said at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick {
    /// The time for events from here on.
    pub time: Timestamp,
    /// By how many microseconds event time stepped forward, if by more than [`JUMP`].
    pub jump: Option<i64>,
}

/// Follows the wall clock; while that is behind the last time given out, event time
/// advances at half speed until they meet.
#[derive(Debug, Default)]
pub struct EventTime {
    not_before: Timestamp,
    /// Event time and the steady clock when they were last read.
    last: Option<(Timestamp, i64)>,
}

impl EventTime {
    /// Goes on behind a time that was given out by an earlier run. How long ago that was
    /// nobody knows, so a first step forward is none.
    pub fn after(not_before: Timestamp) -> Self {
        Self {
            not_before,
            last: None,
        }
    }

    /// Takes the wall clock and a steady clock, both in microseconds.
    pub fn tick(&mut self, wall: Timestamp, steady: i64) -> Tick {
        let Some((last, before)) = self.last else {
            let time = wall.max(self.not_before);
            self.last = Some((time, steady));
            return Tick { time, jump: None };
        };
        let passed = (steady - before).max(0);
        let time = if wall >= last {
            wall
        } else {
            last.plus(passed / 2)
        };
        // An odd microsecond is kept for the next call, or half speed would be a standstill
        // for a caller that asks every microsecond.
        let spent = if wall >= last {
            passed
        } else {
            passed - passed % 2
        };
        self.last = Some((time, before + spent));
        let step = time.since(last) - passed;
        Tick {
            time,
            jump: (step > JUMP).then_some(step),
        }
    }
}

/// The wall clock and a steady clock, both in microseconds.
type Clocks = dyn Fn() -> (Timestamp, i64) + Send + Sync;

/// Two clocks as event time.
pub struct Clock {
    clocks: Box<Clocks>,
    time: Mutex<EventTime>,
}

impl Default for Clock {
    fn default() -> Self {
        Self::after(Timestamp::default())
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").field("time", &self.time).finish()
    }
}

impl Clock {
    /// This machine's, behind what an earlier run gave out.
    pub fn after(not_before: Timestamp) -> Self {
        // Boot time goes on while a laptop sleeps, so waking is not a step of the clock.
        let clocks = || (Timestamp(read(ClockId::Realtime)), read(ClockId::Boottime));
        Self::of(clocks, not_before)
    }

    /// Other clocks: for tests, or for a machine without any.
    pub fn of(
        clocks: impl Fn() -> (Timestamp, i64) + Send + Sync + 'static,
        not_before: Timestamp,
    ) -> Self {
        Self {
            clocks: Box::new(clocks),
            time: Mutex::new(EventTime::after(not_before)),
        }
    }

    /// Reads the clocks and gives the event time. A step forward is told to `stepped`
    /// before anybody is given a time after it.
    pub fn now(&self, stepped: impl FnOnce(Timestamp, i64)) -> Timestamp {
        let mut time = self.time.lock().unwrap_or_else(PoisonError::into_inner);
        let (wall, steady) = (self.clocks)();
        let tick = time.tick(wall, steady);
        if let Some(jump) = tick.jump {
            stepped(tick.time, jump);
        }
        tick.time
    }
}

fn read(clock: ClockId) -> i64 {
    let time = clock_gettime(clock);
    time.tv_sec * 1_000_000 + time.tv_nsec / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: i64 = 1_000_000;

    /// Runs (wall, steady) pairs in seconds and gives event times and jumps in seconds.
    fn check(readings: &[(i64, i64)], wanted: &[(i64, i64)]) {
        check_after(0, readings, wanted);
    }

    fn check_after(not_before: i64, readings: &[(i64, i64)], wanted: &[(i64, i64)]) {
        let mut time = EventTime::after(Timestamp(not_before * S));
        let got: Vec<_> = readings
            .iter()
            .map(|&(wall, steady)| time.tick(Timestamp(wall * S), steady * S))
            .map(|tick| (tick.time.0 / S, tick.jump.unwrap_or(0) / S))
            .collect();
        assert_eq!(got, wanted, "{readings:?}");
    }

    #[test]
    fn dates_are_gregorian() {
        let check = |seconds: i64, wanted: &str| {
            let time = Timestamp(seconds * S);
            assert_eq!(time.utc("%Y-%m-%dT%H:%M:%SZ"), wanted);
        };
        check(0, "1970-01-01T00:00:00Z");
        check(951_782_400, "2000-02-29T00:00:00Z");
        check(951_868_799, "2000-02-29T23:59:59Z");
        check(951_868_800, "2000-03-01T00:00:00Z");
        check(1_767_367_812, "2026-01-02T15:30:12Z");
        check(4_107_542_400, "2100-03-01T00:00:00Z");
        check(-1, "1969-12-31T23:59:59Z");
        let time = Timestamp(1_767_367_812_999_999);
        assert_eq!(time.utc("%Y-%m-%d-%H%M%S"), "2026-01-02-153012");
    }

    #[test]
    fn the_wall_clock_is_followed() {
        check(
            &[(100, 0), (101, 1), (105, 5)],
            &[(100, 0), (101, 0), (105, 0)],
        );
    }

    #[test]
    fn a_step_back_is_half_speed_until_met() {
        check(
            &[(100, 0), (50, 0), (60, 10), (90, 40), (140, 90), (160, 110)],
            &[(100, 0), (100, 0), (105, 0), (120, 0), (140, 0), (160, 0)],
        );
    }

    #[test]
    fn a_step_forward_is_told_above_a_minute() {
        check(
            &[(100, 0), (161, 1), (222, 1)],
            &[(100, 0), (161, 0), (222, 61)],
        );
    }

    #[test]
    fn an_earlier_run_is_gone_on_with() {
        // Off for a while.
        check_after(100, &[(5000, 0), (5001, 1)], &[(5000, 0), (5001, 0)]);
        // Without a clock that runs on: in the past until the network sets it.
        check_after(
            1000,
            &[(100, 0), (110, 10), (5000, 20), (5001, 21)],
            &[(1000, 0), (1005, 0), (5000, 3985), (5001, 0)],
        );
    }

    #[test]
    fn half_speed_is_kept_at_any_rate_of_asking() {
        let mut time = EventTime::default();
        time.tick(Timestamp(100 * S), 0);
        for micro in 1..=1000 {
            time.tick(Timestamp(0), micro);
        }
        assert_eq!(time.tick(Timestamp(0), 1000).time, Timestamp(100 * S + 500));
    }
}
