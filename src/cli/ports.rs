//! `boardcast ports`: which serial ports there are, who has them, and what to write for them.
//! Opens none of them.

mod listed;

mod table;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use serde_json::Value;

use crate::config::Config;
use crate::doctor::Finding;
use crate::system::system_root;
use listed::{Listed, list};

const NONE: &str = "\
no USB serial port found
Is the board plugged in, with a cable that carries data? Many only charge.
`dmesg | tail` tells what the kernel saw; `lsusb` lists the board if it got that far;
`boardcast doctor` looks for programs that take boards away.
In a container, pass in /dev and /sys. Ports that are not USB: boardcast ports --all
";

/// Prints the USB serial ports, with `all` also other real ones; with `json` exactly one
/// JSON array. Succeeds also where there is none; fails where sysfs cannot be read. The
/// configuration tells names; one with mistakes tells none.
pub fn run(config: Option<&Path>, all: bool, json: bool) -> ExitCode {
    let config = Config::load(config).unwrap_or_else(|_| {
        super::say("the configuration has mistakes, so no names are known: boardcast check");
        Config::default()
    });
    let root = system_root();
    let ports = match list(&root, &config, all) {
        Ok(ports) => ports,
        Err(error) => {
            super::say(&format!("cannot list serial ports: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let cure = listed::cure(&root, &ports);
    let text = match (json, ports.is_empty()) {
        (true, _) => as_json(&ports, cure.as_ref()),
        (false, true) => NONE.to_owned(),
        (false, false) => table::as_text(&ports, cure.as_ref()),
    };
    // A reader that has gone, as with `| head -1`, has seen enough.
    let _ = io::stdout().lock().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

fn as_json(ports: &[Listed], cure: Option<&Finding>) -> String {
    let ports: Vec<Value> = ports.iter().map(|port| port.json(cure)).collect();
    format!("{}\n", Value::from(ports))
}

#[cfg(test)]
mod tests;
