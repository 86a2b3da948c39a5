//! Counters and their names, as `/metrics` shows them (Prometheus text format 0.0.4).
//! Knows nothing of HTTP.

use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

use serde_json::Value;

use crate::journal::View;
use crate::wire::State;

/// Why something that a board sent did not become a value. Each is counted by board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Drop {
    /// A line that does not fit its fixed format, or broken JSON; it became text.
    Malformed,
    /// A line above `max_line`, dropped whole.
    TooLong,
    /// A line without an end when its port closed.
    Torn,
    /// A channel whose name is too long, or past the 128th of a line.
    ChannelLimit,
    /// A value outside `min` and `max`; it became null.
    OutOfRange,
    /// A line above `max_lines_per_s`.
    RateLimit,
}

impl Drop {
    /// Every reason, in the order of its index.
    pub const ALL: [Self; 6] = [
        Self::Malformed,
        Self::TooLong,
        Self::Torn,
        Self::ChannelLimit,
        Self::OutOfRange,
        Self::RateLimit,
    ];

    /// The label in `/metrics`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TooLong => "too_long",
            Self::Torn => "torn",
            Self::ChannelLimit => "channel_limit",
            Self::OutOfRange => "out_of_range",
            Self::RateLimit => "rate_limit",
        }
    }
}

/// What one board sent.
#[derive(Debug, Default)]
pub struct Tally {
    bytes: AtomicU64,
    lines: AtomicU64,
    readings: AtomicU64,
    drops: [AtomicU64; Drop::ALL.len()],
}

impl Tally {
    /// Counts bytes received.
    pub fn bytes(&self, count: usize) {
        self.bytes.fetch_add(count as u64, Relaxed);
    }

    /// Counts a line and the readings it holds.
    pub fn line(&self, readings: usize) {
        self.lines.fetch_add(1, Relaxed);
        self.readings.fetch_add(readings as u64, Relaxed);
    }

    /// Counts what was dropped.
    pub fn lost(&self, why: Drop, count: u64) {
        if count > 0 {
            self.drops[why as usize].fetch_add(count, Relaxed);
        }
    }

    /// How much was dropped for this reason.
    pub fn dropped(&self, why: Drop) -> u64 {
        self.drops[why as usize].load(Relaxed)
    }
}

/// What the gateway as a whole counts.
#[derive(Debug, Default)]
pub struct Counters {
    /// Subscribers connected now.
    pub subscribers: AtomicI64,
    /// Gaps told to subscribers.
    pub gaps: AtomicU64,
    /// Events that were in those gaps.
    pub missed: AtomicU64,
    /// Subscribers closed because they took nothing.
    pub slow: AtomicU64,
    /// Bytes written to subscribers.
    pub sent_bytes: AtomicU64,
    /// Commands taken.
    pub commands: AtomicU64,
    /// Connections refused for their `Origin`, `Host` or role.
    pub refused: AtomicU64,
}

/// Adds one to a gauge for as long as it lives.
#[derive(Debug)]
pub struct Present<'a>(&'a AtomicI64);

impl<'a> Present<'a> {
    /// One more.
    pub fn new(gauge: &'a AtomicI64) -> Self {
        gauge.fetch_add(1, Relaxed);
        Self(gauge)
    }
}

impl std::ops::Drop for Present<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

/// One of a board's counters.
type Counter = fn(&Tally) -> &AtomicU64;

/// A page of metrics in the making.
#[derive(Debug, Default)]
pub struct Page {
    text: String,
}

impl Page {
    /// The finished page.
    pub fn into_text(self) -> String {
        self.text
    }

    /// The gateway's own counters.
    pub fn gateway(&mut self, counters: &Counters) {
        self.family("build_info", "gauge", "The version that runs.");
        self.sample("build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1.0);
        let subscribers = counters.subscribers.load(Relaxed) as f64;
        self.gauge("subscribers", "Subscribers connected.", subscribers);
        let all = [
            ("gaps_total", "Gaps told to subscribers.", &counters.gaps),
            (
                "gap_events_total",
                "Events in those gaps.",
                &counters.missed,
            ),
            (
                "slow_closed_total",
                "Subscribers closed because they took nothing.",
                &counters.slow,
            ),
            (
                "sent_bytes_total",
                "Bytes written to subscribers.",
                &counters.sent_bytes,
            ),
            ("commands_total", "Commands taken.", &counters.commands),
            (
                "refused_total",
                "Connections refused for their Origin, Host or role.",
                &counters.refused,
            ),
        ];
        for (name, help, counter) in all {
            self.counter(name, help, counter.load(Relaxed) as f64);
        }
    }

    /// What boards sent, by board.
    pub fn tallies(&mut self, boards: &[(String, &Tally)]) {
        let families: [(&str, &str, Counter); 3] = [
            ("received_bytes_total", "Bytes from a board.", |tally| {
                &tally.bytes
            }),
            ("lines_total", "Lines from a board.", |tally| &tally.lines),
            ("readings_total", "Readings from a board.", |tally| {
                &tally.readings
            }),
        ];
        for (name, help, counter) in families {
            self.family(name, "counter", help);
            for (board, tally) in boards {
                self.sample(
                    name,
                    &[("board", board)],
                    counter(tally).load(Relaxed) as f64,
                );
            }
        }
        self.family(
            "drops_total",
            "counter",
            "What a board sent that did not become a value, by reason.",
        );
        for (board, tally) in boards {
            for why in Drop::ALL {
                let labels = [("board", &**board), ("reason", why.name())];
                self.sample("drops_total", &labels, tally.dropped(why) as f64);
            }
        }
    }

    /// States and newest values.
    pub fn boards(&mut self, views: &[View]) {
        self.family("boards", "gauge", "Boards by state.");
        for state in State::ALL {
            let count = views.iter().filter(|view| view.state == state).count();
            self.sample("boards", &[("state", state.name())], count as f64);
        }
        self.family(
            "channel_value",
            "gauge",
            "The newest value of a channel; null is NaN.",
        );
        for view in views {
            for (channel, value) in &view.values {
                let labels = [("board", view.name.as_str()), ("channel", channel)];
                match value {
                    Value::Number(number) => self.sample(
                        "channel_value",
                        &labels,
                        number.as_f64().unwrap_or(f64::NAN),
                    ),
                    Value::Bool(on) => {
                        self.sample("channel_value", &labels, f64::from(u8::from(*on)))
                    }
                    Value::Null => self.sample("channel_value", &labels, f64::NAN),
                    _ => {}
                }
            }
        }
    }

    /// Something that goes up and down.
    pub fn gauge(&mut self, name: &str, help: &str, value: f64) {
        self.family(name, "gauge", help);
        self.sample(name, &[], value);
    }

    /// Something that only grows.
    pub fn counter(&mut self, name: &str, help: &str, value: f64) {
        self.family(name, "counter", help);
        self.sample(name, &[], value);
    }

    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a String cannot fail.
        let _ = write!(
            self.text,
            "# HELP boardcast_{name} {help}\n# TYPE boardcast_{name} {kind}\n"
        );
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        let _ = write!(self.text, "boardcast_{name}");
        for (index, (label, text)) in labels.iter().enumerate() {
            let before = if index == 0 { '{' } else { ',' };
            let _ = write!(self.text, "{before}{label}=\"{}\"", escaped(text));
        }
        let after = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.text, "{after} {value}");
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', r"\\")
        .replace('"', r#"\""#)
        .replace('\n', r"\n")
}
