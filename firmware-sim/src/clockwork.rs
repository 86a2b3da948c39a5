//! What a board does next: its readings in their rhythm, and the faults of its script.
//! Pure: time comes in as an argument; knows no ports and no sockets.

use std::time::Duration;

use crate::faults::{self, Fault, Script};
use crate::firmware::{Firmware, Sketch};

/// What a board is asked to be.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its program.
    pub sketch: Sketch,
    /// Readings a second, from 0.001 to 100000; what is outside becomes the nearest.
    pub rate: f64,
    /// Decides all that is random about the board.
    pub seed: u64,
    /// What goes wrong.
    pub script: Script,
}

impl Settings {
    /// A board that runs this sketch at its usual rate, and nothing goes wrong.
    pub fn of(sketch: Sketch, seed: u64) -> Self {
        Self {
            sketch,
            rate: sketch.usual_rate(),
            seed,
            script: Script::default(),
        }
    }
}

/// What a board does at one moment.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// It prints these bytes: lines, each with its end, or rubbish.
    Print(Vec<u8>),
    /// It starts over.
    Reset,
    /// It loses its plug or its network for this long.
    Unplug(Duration),
}

/// Decides when a board does what.
#[derive(Debug)]
pub struct Clockwork {
    firmware: Firmware,
    period: Duration,
    script: Script,
    rng: fastrand::Rng,
    next_report: Duration,
}

/// A board that measures once an hour still does so when it is switched on.
const FIRST_READING: Duration = Duration::from_secs(1);

/// Reports that are due together are printed at once, but no more than this, so that
/// one turn stays short after a stall.
const MAX_AT_ONCE: usize = 1000;

impl Clockwork {
    /// A board whose time begins at zero, with a reading due after one period, or after
    /// a second if that is less.
    pub fn new(settings: Settings) -> Self {
        let period = Duration::from_secs_f64(1.0 / settings.rate.clamp(0.001, 100_000.0));
        Self {
            firmware: Firmware::new(settings.sketch, settings.seed),
            period,
            script: settings.script,
            rng: fastrand::Rng::with_seed(settings.seed),
            next_report: period.min(FIRST_READING),
        }
    }

    /// Its sketch.
    pub fn sketch(&self) -> Sketch {
        self.firmware.sketch()
    }

    /// When [`turn`](Self::turn) has something to do.
    pub fn due(&self) -> Duration {
        self.script
            .due()
            .map_or(self.next_report, |fault| fault.min(self.next_report))
    }

    /// What the board does at `now`, with the fault that is the reason if there is one.
    /// One fault, or the readings that are due; call again until [`due`](Self::due) is
    /// later than `now`.
    pub fn turn(&mut self, now: Duration) -> (Act, Option<Fault>) {
        match self.script.take(now) {
            Some(fault) => (self.fault(fault, now), Some(fault)),
            None => (Act::Print(self.reports(now)), None),
        }
    }

    /// Starts the board over and gives what `setup()` prints. The next reading is due
    /// one period after `now`.
    pub fn reset(&mut self, now: Duration) -> Vec<u8> {
        self.next_report = now + self.period;
        lines(self.firmware.reset())
    }

    /// The answer to a command, with its line end; empty from a board that never listens.
    pub fn answer(&mut self, command: &str) -> Vec<u8> {
        lines(self.firmware.answer(command))
    }

    /// What a POST of the reading at `now` holds. The next is due one period later.
    pub fn body(&mut self, now: Duration) -> String {
        self.next_report = now + self.period;
        self.firmware.body(now)
    }

    fn fault(&mut self, fault: Fault, now: Duration) -> Act {
        match fault {
            Fault::Reset => Act::Reset,
            Fault::Half => Act::Print(self.half(now)),
            Fault::Garbage(count) => Act::Print(faults::garbage(&mut self.rng, count)),
            Fault::Long(count) => Act::Print(ended(faults::long_line(count))),
            Fault::Flood(count) => Act::Print(self.flood(count, now)),
            Fault::Silence(time) => self.silence(now + time),
            Fault::Unplug(time) => Act::Unplug(time),
        }
    }

    fn half(&self, now: Duration) -> Vec<u8> {
        let mut line = self.firmware.report(now).into_bytes();
        line.truncate(line.len() / 2);
        line
    }

    fn flood(&self, count: usize, now: Duration) -> Vec<u8> {
        lines((0..count).map(|_| self.firmware.report(now)))
    }

    fn silence(&mut self, until: Duration) -> Act {
        self.next_report = self.next_report.max(until);
        Act::Print(Vec::new())
    }

    fn reports(&mut self, now: Duration) -> Vec<u8> {
        let mut due = Vec::new();
        while self.next_report <= now && due.len() < MAX_AT_ONCE {
            due.push(self.firmware.report(self.next_report));
            self.next_report += self.period;
        }
        self.next_report = self.next_report.max(now);
        lines(due)
    }
}

/// Serial.println ends lines with CRLF.
fn lines(lines: impl IntoIterator<Item = String>) -> Vec<u8> {
    lines
        .into_iter()
        .flat_map(|line| ended(line.into_bytes()))
        .collect()
}

fn ended(mut line: Vec<u8>) -> Vec<u8> {
    line.extend_from_slice(b"\r\n");
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a workshop at 1 Hz does in its first seconds, as the moments of its acts.
    fn check(script: &str, expected: &str) {
        let settings = Settings {
            rate: 1.0,
            script: script.parse().unwrap(),
            ..Settings::of(Sketch::Workshop, 1)
        };
        let mut board = Clockwork::new(settings);
        let mut seen = Vec::new();
        while board.due() <= Duration::from_secs(4) {
            let now = board.due();
            let what = match board.turn(now).0 {
                Act::Print(bytes) => format!("{} ends", bytes.split(|b| *b == b'\n').count() - 1),
                act => format!("{act:?}"),
            };
            seen.push(format!("{now:?} {what}"));
        }
        assert_eq!(seen.join(", "), expected);
    }

    #[test]
    fn readings_come_in_their_rhythm() {
        check("", "1s 1 ends, 2s 1 ends, 3s 1 ends, 4s 1 ends");
    }

    #[test]
    fn faults_come_between_readings() {
        check(
            "after 1500ms half; after 2.5s flood 30; after 3.5s unplug 3s",
            "1s 1 ends, 1.5s 0 ends, 2s 1 ends, 2.5s 30 ends, 3s 1 ends, 3.5s Unplug(3s), 4s 1 ends",
        );
    }

    #[test]
    fn silence_is_silent() {
        check(
            "after 1.5s silence 2s",
            "1s 1 ends, 1.5s 0 ends, 3.5s 1 ends",
        );
    }

    #[test]
    fn readings_due_together_are_printed_together() {
        let mut board = Clockwork::new(Settings {
            rate: 50.0,
            ..Settings::of(Sketch::Shed, 1)
        });
        let (act, _) = board.turn(Duration::from_millis(100));
        let Act::Print(bytes) = act else {
            panic!("{act:?}")
        };
        assert_eq!(bytes.split(|byte| *byte == b'\n').count() - 1, 5);
    }
}
