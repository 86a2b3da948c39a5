//! `boardcast doctor`: looks for what keeps boards and browsers from working, and says
//! what helps. Changes nothing, and sees all of the system below one folder.

mod adapters;

mod configured;

mod devices;

mod disk;

mod facts;

mod finding;

mod grabbers;

mod listening;

mod machine;

mod permission;

mod power;

mod serial;

mod service;

mod sockets;

mod time;

#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use serde_json::Value;

use crate::config::{Config, ConfigError};
use crate::system::system_root;
pub(crate) use devices::Device;
use facts::Facts;
pub(crate) use finding::Finding;
use finding::Severity;
use machine::Machine;
pub(crate) use permission::may_open;

/// Looks and prints. The exit status is 0 without problems, 1 with.
pub fn run(config: Option<&Path>, json: bool) -> ExitCode {
    let root = system_root();
    let config = Config::load(config);
    let history = config
        .as_ref()
        .ok()
        .and_then(|config| config.history.as_ref());
    let facts = Facts::ask(&root, history);
    let findings = examine(&root, &config, &facts, Asker::Person);
    let text = match json {
        true => format!("{}\n", as_json(&findings)),
        false => as_text(&findings),
    };
    // Where nobody reads the output, the exit status still tells.
    let _ = io::stdout().write_all(text.as_bytes());
    ExitCode::from(u8::from(count(&findings, Severity::Problem) > 0))
}

/// What is found by the gateway that runs with this configuration, in which the addresses are
/// those it really listens on: an array as `--json` prints it. Reads all of /proc: to be called
/// on a thread that may wait.
pub(crate) fn examine_own(config: &Config) -> Value {
    let root = system_root();
    let facts = Facts::ask(&root, config.history.as_ref());
    as_json(&examine(&root, &Ok(config.clone()), &facts, Asker::Gateway))
}

/// Who wants to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asker {
    /// Somebody at a terminal: the gateway, if it runs, is another program.
    Person,
    /// The gateway itself: what it has open is as it should be.
    Gateway,
}

/// Looks at the system below `root`; the worst comes first.
fn examine(
    root: &Path,
    config: &Result<Config, ConfigError>,
    facts: &Facts,
    asker: Asker,
) -> Vec<Finding> {
    let default = Config::default();
    let mut findings = vec![configuration(config)];
    let config = config.as_ref().unwrap_or(&default);
    let machine = Machine::read(root, config, asker);
    findings.extend(service::installed(&machine));
    findings.extend(permission(root, &machine));
    findings.extend(configured::ports(&machine, config));
    findings.extend(serial::busy(&machine));
    findings.extend(grabbers::modem_manager(&machine));
    findings.extend(grabbers::brltty(&machine));
    findings.extend(listening::in_use(&machine, &config.server.listen));
    findings.extend(power::raspberry_pi(&machine));
    findings.extend(disk::room(facts));
    findings.extend(time::clock(&machine, facts));
    findings.extend(adapters::latency(&machine));
    findings.extend(adapters::autosuspend(&machine));
    if machine.processes.some_hidden {
        let what = "what programs of other users have open could not be seen";
        findings.push(Finding::note(
            "not-all-seen",
            what,
            "sudo $(which boardcast) doctor",
        ));
    }
    findings.sort_by_key(|finding| finding.severity);
    findings
}

/// A service that runs has its own permission: what another user may do is only worth a note.
/// Of the service's own, [`service::installed`] knows a cure that helps it.
fn permission(root: &Path, machine: &Machine) -> Option<Finding> {
    let found = may_open(root, &machine.devices)?;
    let is_running = machine.is_running(service::UNIT) == Some(true);
    match machine.asker {
        _ if found.severity == Severity::Fine => Some(found),
        Asker::Gateway => (!service::is_own(machine)).then_some(found),
        Asker::Person if is_running => Some(Finding {
            severity: Severity::Note,
            ..found
        }),
        Asker::Person => Some(found),
    }
}

fn configuration(config: &Result<Config, ConfigError>) -> Finding {
    match config {
        Ok(Config { file: None, .. }) => {
            Finding::fine("config", "no configuration file: the defaults hold")
        }
        Ok(Config {
            file: Some(path), ..
        }) => Finding::fine("config", format!("{} has no mistakes", path.display())),
        Err(error) => {
            let what = format!("the configuration has mistakes\n{error}");
            let cure = "correct it; `boardcast check` says when it is right";
            Finding::problem("config", what, cure)
        }
    }
}

fn as_json(findings: &[Finding]) -> Value {
    findings.iter().map(Finding::json).collect()
}

/// The findings, and how many are bad.
fn as_text(findings: &[Finding]) -> String {
    let number = |severity, one: &str, many: &str| match count(findings, severity) {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    };
    let problems = number(Severity::Problem, "problem", "problems");
    let warnings = number(Severity::Warning, "warning", "warnings");
    let lines: String = findings.iter().map(Finding::lines).collect();
    format!("{}\n\n{problems}, {warnings}\n", lines.trim_end())
}

fn count(findings: &[Finding], severity: Severity) -> usize {
    let bad = findings.iter().filter(|found| found.severity == severity);
    bad.count()
}
