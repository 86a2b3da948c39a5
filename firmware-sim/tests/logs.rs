//! Every log in `logs`, from a port through the gateway to a subscriber: the events that
//! are written beside it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use firmware_sim::log::{Reader, What};

use crate::support::gateway::Metrics;
use crate::support::{Gateway, Subscriber, Usb, Value, json, soon};

/// A log and the port on which it is played.
struct Log {
    name: String,
    usb: Usb,
    /// The bytes of each opening.
    openings: Vec<Vec<u8>>,
    /// Its events, and at the end what was dropped.
    expected: Vec<Value>,
    sent: usize,
}

impl Log {
    fn read(path: &Path) -> Self {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let expected = std::fs::read_to_string(path.with_extension("jsonl")).unwrap();
        Self {
            name: name.to_owned(),
            usb: Usb::absent(name),
            openings: openings(path),
            expected: expected
                .lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect(),
            sent: 0,
        }
    }

    fn all() -> Vec<Self> {
        let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/logs")).unwrap();
        let files = files.map(|file| file.unwrap().path());
        let logs: Vec<PathBuf> = files
            .filter(|path| path.extension().is_some_and(|kind| kind == "log"))
            .collect();
        logs.iter().map(|path| Self::read(path)).collect()
    }

    /// What is wrong with how its board ended up, if anything.
    fn wrong(&self, metrics: &Metrics, events: &HashMap<String, Vec<Value>>) -> Option<String> {
        let reasons = ["malformed", "too_long", "torn", "channel_limit"];
        let drops = reasons.map(|reason| (reason, metrics.dropped(&self.name, reason)));
        let drops = drops.into_iter().filter(|(_, count)| *count > 0);
        let drops: serde_json::Map<_, _> = drops
            .map(|(reason, count)| (reason.to_owned(), json!(count)))
            .collect();
        let mut found = events.get(&self.name).cloned().unwrap_or_default();
        found.push(json!({ "dropped": drops }));
        (found != self.expected).then(|| {
            let (wanted, found) = (json!(self.expected), json!(found));
            format!("{}\n  wanted {wanted}\n  found  {found}", self.name)
        })
    }

    fn is_read(&self, metrics: &Metrics) -> bool {
        let line = format!("boardcast_received_bytes_total{{board=\"{}\"}} ", self.name);
        let count = metrics.0.lines().find_map(|text| text.strip_prefix(&line));
        count.map_or(0, |count| count.parse().unwrap()) == self.sent
    }
}

fn openings(path: &Path) -> Vec<Vec<u8>> {
    let mut openings = Vec::new();
    for entry in Reader::open(path).unwrap() {
        match entry.unwrap().what {
            What::Open => openings.push(Vec::new()),
            What::Bytes(bytes) => openings.last_mut().unwrap().extend(bytes),
            What::Close => {}
        }
    }
    openings
}

/// Takes what boards say until so many have come to this state.
async fn collect(
    subscriber: &mut Subscriber,
    events: &mut HashMap<String, Vec<Value>>,
    state: &str,
    mut count: usize,
) {
    while count > 0 {
        let event = subscriber.next().await;
        let said = match event["type"].as_str() {
            Some("reading") => json!({"values": event["values"]}),
            Some("text") if event["partial"] == true => {
                json!({"text": event["text"], "partial": true})
            }
            Some("text") => json!({"text": event["text"]}),
            _ => {
                count -= usize::from(event["state"] == state);
                continue;
            }
        };
        let board = event["board"].as_str().unwrap().to_owned();
        events.entry(board).or_default().push(said);
    }
}

/// Plays the opening of this number of every log that has one, all at the same time.
async fn play(
    gateway: &Gateway,
    logs: &mut [Log],
    number: usize,
    subscriber: &mut Subscriber,
    events: &mut HashMap<String, Vec<Value>>,
) -> usize {
    let mut playing: Vec<&mut Log> = logs
        .iter_mut()
        .filter(|log| log.openings.len() > number)
        .collect();
    let count = playing.len();
    playing
        .iter_mut()
        .for_each(|log| log.usb.port.plug().unwrap());
    collect(subscriber, events, "online", count).await;
    for log in &mut playing {
        let bytes = log.openings[number].clone();
        log.usb.print(&bytes).await;
        log.sent += bytes.len();
    }
    let all_read = async {
        loop {
            let metrics = gateway.metrics().await;
            if playing.iter().all(|log| log.is_read(&metrics)) {
                return;
            }
        }
    };
    soon("all bytes to be read", all_read).await;
    playing.iter_mut().for_each(|log| log.usb.port.unplug());
    collect(subscriber, events, "offline", count).await;
    count
}

#[tokio::test]
async fn recorded_boards_say_the_same_through_the_gateway() {
    let mut logs = Log::all();
    let tables: String = logs.iter().map(|log| log.usb.toml("")).collect();
    let gateway = Gateway::start(&tables).await;
    let mut subscriber = gateway.subscriber("?batch=true").await;
    let mut events = HashMap::new();
    // Absent is offline, and is said once each.
    collect(&mut subscriber, &mut events, "offline", logs.len()).await;
    let mut number = 0;
    while play(&gateway, &mut logs, number, &mut subscriber, &mut events).await > 0 {
        number += 1;
    }
    let metrics = gateway.metrics().await;
    let wrong: Vec<_> = logs
        .iter()
        .filter_map(|log| log.wrong(&metrics, &events))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} logs:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
