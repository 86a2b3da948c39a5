//! `[[serial]]` and `[[board]]`, and what must not be there twice.

use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use super::channels::{example, reading};
use crate::config::error::Fault;
use crate::config::table::{Item, Table};
use crate::config::value::{choice, duration, flag, pattern, text, whole};
use crate::config::{Config, Flow, Line, Parity, PortMatch, Reset, SerialBoard, WifiBoard};
use crate::name::BoardName;

/// What is appended to a command: a line end, in the widest sense.
const MAX_SEND_END: usize = 8;

const PARITIES: [(&str, Parity); 3] = [
    ("none", Parity::None),
    ("even", Parity::Even),
    ("odd", Parity::Odd),
];

const FLOWS: [(&str, Flow); 3] = [
    ("none", Flow::None),
    ("software", Flow::Software),
    ("hardware", Flow::Hardware),
];

const RESETS: [(&str, Reset); 3] = [
    ("never", Reset::Never),
    ("once", Reset::Once),
    ("always", Reset::Always),
];

/// Reads all boards of a file; the other sections are the default's.
pub(super) fn boards(top: &mut Table) -> Config {
    let mut taken = Taken::default();
    let serial = top.several("serial").into_iter();
    let serial = serial
        .filter_map(|table| serial_board(table, &mut taken))
        .collect();
    let boards = top.several("board").into_iter();
    let boards = boards
        .filter_map(|table| wifi_board(table, &mut taken))
        .collect();
    taken.report(top);
    Config {
        serial,
        boards,
        ..Config::default()
    }
}

fn serial_board(mut table: Table, taken: &mut Taken) -> Option<SerialBoard> {
    let board = board_name(&mut table);
    let port = port(&mut table);
    if let Some(name) = &board {
        taken
            .names
            .push((name.to_string(), table.value_place("board")));
    }
    if let Some((port, place)) = &port {
        taken.ports.push((port.to_string(), place.clone()));
    }
    let line = line(&mut table);
    // Read on without a name or a port: the other keys may be wrong too.
    let board = board.map_or_else(|| BoardName::new("unnamed"), Ok).ok()?;
    let (port, _) = port.unwrap_or((PortMatch::Path(PathBuf::new()), 0..0));
    let default = SerialBoard::new(board, port);
    let settle = duration(Duration::ZERO..=Duration::from_secs(60));
    let serial = SerialBoard {
        line,
        send_end: table.or("send_end", default.send_end, |item, end| {
            send_end(item, end)
        }),
        reset: table.or("reset", default.reset, choice(&RESETS)),
        settle: table.or("settle", default.settle, settle),
        ready: table.maybe("ready", &example("^ready"), pattern),
        trust_hello: table.or("trust_hello", default.trust_hello, flag),
        reading: reading(&mut table),
        ..default
    };
    table.finish();
    Some(serial)
}

fn wifi_board(mut table: Table, taken: &mut Taken) -> Option<WifiBoard> {
    let board = board_name(&mut table);
    if let Some(name) = &board {
        taken
            .names
            .push((name.to_string(), table.value_place("board")));
    }
    let reading = reading(&mut table);
    table.later(&["token"]);
    table.finish();
    board.map(|board| WifiBoard { board, reading })
}

fn board_name(table: &mut Table) -> Option<BoardName> {
    if !table.has("board") {
        let message = format!(
            "{} lacks its name, as in board = \"greenhouse\"",
            table.title()
        );
        table.fault(table.place(), message);
    }
    let example = BoardName::new("greenhouse").ok()?;
    table.maybe("board", &example, |item, example| {
        let name = BoardName::new(text(item, example.as_str())?);
        name.map_err(|why| Fault::new(item.span(), format!("is wrong: {why}")))
    })
}

fn line(table: &mut Table) -> Line {
    let default = Line::default();
    Line {
        baud: table.or("baud", default.baud, whole(1..=20_000_000)),
        data_bits: table.or("data_bits", default.data_bits, whole(5..=8)),
        parity: table.or("parity", default.parity, choice(&PARITIES)),
        stop_bits: table.or("stop_bits", default.stop_bits, whole(1..=2)),
        flow: table.or("flow", default.flow, choice(&FLOWS)),
    }
}

/// The port by one of its two keys, with the place of what names it.
fn port(table: &mut Table) -> Option<(PortMatch, Range<usize>)> {
    let (by_path, by_usb) = (table.has("port"), table.has("usb"));
    let path_example = PortMatch::Path("/dev/ttyACM0".into());
    let path = table.maybe("port", &path_example, |item, _| device(item));
    let usb = table.maybe("usb", &path_example, |item, _| usb(item));
    if by_path && by_usb {
        let message = "`port` and `usb` both say where the board is: keep one of them";
        table.fault(table.key_place("usb"), message);
    }
    if !by_path && !by_usb {
        let message = "[[serial]] lacks its port: `port = \"/dev/…\"` or `usb = \"2341:0043\"` (`boardcast ports` lists them)";
        table.fault(table.place(), message);
    }
    let key = if by_path { "port" } else { "usb" };
    path.or(usb).map(|port| (port, table.value_place(key)))
}

fn device(item: Item) -> Result<PortMatch, Fault> {
    let path = text(item, "/dev/ttyACM0")?;
    if path.starts_with('/') && !path.contains('\0') {
        return Ok(PortMatch::Path(path.into()));
    }
    let message = match path.split_once(':') {
        Some(_) => {
            "must be a path that begins with `/`; for a USB id write `usb = \"…\"`".to_owned()
        }
        None => format!(
            "must be a path that begins with `/`, as in \"/dev/{}\"",
            name_of_device(path)
        ),
    };
    Err(Fault::new(item.span(), message))
}

/// Names from other systems do not exist here.
fn name_of_device(path: &str) -> &str {
    if path.starts_with("tty") {
        path
    } else {
        "ttyACM0"
    }
}

fn usb(item: Item) -> Result<PortMatch, Fault> {
    let written = text(item, "2341:0043")?;
    let mut parts = written.splitn(3, ':');
    let mut id = || {
        let part = parts.next()?;
        let digits = part.strip_prefix("0x").unwrap_or(part);
        let fits = (1..=4).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| fits)
    };
    let ids = id().zip(id());
    let serial = parts.next();
    match (ids, serial) {
        (Some((vendor, product)), serial) if serial != Some("") => Ok(PortMatch::Usb {
            vendor,
            product,
            serial: serial.map(str::to_owned),
        }),
        _ => {
            let message = "must be vendor and product in hexadecimal, as in \"2341:0043\", or with the serial number, as in \"2341:0043:7563\" (`boardcast ports` lists them)";
            Err(Fault::new(item.span(), message))
        }
    }
}

fn send_end(item: Item, example: &str) -> Result<String, Fault> {
    let end = text(item, example)?;
    if end.len() > MAX_SEND_END {
        let message = format!("must have at most {MAX_SEND_END} bytes");
        return Err(Fault::new(item.span(), message));
    }
    Ok(end.to_owned())
}

/// Names and ports of the boards so far, with their places.
#[derive(Default)]
struct Taken {
    names: Vec<(String, Range<usize>)>,
    ports: Vec<(String, Range<usize>)>,
}

impl Taken {
    fn report(mut self, top: &Table) {
        for (name, place, line) in twice(&mut self.names, top) {
            let message =
                format!("`{name}` is the name of another board, on line {line}: each has its own");
            top.fault(place, message);
        }
        for (port, place, line) in twice(&mut self.ports, top) {
            let message =
                format!("{port} is the port of another board, on line {line}: each has its own");
            top.fault(place, message);
        }
    }
}

/// What is there again, where, and the line of its first place.
fn twice(taken: &mut [(String, Range<usize>)], top: &Table) -> Vec<(String, Range<usize>, usize)> {
    taken.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.start.cmp(&b.1.start)));
    let mut again = Vec::new();
    for same in taken.chunk_by(|a, b| a.0 == b.0) {
        let first = top.line(&same[0].1);
        let others = same[1..].iter();
        again.extend(others.map(|(what, place)| (what.clone(), place.clone(), first)));
    }
    again
}
