//! What a file says is what is configured, and each mistake shows its place and its cure.

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;
use crate::name::BoardName;

/// Cases as `== name`, the file, `--`, what is shown.
const MISTAKES: &str = include_str!("mistakes.txt");

const EXAMPLE: &str = include_str!("../../config.toml.example");

/// What is nowhere the default.
const FULL: &str = r#"
[server]
listen = ["127.0.0.1:0", "[::1]:0"]
allowed_origins = ["https://Example.org", "null"]
[wifi]
ping_interval = "200ms"
silent_after = "600ms"
[[serial]]
board = "a"
usb = "2341:0043:75:63"
baud = 9_600
parity = "even"
flow = "hardware"
reset = "never"
settle = "1500ms"
ready = "^ready"
format = "csv"
columns = ["t", "h"]
stale_after = "0s"
max_lines_per_s = 100
[serial.channels."t"]
unit = "°C"
scale = 2
[[board]]
board = "b"
format = "regex"
pattern = 'T=(?<t>\d+)'
ack = "^ok"
"#;

fn check(text: &str, wanted: &Config) {
    match Config::parse(text, "config.toml") {
        Ok(config) => assert_eq!(config, *wanted, "{text}"),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_mistake_shows_its_place_and_its_cure() {
    let cases: Vec<&str> = MISTAKES.split("== ").skip(1).collect();
    assert!(cases.len() > 60, "{} cases", cases.len());
    for case in cases {
        let (name, rest) = case.split_once('\n').unwrap();
        let (text, wanted) = rest.split_once("--\n").unwrap();
        let shown = match Config::parse(text, "config.toml") {
            Ok(_) => "no mistake".to_owned(),
            Err(error) => error.to_string(),
        };
        assert_eq!(shown.trim_end(), wanted.trim_end(), "{name}");
    }
}

/// Lines of the example that begin so, without that beginning; all others as they are.
fn uncommented(beginning: &str) -> String {
    let bare = |line: &'static str| {
        line.strip_prefix(beginning)
            .filter(|key| !key.starts_with(' '))
    };
    EXAMPLE
        .lines()
        .map(|line| bare(line).unwrap_or(line).to_owned() + "\n")
        .collect()
}

fn board(name: &str) -> BoardName {
    BoardName::new(name).unwrap()
}

#[test]
fn the_example_as_it_stands_changes_nothing() {
    let wanted = Config {
        // What is installed keeps a history.
        history: Some(History::default()),
        ..Config::default()
    };
    check(EXAMPLE, &wanted);
}

#[test]
fn what_the_example_calls_a_default_is_one() {
    let port = "/dev/serial/by-id/usb-Arduino_Uno_7563-if00".into();
    let wanted = Config {
        serial: vec![SerialBoard::new(board("greenhouse"), PortMatch::Path(port))],
        boards: vec![WifiBoard::new(board("porch"))],
        history: Some(History::default()),
        ..Config::default()
    };
    check(&uncommented("#"), &wanted);
}

#[test]
fn the_example_names_every_key() {
    let serial = "[[serial]]\nboard = \"a\"\nport = \"/a\"\n";
    let sections = [
        "server",
        "access",
        "limits",
        "backlog",
        "history",
        "discovery",
        "wifi",
    ];
    let mut tables: Vec<String> = sections.iter().map(|name| format!("[{name}]\n")).collect();
    tables.push(serial.to_owned());
    tables.push(format!("{serial}[serial.channels.t]\n"));
    for table in tables {
        let error = Config::parse(&format!("{table}zzz = 1"), "config.toml").unwrap_err();
        let error = error.to_string();
        let (_, known) = error.split_once("which knows ").unwrap();
        for key in known.split(", ").map(|key| key.trim_matches('`')) {
            let named = EXAMPLE.contains(&format!("{key} = ")) || key == "channels";
            assert!(named, "{key} of {table}");
        }
    }
}

#[test]
fn the_examples_of_the_example_are_right() {
    let indented = EXAMPLE
        .lines()
        .filter_map(|line| line.strip_prefix("#     "));
    let serial = "[[serial]]\nboard = \"a\"\nport = \"/dev/a\"\n";
    let mut table = "";
    let mut single = 0;
    for line in indented {
        if line.starts_with('[') {
            table = line;
            continue;
        }
        let (before, after) = match line.split(' ').next().unwrap() {
            "listen" => ("[access]\nanonymous = \"viewer\"\n[server]\n", ""),
            "allowed_origins" => ("[server]\n", ""),
            "usb" => ("[[serial]]\nboard = \"a\"\n", ""),
            "columns" => (serial, "format = \"csv\"\n"),
            "pattern" => (serial, "format = \"regex\"\n"),
            "format" => continue,
            _ if table.starts_with("[board") => ("[[board]]\nboard = \"a\"\n", ""),
            _ => (serial, ""),
        };
        let text = format!("{before}{after}{table}\n{line}\n");
        Config::parse(&text, "example").unwrap_or_else(|error| panic!("{error}"));
        single += 1;
    }
    assert!(single > 15, "{single}");
}

#[test]
fn what_the_file_says_is_what_is_configured() {
    let config = Config::parse(FULL, "config.toml").unwrap();
    assert_eq!(config.server.listen.len(), 2);
    assert_eq!(
        config.server.allowed_origins,
        ["https://example.org", "null"]
    );
    assert_eq!(config.wifi.ping_interval, Duration::from_millis(200));
    let pattern = |text| Pattern(regex::Regex::new(text).unwrap());
    let (a, b) = (&config.serial[0], &config.boards[0]);
    let usb = PortMatch::Usb {
        vendor: 0x2341,
        product: 0x43,
        serial: Some("75:63".to_owned()),
    };
    assert_eq!(
        (&a.port, a.line.baud, a.line.parity),
        (&usb, 9600, Parity::Even)
    );
    assert_eq!((a.line.flow, a.reset), (Flow::Hardware, Reset::Never));
    assert_eq!(
        (a.settle, &a.ready),
        (Duration::from_millis(1500), &Some(pattern("^ready")))
    );
    let columns = vec!["t".to_owned(), "h".to_owned()];
    let t = ChannelSettings {
        unit: Some("°C".to_owned()),
        scale: Some(2.0),
        ..ChannelSettings::default()
    };
    let wanted = ReadingSettings {
        format: Format::Csv { columns },
        channels: BTreeMap::from([("t".to_owned(), t)]),
        stale_after: None,
        max_lines_per_s: Some(100),
        ..ReadingSettings::default()
    };
    assert_eq!(a.reading, wanted);
    assert_eq!(b.reading.format, Format::Regex(pattern(r"T=(?<t>\d+)")));
    assert_eq!(b.reading.ack, Some(pattern("^ok")));
}

#[test]
fn the_network_is_open_to_whom_the_file_says() {
    let text = "[server]\nlisten = '0.0.0.0:80'\n[access]\nanonymous = 'viewer'\n";
    let config = Config::parse(text, "config.toml").unwrap();
    assert_eq!(config.access.anonymous, Anonymous::Viewer);
    assert_eq!(config.server.listen, ["0.0.0.0:80".parse().unwrap()]);
}

proptest::proptest! {
    #[test]
    fn no_text_is_too_odd_to_say_what_is_wrong(
        at in 0..EXAMPLE.len(),
        junk in "([\\[\\]\"'=.#{}\n\t\r\\\\]|[a-z0-9]|\\PC){0,12}",
    ) {
        let text = uncommented("#");
        let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        let text = format!("{}{junk}{}", &text[..at], &text[at..]);
        if let Err(error) = Config::parse(&text, "config.toml") {
            let shown = error.to_string();
            let place = shown.starts_with("config.toml: line ");
            assert!(place && shown.contains('^'), "{shown}");
        }
    }
}
