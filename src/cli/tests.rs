use super::*;
use clap::CommandFactory;

fn check(line: &str, wanted: &str) {
    let arguments = Arguments::try_parse_from(line.split(' '));
    let shown = match arguments {
        Ok(arguments) => format!("{:?} {:?}", arguments.command, arguments.config),
        Err(error) => format!("exit {}", error.exit_code()),
    };
    assert_eq!(shown, wanted, "{line}");
}

#[test]
fn the_command_line_is_consistent() {
    Arguments::command().debug_assert();
}

#[test]
fn commands_are_understood() {
    check("boardcast", "None None");
    check("boardcast run", "Some(Run) None");
    check(
        "boardcast --config x.toml run",
        "Some(Run) Some(\"x.toml\")",
    );
    check(
        "boardcast check --config x.toml",
        "Some(Check) Some(\"x.toml\")",
    );
    check(
        "boardcast ports --json",
        "Some(Ports { all: false, json: true }) None",
    );
    check("boardcast doctor", "Some(Doctor { json: false }) None");
    check(
        "boardcast tail lab-* a",
        "Some(Tail { boards: [\"lab-*\", \"a\"], gateway: Gateway { url: None } }) None",
    );
    check(
        "boardcast send a -5",
        "Some(Send { board: BoardName(\"a\"), text: \"-5\", gateway: Gateway { url: None } }) None",
    );
}

#[test]
fn a_release_is_a_minute_unless_told_otherwise() {
    for (arguments, span) in [("a", "60s"), ("a --for 5m", "300s")] {
        let wanted = format!(
            "Some(Release {{ board: BoardName(\"a\"), span: {span}, gateway: Gateway {{ url: None }} }}) None"
        );
        check(&format!("boardcast release {arguments}"), &wanted);
    }
}

#[test]
fn a_wrong_command_line_is_exit_2() {
    check("boardcast --version", "exit 0");
    check("boardcast fly", "exit 2");
    check("boardcast release", "exit 2");
    check("boardcast release a --for 60", "exit 2");
    check("boardcast release a --for 2h", "exit 2");
    check("boardcast resume a/b", "exit 2");
    check("boardcast send a", "exit 2");
    check("boardcast send a/b on", "exit 2");
    check("boardcast tail a,b", "exit 2");
    check("boardcast tail --url https://x", "exit 2");
}
