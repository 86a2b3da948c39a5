//! Every log in `firmware-sim/logs`: what a real board printed becomes the events beside
//! it, however its bytes are cut. `BLESS=1` writes the events anew.

use std::fs;
use std::path::{Path, PathBuf};

use firmware_sim::log::{Reader, What};
use serde_json::{Map, Value, json};

use crate::boards::session::Session;
use crate::boards::testing::World;
use crate::boards::{Link, Reason};
use crate::metrics::Drop;

/// What a port yields at one `read`.
#[derive(Clone, Copy, Debug)]
enum Cut {
    /// All of an opening at once.
    Whole,
    /// As it was recorded.
    Recorded,
    /// Byte by byte.
    Bytes,
    /// Up to 40 bytes, by this seed.
    Random(u64),
}

const CUTS: [Cut; 6] = [
    Cut::Recorded,
    Cut::Bytes,
    Cut::Random(1),
    Cut::Random(2),
    Cut::Random(3),
    Cut::Random(4),
];

impl Cut {
    fn pieces(self, opening: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let bytes = opening.concat();
        match self {
            Self::Whole => vec![bytes],
            Self::Recorded => opening.to_vec(),
            Self::Bytes => bytes.chunks(1).map(<[u8]>::to_vec).collect(),
            Self::Random(seed) => random_pieces(&bytes, seed),
        }
    }
}

fn random_pieces(mut bytes: &[u8], seed: u64) -> Vec<Vec<u8>> {
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut pieces = Vec::new();
    while !bytes.is_empty() {
        let (piece, rest) = bytes.split_at(rng.usize(1..=40).min(bytes.len()));
        pieces.push(piece.to_vec());
        bytes = rest;
    }
    pieces
}

/// The pieces of each opening of the port.
fn openings(log: &Path) -> Vec<Vec<Vec<u8>>> {
    let mut openings = Vec::new();
    for entry in Reader::open(log).unwrap() {
        match entry.unwrap_or_else(|why| panic!("{why}")).what {
            What::Open => openings.push(Vec::new()),
            What::Bytes(bytes) => openings.last_mut().unwrap().push(bytes),
            What::Close => {}
        }
    }
    openings
}

/// What a subscriber sees, and then what was dropped, one JSON object a line.
fn events(openings: &[Vec<Vec<u8>>], cut: Cut) -> String {
    let mut world = World::new("");
    let board = world.port("log");
    let mut lines = String::new();
    for opening in openings {
        let mut session = Session::open(&board, Link::Serial, "\n").syncing(None, "");
        session.ready("");
        for piece in cut.pieces(opening) {
            session.bytes(&piece);
        }
        session.end(Reason::Unplugged, "");
        let said = world.events().into_iter().filter_map(said);
        said.for_each(|event| lines.push_str(&format!("{event}\n")));
    }
    let dropped = Drop::ALL.iter().filter_map(|why| {
        let count = board.tally().dropped(*why);
        (count > 0).then(|| (why.name().to_owned(), json!(count)))
    });
    let dropped: Map<String, Value> = dropped.collect();
    lines + &json!({ "dropped": dropped }).to_string() + "\n"
}

/// An event without what differs from run to run; states are not the log's.
fn said(event: Value) -> Option<Value> {
    let wanted = |key: &&String| matches!(key.as_str(), "values" | "text" | "partial");
    let event = event.as_object()?;
    if event["type"] == "board" {
        return None;
    }
    let kept = event.iter().filter(|(key, _)| wanted(key));
    Some(Value::Object(
        kept.map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
    ))
}

fn logs() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/firmware-sim/logs");
    let files = fs::read_dir(folder).unwrap();
    let mut logs: Vec<_> = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "log"))
        .collect();
    logs.sort();
    logs
}

/// What is wrong with a log's events, if anything.
fn wrong(log: &Path) -> Option<String> {
    let openings = openings(log);
    let found = events(&openings, Cut::Whole);
    let differs = |cut: &&Cut| events(&openings, **cut) != found;
    if let Some(cut) = CUTS.iter().find(differs) {
        return Some(format!("{}: differs by {cut:?}", log.display()));
    }
    let expected = log.with_extension("jsonl");
    if std::env::var_os("BLESS").is_some() {
        fs::write(expected, found).unwrap();
        return None;
    }
    let wanted = fs::read_to_string(&expected).unwrap_or_default();
    let same = found
        .lines()
        .zip(wanted.lines())
        .take_while(|(a, b)| a == b);
    let line = same.count();
    let at = |text: &str| text.lines().nth(line).unwrap_or("nothing").to_owned();
    (found != wanted).then(|| {
        let (log, line) = (log.display(), line + 1);
        format!(
            "{log}: event {line}\n  wanted {}\n  found  {}",
            at(&wanted),
            at(&found)
        )
    })
}

#[test]
fn recorded_boards_say_the_same_however_their_bytes_are_cut() {
    let logs = logs();
    assert!(logs.len() >= 40, "{} logs", logs.len());
    let wrong: Vec<_> = logs.iter().filter_map(|log| wrong(log)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
