//! What goes wrong, and when: a script, and the schedule that follows from it.
//! Pure: knows no clock; the same script and seed give the same faults.
//!
//! A script is rules between semicolons:
//!
//! ```text
//! script   = rule *( ";" rule )
//! rule     = ( "after" / "every" ) duration fault
//! fault    = "reset"                 the board starts over: its banner again
//!          / "half"                  half a line without its end
//!          / "garbage" [ bytes ]     0xFF, NUL and broken UTF-8; 64 bytes
//!          / "long" [ bytes ]        one line of this length; 10000 bytes
//!          / "flood" [ lines ]       readings as fast as they go out; 1000 lines
//!          / "silence" duration      nothing at all for that long
//!          / "unplug" duration       out, and in again after that long
//! duration = number ( "ms" / "s" / "m" )
//! ```
//!
//! `after` is once, counted from the start; `every` repeats. Example:
//! `after 10s unplug 3s; every 60s garbage 200`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

mod rubbish;
mod script;

/// Something that goes wrong with a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The board starts over and prints its banner.
    Reset,
    /// Half a line, without its end.
    Half,
    /// This many bytes that are neither text nor lines.
    Garbage(usize),
    /// One line of this many bytes.
    Long(usize),
    /// This many readings at once.
    Flood(usize),
    /// Nothing for this long.
    Silence(Duration),
    /// Out, and in again after this long.
    Unplug(Duration),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reset => write!(f, "the board resets"),
            Self::Half => write!(f, "half a line"),
            Self::Garbage(bytes) => write!(f, "{bytes} bytes of garbage"),
            Self::Long(bytes) => write!(f, "a line of {bytes} bytes"),
            Self::Flood(lines) => write!(f, "a flood of {lines} lines"),
            Self::Silence(time) => write!(f, "silence for {time:?}"),
            Self::Unplug(time) => write!(f, "unplugged for {time:?}"),
        }
    }
}

/// What goes wrong, and when. The default is nothing, never.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    /// When it happens next.
    due: Duration,
    /// `every`: how long until it happens again.
    again: Option<Duration>,
    fault: Fault,
}

/// Why a text is no script; says which rule and what would be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError(String);

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ScriptError {}

impl FromStr for Script {
    type Err = ScriptError;

    fn from_str(text: &str) -> Result<Self, ScriptError> {
        script::parse(text).map(|rules| Self { rules })
    }
}

impl Script {
    /// When the next fault is due, counted from the board's start.
    pub fn due(&self) -> Option<Duration> {
        self.rules.iter().map(|rule| rule.due).min()
    }

    /// The fault that is due at `now`, once; of several, the earliest. An `every` that
    /// was missed, because the board was unplugged or slow, happens once and goes on from `now`.
    pub fn take(&mut self, now: Duration) -> Option<Fault> {
        let index = (0..self.rules.len())
            .filter(|&index| self.rules[index].due <= now)
            .min_by_key(|&index| self.rules[index].due)?;
        let rule = &mut self.rules[index];
        let fault = rule.fault;
        match rule.again {
            Some(period) if rule.due + period > now => rule.due += period,
            Some(period) => rule.due = now + period,
            None => drop(self.rules.swap_remove(index)),
        }
        Some(fault)
    }
}

/// Bytes that are neither text nor lines: 0xFF, NUL, broken UTF-8 and a stray line end
/// or two. Exactly `count` bytes.
pub fn garbage(rng: &mut fastrand::Rng, count: usize) -> Vec<u8> {
    rubbish::garbage(rng, count)
}

/// One line of exactly `count` bytes without its end.
pub fn long_line(count: usize) -> Vec<u8> {
    rubbish::long_line(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The faults of a script in its first 60 s, looked at every 100 ms.
    fn check(script: &str, expected: &str) {
        let mut script: Script = script.parse().unwrap();
        let mut seen = Vec::new();
        for tenth in 0..=600 {
            while let Some(fault) = script.take(Duration::from_millis(tenth * 100)) {
                seen.push(format!("{}s {fault}", tenth as f64 / 10.0));
            }
        }
        assert_eq!(seen.join(", "), expected);
    }

    #[test]
    fn after_happens_once_and_every_again() {
        check(
            "after 10s unplug 3s; every 25s garbage 200",
            "10s unplugged for 3s, 25s 200 bytes of garbage, 50s 200 bytes of garbage",
        );
    }

    #[test]
    fn rules_due_together_all_happen() {
        check(
            "after 500ms half;after 0.5s reset;",
            "0.5s half a line, 0.5s the board resets",
        );
    }

    #[test]
    fn no_script_is_no_fault() {
        check("", "");
        assert_eq!(Script::default().due(), None);
    }

    #[test]
    fn a_missed_repetition_happens_once() {
        let mut script: Script = "every 1s flood 5".parse().unwrap();
        let late = Duration::from_millis(10_500);
        assert_eq!(script.take(late), Some(Fault::Flood(5)));
        assert_eq!(script.take(late), None);
        assert_eq!(script.due(), Some(Duration::from_millis(11_500)));
    }
}
