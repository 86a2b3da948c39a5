//! The doctor on systems that are folders.

use std::fs;
use std::os::unix::fs::symlink;

use super::*;

/// A system as lines of `file PATH CONTENT` and `link PATH TARGET`.
fn system(text: &str) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut parts = line.splitn(3, ' ');
        let kind = parts.next().unwrap();
        let path = root.path().join(parts.next().unwrap());
        let rest = parts.next().unwrap_or_default();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match kind {
            "file" => fs::write(path, rest.replace("\\n", "\n").replace("\\t", "\t")).unwrap(),
            "link" => symlink(rest, path).unwrap(),
            other => panic!("{other}"),
        }
    }
    root
}

fn check(files: &str, config: &str, wanted: &[&str]) {
    let root = system(files);
    let findings = examine(root.path(), &Config::parse(config, "config.toml"));
    let shown: String = findings.iter().map(Finding::lines).collect();
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines, wanted);
}

const ROOT: &str =
    "file proc/self/status Uid:\\t0\\t0\\t0\\t0\\nGid:\\t0\\t0\\t0\\t0\\nGroups:\\t0\n";

const HEALTHY: [&str; 3] = [
    "fine     no configuration file: the defaults hold",
    "fine     root may open serial ports",
    "fine     127.0.0.1:8080 is free to listen on",
];

#[test]
fn a_healthy_system_has_no_problems() {
    check(ROOT, "", &HEALTHY);
}

#[test]
fn an_empty_system_is_looked_at_without_a_fall() {
    check("", "", &[HEALTHY[0], HEALTHY[2]]);
}

#[test]
fn a_user_outside_of_the_group_gets_the_command() {
    check(
        "file proc/self/status Uid:\\t1000\\t1000\\t1000\\t1000\\nGid:\\t1000\\t1000\\nGroups:\\t27 44\n\
         file etc/passwd root:x:0:0::/:/bin/sh\\npi:x:1000:1000::/home/pi:/bin/sh\n\
         file etc/group root:x:0:\\ndialout:x:20:",
        "",
        &[
            HEALTHY[0],
            "problem  user pi may not open serial ports: not in the group dialout",
            "         cure: sudo usermod -aG dialout pi   then log out and in again",
            HEALTHY[2],
        ],
    );
}

#[test]
fn a_busy_port_names_the_program() {
    let files = "file dev/ttyACM0\n\
         link dev/serial/by-id/usb-Uno ../../ttyACM0\n\
         file dev/pts7\n\
         file proc/612/comm ModemManager\\n\n\
         link proc/612/fd/7 /dev/ttyACM0\n\
         file proc/99/comm screen\\n\n\
         link proc/99/fd/3 /dev/pts7\n\
         link proc/99/fd/4 /dev/null\n";
    let config = "serial = [{ board = \"a\", port = \"/dev/serial/by-id/usb-Uno\" }, { board = \"b\", port = \"/dev/pts7\" }]";
    check(
        &format!("{files}{ROOT}"),
        config,
        &[
            HEALTHY[0],
            HEALTHY[1],
            "problem  /dev/pts7 is open in screen (pid 99)",
            "         cure: close screen, or end it: kill 99",
            "problem  /dev/ttyACM0 is open in ModemManager (pid 612)",
            "         cure: sudo systemctl disable --now ModemManager (it takes boards for modems)",
            HEALTHY[2],
        ],
    );
}

#[test]
fn a_configured_port_that_is_missing_is_a_problem() {
    check(
        ROOT,
        "serial = [{ board = \"greenhouse\", port = \"/dev/ttyACM3\" }, { board = \"b\", usb = \"1:2\" }]",
        &[
            HEALTHY[0],
            "problem  board greenhouse: /dev/ttyACM3 is not there",
            "         cure: plug the board in, or take a port that `boardcast ports` shows",
            HEALTHY[1],
            HEALTHY[2],
        ],
    );
}

#[test]
fn a_mistake_in_the_configuration_is_shown() {
    check(
        ROOT,
        "[limits]\nmax_lin = 3\n",
        &[
            "problem  the configuration has mistakes",
            "         config.toml: line 2, column 1",
            "         2 | max_lin = 3",
            "           | ^^^^^^^ unknown key `max_lin` in [limits], did you mean `max_line`?",
            "         cure: correct it; `boardcast check` says when it is right",
            HEALTHY[1],
            HEALTHY[2],
        ],
    );
}

/// The kernel's tables are in the machine's byte order.
#[cfg(target_endian = "little")]
#[test]
fn an_address_in_use_names_the_program() {
    let files = "file proc/net/tcp 0: 0100007F:1F90 00000000:0000 0A 0:0 0:0 0 0 0 555 1\\n1: 0100007F:0016 00000000:0000 0A 0:0 0:0 0 0 0 556 1\\n2: 0100007F:1F91 00000000:0000 01 0:0 0:0 0 0 0 557 1\n\
         file proc/net/tcp6 0: 00000000000000000000000000000000:1F92 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 558 1\\n0: 00000000000000000000000001000000:1F93 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 559 1\n\
         file proc/7/comm python3\\n\n\
         link proc/7/fd/3 socket:[555]\n\
         file proc/8/comm boardcast\\n\n\
         link proc/8/fd/3 socket:[558]\n";
    check(
        &format!("{files}{ROOT}"),
        "server.listen = [\"127.0.0.1:8080\", \"127.0.0.1:8081\", \"127.0.0.1:8082\", \"[::1]:8083\", \"127.0.0.1:8083\"]",
        &[
            HEALTHY[0],
            HEALTHY[1],
            "problem  127.0.0.1:8080 is in use by python3 (pid 7)",
            "         cure: choose another `listen` in [server], or end python3",
            "fine     127.0.0.1:8081 is free to listen on",
            "fine     127.0.0.1:8082 is in use by boardcast (pid 8): the gateway runs",
            "problem  [::1]:8083 is in use by another user's program",
            "         cure: choose another `listen` in [server], or end that program",
            "fine     127.0.0.1:8083 is free to listen on",
        ],
    );
}

#[test]
fn json_has_the_same_findings() {
    let finding = Finding::problem("x is wrong").cured("set it right");
    let wanted = r#"{"severity":"problem","what":"x is wrong","cure":"set it right"}"#;
    assert_eq!(finding.json().to_string(), wanted);
}
