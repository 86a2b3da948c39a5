//! A registry and what a subscriber to everything sees of its boards.

use std::sync::Arc;

use serde_json::Value;

use crate::boards::board::Board;
use crate::boards::http::{self, Sent};
use crate::boards::hub::Hub;
use crate::boards::registry::Registry;
use crate::boards::session::Session;
use crate::boards::{Link, publish};
use crate::clock::{Clock, Timestamp};
use crate::config::{Config, ReadingSettings};
use crate::journal::{Cursor, Journal, Next, Numbering};
use crate::name::BoardName;
use crate::wire::encode::payloads;
use crate::wire::request::Subscribe;

pub struct World {
    pub registry: Arc<Registry>,
    cursor: Cursor,
}

pub fn name(name: &str) -> BoardName {
    BoardName::new(name).unwrap()
}

impl World {
    pub fn new(config: &str) -> Self {
        let config = Config::parse(config, "test").unwrap();
        let journal = Arc::new(Journal::new(
            Numbering::forgetful("s".into()),
            config.backlog,
        ));
        let (cursor, _) = journal.subscribe(&Subscribe::default().check().unwrap(), None);
        let registry = Arc::new(Registry::new(
            Arc::new(Hub::new(journal, Clock::default())),
            &config,
        ));
        Self { registry, cursor }
    }

    pub fn board(&self, board: &str) -> Arc<Board> {
        self.registry.claim(&name(board), Link::Http).unwrap()
    }

    pub fn port(&self, board: &str) -> Arc<Board> {
        let settings = Arc::new(ReadingSettings::default());
        self.registry.serial(&name(board), settings).unwrap()
    }

    /// The events since it was last asked, as in `online http`, `t=1`, `hello`.
    pub fn said(&mut self) -> Vec<String> {
        self.events().iter().map(short).collect()
    }

    /// The same with the board before each, as in `porch online http`.
    pub fn said_by(&mut self) -> Vec<String> {
        self.events().iter().map(Self::sentence).collect()
    }

    /// An event as [`World::said_by`] has it.
    pub fn sentence(event: &Value) -> String {
        format!("{} {}", event["board"].as_str().unwrap(), short(event))
    }

    /// Waits until there are events.
    pub async fn changed(&self) {
        self.cursor.changed().await;
    }

    /// The events since it was last asked.
    pub fn events(&mut self) -> Vec<Value> {
        let mut events = Vec::new();
        while let Next::Frames(frames) = self.cursor.read(Timestamp::default()) {
            let payloads = frames.iter().flat_map(|frames| payloads(frames));
            events.extend(payloads.map(|json| serde_json::from_slice::<Value>(json).unwrap()));
        }
        events
    }
}

/// A WebSocket whose link is up.
pub fn connect(board: &Arc<Board>) -> Session {
    let mut session = Session::open(board, Link::Websocket, "");
    session.ready("192.168.1.2");
    session
}

pub fn post(board: &Board, body: &str) -> Option<usize> {
    http::post(board, body.as_bytes(), Sent::Plain).map(|(count, _)| count)
}

pub fn publish(board: &Board, line: &str) -> Option<usize> {
    publish::line(board, line).map(|(count, _)| count)
}

fn short(event: &Value) -> String {
    let word = |name: &str| event[name].as_str().unwrap_or("").to_owned();
    match event["type"].as_str().unwrap() {
        "board" => [word("state"), word("link"), word("reason")]
            .join(" ")
            .trim_end()
            .to_owned(),
        "reading" => format!("t={}", event["values"]["t"]),
        _ => word("text"),
    }
}
