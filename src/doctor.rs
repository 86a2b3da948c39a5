//! `boardcast doctor`: looks for what keeps boards and browsers from working, and says
//! what helps. Changes nothing, and sees all of the system below one folder.

mod listening;
mod permission;
mod serial;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::config::{Config, ConfigError};
use crate::processes::Processes;
use crate::system::system_root;

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Finding {
    severity: Severity,
    what: String,
    cure: Option<String>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Severity {
    /// As it should be.
    Fine,
    /// Could not be seen, or may be meant so.
    Warning,
    /// Something will not work.
    Problem,
}

/// Looks and prints. The exit status is 0 without problems, 1 with.
pub fn run(config: Option<&Path>, json: bool) -> ExitCode {
    let findings = examine(&system_root(), &Config::load(config));
    let text = match json {
        true => format!(
            "{}\n",
            findings.iter().map(Finding::json).collect::<Value>()
        ),
        false => findings.iter().map(Finding::lines).collect(),
    };
    // Where nobody reads the output, the exit status still tells.
    let _ = io::stdout().write_all(text.as_bytes());
    let problem = |finding: &Finding| finding.severity == Severity::Problem;
    ExitCode::from(u8::from(findings.iter().any(problem)))
}

/// Looks at the system below `root`.
fn examine(root: &Path, config: &Result<Config, ConfigError>) -> Vec<Finding> {
    let default = Config::default();
    let mut findings = vec![configuration(config)];
    let config = config.as_ref().unwrap_or(&default);
    let devices = serial::devices(root, config);
    let listeners = listening::listeners(root);
    let mut wanted: BTreeSet<String> = devices.iter().map(|device| device.path.clone()).collect();
    wanted.extend(listeners.iter().map(|listener| listener.socket()));
    let processes = Processes::with(root, &wanted);
    findings.extend(serial::absent(root, config));
    findings.extend(permission::may_open(root, &devices));
    findings.extend(serial::busy(&devices, &processes));
    findings.extend(listening::in_use(
        &config.server.listen,
        &listeners,
        &processes,
    ));
    if processes.some_hidden {
        let what = "the programs of other users could not be seen, and one of them may have a port";
        findings.push(Finding::warning(what).cured("sudo boardcast doctor"));
    }
    findings
}

fn configuration(config: &Result<Config, ConfigError>) -> Finding {
    match config {
        Ok(Config { file: None, .. }) => Finding::fine("no configuration file: the defaults hold"),
        Ok(Config {
            file: Some(path), ..
        }) => Finding::fine(format!("{} has no mistakes", path.display())),
        Err(error) => Finding::problem(format!("the configuration has mistakes\n{error}"))
            .cured("correct it; `boardcast check` says when it is right"),
    }
}

impl Finding {
    fn fine(what: impl Into<String>) -> Self {
        Self::new(Severity::Fine, what)
    }

    fn warning(what: impl Into<String>) -> Self {
        Self::new(Severity::Warning, what)
    }

    fn problem(what: impl Into<String>) -> Self {
        Self::new(Severity::Problem, what)
    }

    fn new(severity: Severity, what: impl Into<String>) -> Self {
        let what = what.into();
        Self {
            severity,
            what,
            cure: None,
        }
    }

    fn cured(self, cure: impl Into<String>) -> Self {
        let cure = Some(cure.into());
        Self { cure, ..self }
    }

    /// For people: the severity in a column of its own, the cure below.
    fn lines(&self) -> String {
        let indented = |text: &str| text.replace('\n', "\n         ");
        let name = self.severity.name();
        let cure = self.cure.iter();
        let cure = cure.map(|cure| format!("         cure: {}\n", indented(cure)));
        format!(
            "{name:<8} {}\n{}",
            indented(&self.what),
            cure.collect::<String>()
        )
    }

    fn json(&self) -> Value {
        json!({ "severity": self.severity.name(), "what": self.what, "cure": self.cure })
    }
}

impl Severity {
    fn name(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}
