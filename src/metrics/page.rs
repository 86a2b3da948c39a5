//! Counters and newest values in the Prometheus text format 0.0.4, with their names.
//! Knows nothing of HTTP.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use serde_json::Value;

use super::{Counters, Drop, Tally};
use crate::history::{self, Status};
use crate::journal::View;
use crate::wire::State;

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

    /// What is stored on disk, and what keeps it from being stored.
    pub fn history(&mut self, status: &Status, counters: &history::Counters) {
        let help = "1 for the state that the history is in.";
        self.family("history_state", "gauge", help);
        for state in history::State::ALL.map(history::State::as_str) {
            let is_this = f64::from(u8::from(state == status.state));
            self.sample("history_state", &[("state", state)], is_this);
        }
        let behind = status.behind as f64;
        self.gauge(
            "history_behind_events",
            "Events that are not stored yet.",
            behind,
        );
        self.gauge(
            "history_bytes",
            "Bytes of the history on disk.",
            status.bytes as f64,
        );
        let all = [
            (
                "history_commits_total",
                "Commits to disk.",
                &counters.commits,
            ),
            ("history_events_total", "Events stored.", &counters.events),
            (
                "history_errors_total",
                "Commits that failed.",
                &counters.errors,
            ),
            (
                "history_lost_total",
                "Events that left memory before they could be stored.",
                &counters.lost,
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
