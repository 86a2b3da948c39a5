//! What a subscriber knows of boards from what it got.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::model::Known;

/// Boards by name. With `max_rate`, a reading that was held back may come after newer
/// events, so numbers decide what is newest.
#[derive(Default)]
pub struct View {
    boards: BTreeMap<String, Seen>,
}

#[derive(Default)]
struct Seen {
    state: String,
    values: BTreeMap<String, (u64, Json)>,
    /// Number of the newest message that told everything.
    told: u64,
}

impl View {
    /// Takes a message as [`comparable`] makes it.
    pub fn learn(&mut self, json: &Json) {
        let Some(board) = json["board"].as_str() else {
            return;
        };
        let seq = json["seq"].as_u64().unwrap();
        let seen = self.boards.entry(board.to_owned()).or_default();
        match json["type"].as_str().unwrap() {
            "board" => {
                json["state"].as_str().unwrap().clone_into(&mut seen.state);
                seen.told = seq;
                seen.values.clear();
                seen.take(seq, &json["last"]);
            }
            "reading" if seq > seen.told => seen.take(seq, &json["values"]),
            _ => {}
        }
    }

    /// What is known of boards that are not removed.
    pub fn known(&self) -> BTreeMap<String, Known> {
        let there = self.boards.iter();
        let there = there.filter(|(_, seen)| !["removed", ""].contains(&&*seen.state));
        there
            .map(|(board, seen)| (board.clone(), seen.known()))
            .collect()
    }
}

impl Seen {
    fn take(&mut self, seq: u64, values: &Json) {
        for (channel, value) in values.as_object().into_iter().flatten() {
            let known = self.values.entry(channel.clone()).or_default();
            if seq >= known.0 {
                *known = (seq, value.clone());
            }
        }
    }

    fn known(&self) -> Known {
        let values = self.values.iter();
        Known {
            state: self.state.clone(),
            values: values
                .map(|(channel, (_, value))| (channel.clone(), value.clone()))
                .collect(),
        }
    }
}

/// A message without its times, and of a board only the newest values.
pub fn comparable(mut json: Json) -> Json {
    let values = json.get("last").map(|last| last["values"].clone());
    if let Some(message) = json.as_object_mut() {
        message.remove("time");
        message.remove("channels");
        if let Some(values) = values {
            message.insert("last".to_owned(), values);
        }
    }
    json
}
