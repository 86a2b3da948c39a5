//! The file as written: its tables and keys, their bounds, and what they become.
//! The only place that knows the names of keys.

mod channels;
mod named;
mod server;

use std::time::Duration;

use toml::de::DeTable;

use super::error::{Fault, Faults};
use super::table::Table;
use super::units::{GIB, KIB, MIB};
use super::value::{duration, file_path, flag, size, whole};
use super::{Backlog, Config, ConfigError, Discovery, History, Limits, Wifi};

/// Tables that a later version may have.
const LATER: [&str; 1] = ["mqtt"];

/// Reads the text of a file.
pub(super) fn read(text: &str, name: &str) -> Result<Config, ConfigError> {
    let faults = Faults::of(text);
    let config = match DeTable::parse(text) {
        Ok(table) => config(Table::top(table.get_ref(), &faults)),
        Err(error) => {
            let place = error.span().unwrap_or(text.len()..text.len());
            let message = syntax(error.message(), text, place.start);
            faults.add(Fault::new(place, message));
            Config::default()
        }
    };
    faults.into_result(name).map(|()| config)
}

/// What is read where something is wrong does not matter: there is an error then.
fn config(mut top: Table) -> Config {
    let anonymous = top.single("access").map(server::access).unwrap_or_default();
    let server = top.single("server");
    let config = Config {
        file: None,
        server: server.map_or_else(Default::default, |table| {
            server::server(table, anonymous.anonymous)
        }),
        access: anonymous,
        limits: top.single("limits").map(limits).unwrap_or_default(),
        backlog: top.single("backlog").map(backlog).unwrap_or_default(),
        history: top.single("history").map(history),
        discovery: top.single("discovery").map(discovery).unwrap_or_default(),
        wifi: top.single("wifi").map(wifi).unwrap_or_default(),
        ..named::boards(&mut top)
    };
    top.later(&LATER);
    top.finish();
    config
}

fn limits(mut table: Table) -> Limits {
    let default = Limits::default();
    let limits = Limits {
        max_line: table.or("max_line", default.max_line, size(16..=MIB)),
        max_message: table.or("max_message", default.max_message, size(64..=16 * MIB)),
        max_body: table.or("max_body", default.max_body, size(64..=16 * MIB)),
        max_boards: table.or("max_boards", default.max_boards, whole(1..=100_000)),
    };
    table.finish();
    limits
}

fn backlog(mut table: Table) -> Backlog {
    let default = Backlog::default();
    let backlog = Backlog {
        events: table.or("events", default.events, whole(16..=10_000_000)),
        bytes: table.or("bytes", default.bytes, size(4 * KIB..=GIB)),
    };
    table.finish();
    backlog
}

/// A disk of that size is not sold yet; where addresses have 32 bits, all that they reach.
const MAX_HISTORY: usize = if usize::BITS > 32 { 1 << 40 } else { 3 * GIB };

fn history(mut table: Table) -> History {
    let default = History::default();
    let days = |days: u64| Duration::from_secs(days * 24 * 3600);
    let history = History {
        path: table.or("path", default.path, file_path),
        keep: table.or(
            "keep",
            default.keep,
            duration(Duration::from_secs(60)..=days(36_500)),
        ),
        max_size: table.or("max_size", default.max_size, size(MIB..=MAX_HISTORY)),
        commit_every: table.or(
            "commit_every",
            default.commit_every,
            duration(Duration::from_millis(10)..=Duration::from_secs(3600)),
        ),
    };
    table.finish();
    history
}

fn discovery(mut table: Table) -> Discovery {
    let default = Discovery::default();
    let serial = table.or("serial", default.serial, flag);
    table.finish();
    Discovery { serial }
}

fn wifi(mut table: Table) -> Wifi {
    let default = Wifi::default();
    let times = Duration::from_millis(10)..=Duration::from_secs(3600);
    let wifi = Wifi {
        accept_unknown: table.or("accept_unknown", default.accept_unknown, flag),
        accept_unmasked: table.or("accept_unmasked", default.accept_unmasked, flag),
        board_time: table.or("board_time", default.board_time, flag),
        ping_interval: table.or(
            "ping_interval",
            default.ping_interval,
            duration(times.clone()),
        ),
        silent_after: table.or("silent_after", default.silent_after, duration(times)),
    };
    table.finish();
    wifi
}

/// toml's words, with the cure for what beginners do most.
fn syntax(message: &str, text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = text[line_start..].lines().next().unwrap_or_default();
    let value = line.split_once('=').map(|(_, value)| value.trim_start());
    let cure = match value {
        _ if message.contains("escape") => " (in 'single quotes' a backslash is only itself)",
        _ if message.contains("duplicate") => " (it is there already: keep one of them)",
        Some("") => " (its value is missing)",
        Some(value) if !value.starts_with(['"', '\'', '[', '{']) => " (text needs \"quotes\")",
        _ => "",
    };
    format!("not TOML: {}{cure}", message.trim_end().replace('\n', ", "))
}
