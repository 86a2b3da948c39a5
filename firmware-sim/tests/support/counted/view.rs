//! What one subscriber was told, over all its connections: which of the boards' numbers it
//! missed, which gaps it was told of, and what broke the protocol's rules.
//! Knows neither sockets nor what was sent. Keeps losses, not events: a soak is long.

use std::collections::HashMap;

use serde_json::Value;

/// A subscriber that never asks for `history` nor `max_rate`, and resumes where it was.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Ids of the streams it was told, each once, the newest last.
    pub streams: Vec<String>,
    pub hellos: u64,
    /// Hellos without a resume after the first: of the same stream, and of another.
    pub unresumed: u64,
    pub beginnings: u64,
    /// Readings with a counter.
    pub readings: u64,
    pub gaps: Vec<Gap>,
    /// Numbers that were left out, for a subscriber of everything.
    pub jumps: u64,
    /// What must never happen, as far as it fits; and how often it did.
    pub wrong: Vec<String>,
    pub wrongs: u64,
    pub(super) boards: HashMap<String, Newest>,
    pub(super) holes: Vec<Hole>,
    /// Numbers are compared within one epoch; another stream begins another.
    epoch: u32,
    /// The largest number seen or told.
    last: u64,
    /// A `board` message up to this number belongs to a snapshot.
    snapshot: u64,
}

/// A place in all that was told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub epoch: u32,
    pub seq: u64,
}

/// The newest that was heard of a board.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Newest {
    pub n: u64,
    pub place: Place,
}

/// Numbers of a board that were not seen, between two that were.
#[derive(Clone, Debug)]
pub(super) struct Hole {
    pub board: String,
    pub after: Newest,
    pub before: Newest,
    /// The session of the one behind the hole.
    pub session: u32,
}

/// A gap as it was told.
#[derive(Clone, Copy, Debug)]
pub struct Gap {
    epoch: u32,
    pub from: u64,
    pub to: u64,
    pub missed: u64,
}

impl Gap {
    /// Whether anything strictly between these places lies in it.
    pub(super) fn touches(&self, after: Place, before: Place) -> bool {
        let (from, to) = (self.place(self.from), self.place(self.to));
        from < before && to > after
    }

    pub(super) fn holds(&self, place: Place) -> bool {
        (self.place(self.from)..=self.place(self.to)).contains(&place)
    }

    fn place(&self, seq: u64) -> Place {
        Place {
            epoch: self.epoch,
            seq,
        }
    }
}

/// More than a test's failure needs to show.
const MAX_WRONG: usize = 20;

impl View {
    /// What the subscriber asks for when it connects: to go on where it was.
    pub fn query(&self, boards: &str) -> String {
        let place = self.streams.last();
        let place = place.map(|stream| format!("stream={stream}&since={}", self.last));
        let boards = (!boards.is_empty()).then(|| format!("boards={boards}"));
        let parts: Vec<_> = boards.into_iter().chain(place).collect();
        match parts.is_empty() {
            true => String::new(),
            false => format!("?{}", parts.join("&")),
        }
    }

    /// Takes a message.
    pub fn hear(&mut self, message: &Value) {
        match message["type"].as_str() {
            Some("hello") => self.hello(message),
            Some("gap") => self.gap(message),
            Some("board") if number(message, "seq") <= self.snapshot => self.snapshot(message),
            Some("reading") => self.reading(message),
            Some("board" | "text" | "clock") => {
                self.advance(message);
            }
            _ => self.wrong(format!("a message that nobody asked for: {message}")),
        }
    }

    /// The newest number of a board that was seen or shown.
    pub fn newest(&self, board: &str) -> u64 {
        self.boards.get(board).map_or(0, |newest| newest.n)
    }

    fn hello(&mut self, hello: &Value) {
        let (stream, head) = (&hello["stream"], number(hello, "seq"));
        let stream = stream.as_str().unwrap_or_default();
        // One that was told before the present one is another, too: numbers that were seen
        // under the present one are not its.
        let known = self.streams.last().is_some_and(|known| known == stream);
        let first = self.streams.is_empty();
        self.hellos += 1;
        if !known {
            self.streams.push(stream.to_owned());
        }
        self.snapshot = 0;
        let resumed = hello["resumed"] == true;
        match (resumed, known || first) {
            (true, _) if first => self.wrong(format!("resumed from nothing: {hello}")),
            (true, _) => {}
            (false, true) => {
                self.unresumed += u64::from(!first);
                self.snapshot = head;
            }
            (false, false) => {
                self.beginnings += 1;
                (self.epoch, self.last, self.snapshot) = (self.epoch + 1, 0, head);
            }
        }
        if head < self.last {
            self.wrong(format!("the head is behind {}: {hello}", self.last));
        }
        if first || !(resumed || known) {
            self.last = head;
        }
    }

    fn gap(&mut self, gap: &Value) {
        let told = Gap {
            epoch: self.epoch,
            from: number(gap, "from"),
            to: number(gap, "to"),
            missed: number(gap, "missed"),
        };
        if told.from <= self.last || told.to < told.from || told.missed == 0 {
            self.wrong(format!("a gap after {}: {gap}", self.last));
        }
        self.gaps.push(told);
        self.last = self.last.max(told.to);
        self.snapshot = self.snapshot.max(told.to);
    }

    /// The first snapshot is where counting begins; later ones owe nothing by themselves.
    fn snapshot(&mut self, board: &Value) {
        if self.epoch > 0 || self.unresumed > 0 || !self.gaps.is_empty() {
            return;
        }
        if let Some(n) = board["last"]["values"]["n"].as_u64() {
            let seq = number(&board["last"], "seq");
            let place = self.place(seq);
            let name = board["board"].as_str().unwrap_or_default().to_owned();
            self.boards.insert(name, Newest { n, place });
        }
    }

    fn reading(&mut self, reading: &Value) {
        let seq = self.advance(reading);
        let Some(n) = reading["values"]["n"].as_u64() else {
            return;
        };
        self.readings += 1;
        let board = reading["board"].as_str().unwrap_or_default();
        let place = self.place(seq);
        let after = self.boards.get(board).copied().unwrap_or_default();
        let before = Newest { n, place };
        if n <= after.n {
            self.wrong(format!("{} came after number {}", reading, after.n));
        }
        if n > after.n + 1 {
            self.holes.push(Hole {
                board: board.to_owned(),
                after,
                before,
                session: number(&reading["values"], "session") as u32,
            });
        }
        self.boards.insert(board.to_owned(), before);
    }

    /// An event's number, which must be larger than all before it.
    fn advance(&mut self, event: &Value) -> u64 {
        let seq = number(event, "seq");
        if seq <= self.last {
            self.wrong(format!("after {}: {event}", self.last));
        }
        self.jumps += seq.saturating_sub(self.last + 1);
        self.last = self.last.max(seq);
        seq
    }

    fn place(&self, seq: u64) -> Place {
        Place {
            epoch: self.epoch,
            seq,
        }
    }

    fn wrong(&mut self, what: String) {
        self.wrongs += 1;
        if self.wrong.len() < MAX_WRONG {
            self.wrong.push(what);
        }
    }
}

fn number(message: &Value, name: &str) -> u64 {
    message[name].as_u64().unwrap_or_default()
}
