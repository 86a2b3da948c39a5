//! `boardcast check`: says what a configuration does, without doing it.

use std::fmt::{self, Write as _};
use std::io::{self, Write as _};
use std::process::ExitCode;

use crate::config::units::{show_duration, show_size};
use crate::config::{Anonymous, Config, PortMatch, SerialBoard};

/// Prints what the configuration does. Whether it is right was seen when it was loaded.
pub(super) fn run(config: &Config) -> ExitCode {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = describe(config, &mut text);
    let _ = io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

fn describe(config: &Config, out: &mut String) -> fmt::Result {
    match &config.file {
        Some(path) => writeln!(out, "{}: no mistakes", path.display())?,
        None => writeln!(out, "no configuration file: the defaults hold")?,
    }
    writeln!(out, "listens on")?;
    for address in &config.server.listen {
        let whom = match (
            address.ip().to_canonical().is_loopback(),
            config.access.anonymous,
        ) {
            (true, _) => "this machine only",
            (false, Anonymous::Operator) => "everybody may look and send commands",
            (false, _) => "everybody may look",
        };
        writeln!(out, "  http://{address}  ({whom})")?;
    }
    match &config.history {
        Some(history) => writeln!(
            out,
            "history in {}: {} back, at most {}",
            history.path.display(),
            show_duration(history.keep),
            show_size(history.max_size)
        )?,
        None => writeln!(out, "history: none ([history] keeps one)")?,
    }
    writeln!(out, "boards on serial ports")?;
    for board in &config.serial {
        serial(board, out)?;
    }
    let others = match config.discovery.serial {
        true => "opened under their USB names",
        false => "left alone",
    };
    writeln!(out, "  other USB serial ports: {others}")?;
    writeln!(out, "boards on the network")?;
    for board in &config.boards {
        writeln!(out, "  {}", board.board)?;
    }
    let others = match config.wifi.accept_unknown {
        true => "accepted",
        false => "refused",
    };
    writeln!(out, "  others: {others}")
}

fn serial(board: &SerialBoard, out: &mut String) -> fmt::Result {
    let absent = match &board.port {
        PortMatch::Path(path) if !path.exists() => "  (not there now)",
        _ => "",
    };
    let baud = board.line.baud;
    let hello = match board.trust_hello {
        true => ", unless the board says its own name",
        false => "",
    };
    writeln!(
        out,
        "  {}  {} at {baud} baud{hello}{absent}",
        board.board, board.port
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, wanted: &str) {
        let config = Config::parse(text, "config.toml").unwrap();
        let mut shown = String::new();
        describe(&config, &mut shown).unwrap();
        assert_eq!(shown, wanted);
    }

    #[test]
    fn the_defaults_are_told() {
        check(
            "",
            "no configuration file: the defaults hold\n\
             listens on\n  http://127.0.0.1:8080  (this machine only)\n\
             history: none ([history] keeps one)\nboards on serial ports\n  other USB serial ports: opened under their USB names\n\
             boards on the network\n  others: accepted\n",
        );
    }

    #[test]
    fn boards_and_their_ports_are_told() {
        check(
            r#"
            server.listen = ["127.0.0.1:80", "0.0.0.0:8080"]
            access.anonymous = "operator"
            discovery.serial = false
            wifi.accept_unknown = false
            serial = [{ board = "a", port = "/nowhere/a", baud = 9600, trust_hello = true }, { board = "b", usb = "2341:43:S" }]
            board = [{ board = "porch" }]
            "#,
            "no configuration file: the defaults hold\n\
             listens on\n  http://127.0.0.1:80  (this machine only)\n  \
             http://0.0.0.0:8080  (everybody may look and send commands)\n\
             history: none ([history] keeps one)\nboards on serial ports\n  a  /nowhere/a at 9600 baud, unless the board says its own name  (not there now)\n  \
             b  usb 2341:0043:S at 115200 baud\n  other USB serial ports: left alone\n\
             boards on the network\n  porch\n  others: refused\n",
        );
    }
}
