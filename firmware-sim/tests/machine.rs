//! `boardcast doctor` and `boardcast ports` on machines that are folders.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::support::{Value, binary::boardcast};

/// A Raspberry Pi on which nearly everything is wrong, and what is to be said of it.
const TROUBLED: &str = include_str!("machine/troubled.txt");
const TROUBLED_CONFIG: &str = include_str!("machine/troubled.toml");
const TROUBLED_DOCTOR: &str = include_str!("machine/troubled-doctor.txt");
const TROUBLED_PORTS: &str = include_str!("machine/troubled-ports.txt");

/// A Raspberry Pi on which nothing is.
const HEALTHY: &str = include_str!("machine/healthy.txt");

/// A machine of lines: `file PATH TEXT`, with `\n` in the text, and `link PATH TARGET`;
/// links that begin with `/sys` stay inside. `{root}` in the configuration is its folder.
fn machine(text: &str, config: &str) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.splitn(3, ' ').collect();
        let path = root.path().join(words[1]);
        let rest = words.get(2).copied().unwrap_or_default();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match words[0] {
            "file" => fs::write(&path, rest.replace("\\n", "\n").replace("\\t", "\t")).unwrap(),
            "link" => {
                let inside = rest.strip_prefix("/sys/");
                let inside = inside.map(|rest| root.path().join("sys").join(rest));
                symlink(inside.unwrap_or_else(|| rest.into()), &path).unwrap();
            }
            other => panic!("{other}: {line}"),
        }
        if words[1].starts_with("dev/tty") {
            fs::set_permissions(&path, Permissions::from_mode(0o660)).unwrap();
        }
    }
    let config = config.replace("{root}", root.path().to_str().unwrap());
    fs::write(root.path().join("config.toml"), config).unwrap();
    root
}

fn ask(root: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(boardcast());
    command.current_dir(root).args(["--config", "config.toml"]);
    command.args(arguments).env("BOARDCAST_ROOT", root);
    command.output().unwrap()
}

/// What the program prints, as on a machine whose folder is `/`.
fn said(root: &Path, arguments: &[&str]) -> String {
    let output = String::from_utf8(ask(root, arguments).stdout).unwrap();
    output.replace(root.to_str().unwrap(), "")
}

fn parsed(root: &Path, arguments: &[&str]) -> Vec<Value> {
    serde_json::from_str(&said(root, arguments)).unwrap()
}

/// The disk is the tester's own: what is said of it is left out, with the count.
fn without_disk(text: &str) -> Vec<&str> {
    let mut in_disk = false;
    let lines = text.lines().filter(|line| {
        if !line.starts_with(' ') {
            in_disk = line.contains(" free on the disk of ");
        }
        !in_disk && !line.ends_with("warnings") && !line.ends_with("warning")
    });
    lines.collect()
}

#[test]
fn the_doctor_says_of_a_troubled_machine_what_is_written() {
    let root = machine(TROUBLED, TROUBLED_CONFIG);
    let text = said(root.path(), &["doctor"]);
    assert_eq!(
        without_disk(&text),
        without_disk(TROUBLED_DOCTOR),
        "\n{text}"
    );
    assert_eq!(ask(root.path(), &["doctor"]).status.code(), Some(1));
}

#[test]
fn the_doctors_json_has_an_id_and_a_cure_for_all_that_is_wrong() {
    let root = machine(TROUBLED, TROUBLED_CONFIG);
    let findings = parsed(root.path(), &["doctor", "--json"]);
    let bad = |finding: &&Value| finding["severity"] != "fine";
    for finding in findings.iter().filter(bad) {
        assert!(finding["id"].is_string() && finding["what"].is_string());
        assert!(finding["cure"].is_string(), "{finding}");
    }
    let ids: Vec<&str> = findings.iter().filter_map(|f| f["id"].as_str()).collect();
    for id in ["undervoltage", "brltty", "port-ambiguous", "modemmanager"] {
        assert!(ids.contains(&id), "{id}");
    }
}

#[test]
fn a_healthy_machine_is_exit_0() {
    let root = machine(HEALTHY, "");
    let output = ask(root.path(), &["doctor"]);
    let text = String::from_utf8(output.stdout).unwrap();
    if !text.contains(" free on the disk of ") {
        assert!(text.ends_with("\nno problems, no warnings\n"), "{text}");
        assert_eq!(output.status.code(), Some(0), "{text}");
    }
}

#[test]
fn a_mistake_in_the_file_is_exit_1_and_a_finding() {
    let root = machine(HEALTHY, "[limits]\nmax_lin = 3\n");
    assert_eq!(ask(root.path(), &["doctor"]).status.code(), Some(1));
    let findings = parsed(root.path(), &["doctor", "--json"]);
    assert_eq!(findings[0]["id"], "config");
    assert_eq!(findings[0]["severity"], "problem");
}

/// Columns are as wide as the folder's name makes them: words are compared.
#[test]
fn ports_of_a_troubled_machine_are_listed_as_written() {
    let root = machine(TROUBLED, TROUBLED_CONFIG);
    let words = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with("/dev/tty"));
        let words = lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        words.collect::<Vec<_>>()
    };
    let text = said(root.path(), &["ports"]);
    assert_eq!(words(&text), words(TROUBLED_PORTS), "\n{text}");
}

#[test]
fn ports_tells_programs_who_has_a_port_and_what_its_name_is() {
    let root = machine(TROUBLED, TROUBLED_CONFIG);
    let ports = parsed(root.path(), &["ports", "--json"]);
    let port = |device: &str| ports.iter().find(|port| port["device"] == device).unwrap();
    let uno = port("/dev/ttyACM0");
    assert_eq!(uno["name"], "greenhouse");
    assert_eq!(uno["config"], Value::Null);
    assert_eq!(uno["open_in"][0]["program"], "ModemManager");
    assert_eq!(uno["open_in"][0]["pid"], 612);
    let twin = port("/dev/ttyUSB0");
    assert_eq!(twin["name"], Value::Null);
    let block = twin["config"].as_str().unwrap();
    assert!(block.contains("port = \"/dev/serial/by-path/"), "{block}");
    assert_eq!(ask(root.path(), &["ports"]).status.code(), Some(0));
}
