//! Messages as lines that people read. Does no I/O; times are the messages' own, in UTC.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::wire::encode::timestamp;

/// Makes lines of messages; remembers the units of channels, as many as the gateway has boards.
#[derive(Default)]
pub(super) struct Lines {
    units: HashMap<String, Map<String, Value>>,
    stream: String,
}

impl Lines {
    /// The line of a message, if it has one.
    pub fn line(&mut self, message: &Value) -> Option<String> {
        match message["type"].as_str()? {
            "hello" => self.hello(message),
            "reading" => Some(self.reading(message)),
            "text" => Some(with_board(message, &clean(text(message, "text")))),
            "board" => Some(self.board(message)),
            "clock" => {
                let jump = message["jump"].as_f64().unwrap_or_default() / 1000.0;
                Some(format!("{} the clock went {jump} s ahead", time(message)))
            }
            "gap" => Some(gap(message)),
            "error" => Some(format!(
                "-- the gateway says: {}",
                clean(text(message, "message"))
            )),
            _ => None,
        }
    }

    /// Another stream than before says nothing of what was between them.
    fn hello(&mut self, message: &Value) -> Option<String> {
        let stream = text(message, "stream").to_owned();
        let before = std::mem::replace(&mut self.stream, stream);
        let another = !before.is_empty() && before != self.stream;
        another.then(|| "-- a new stream: what happened before it is unknown".to_owned())
    }

    fn reading(&self, message: &Value) -> String {
        let units = self.units.get(text(message, "board"));
        let unit = |name: &str| units?.get(name)?["unit"].as_str();
        let none = Map::new();
        let values = message["values"].as_object().unwrap_or(&none).iter();
        let shown = values.map(|(name, value)| {
            let unit = unit(name).filter(|_| !value.is_null());
            let unit = unit.map(|unit| format!(" {}", clean(unit)));
            format!(
                "{}={}{}",
                clean(name),
                shown(value),
                unit.unwrap_or_default()
            )
        });
        with_board(message, &shown.collect::<Vec<_>>().join(" "))
    }

    fn board(&mut self, message: &Value) -> String {
        let board = text(message, "board");
        match message["channels"].as_object() {
            Some(channels) if message["state"] != "removed" => {
                self.units.insert(board.to_owned(), channels.clone())
            }
            _ => self.units.remove(board),
        };
        let reason = match text(message, "reason") {
            "" => String::new(),
            reason => format!(": {reason}"),
        };
        let detail = match text(message, "detail") {
            "" => String::new(),
            detail => format!(" ({detail})"),
        };
        let state = text(message, "state");
        let said = format!("{board} is {state}{reason}{detail}");
        format!("{} {}", time(message), clean(&said))
    }
}

fn gap(message: &Value) -> String {
    let missed = message["missed"].as_u64().unwrap_or_default();
    let about = match message["atmost"] == true {
        true => "at most ",
        false => "",
    };
    format!("-- {about}{missed} events were missed")
}

fn with_board(message: &Value, said: &str) -> String {
    format!(
        "{} {}  {said}",
        time(message),
        clean(text(message, "board"))
    )
}

fn text<'m>(message: &'m Value, key: &str) -> &'m str {
    message[key].as_str().unwrap_or_default()
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(word) if word.contains(' ') => clean(&value.to_string()),
        Value::String(word) => clean(word),
        other => other.to_string(),
    }
}

/// The time of day. A message without a time keeps the column.
fn time(message: &Value) -> String {
    let time = message["time"].as_f64().map(timestamp);
    time.map_or_else(
        || "--:--:--.---".to_owned(),
        |time| time.utc("%H:%M:%S%.3f"),
    )
}

/// A board must not command the terminal.
fn clean(text: &str) -> String {
    let harmless = |c: char| c == '\t' || !c.is_control();
    if text.chars().all(harmless) {
        return text.to_owned();
    }
    let mut clean = String::new();
    for c in text.chars() {
        match harmless(c) {
            true => clean.push(c),
            false => clean.extend(c.escape_debug()),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(messages: &[&str], wanted: &[&str]) {
        let mut lines = Lines::default();
        let parsed = messages
            .iter()
            .map(|text| serde_json::from_str(text).unwrap());
        let shown: Vec<String> = parsed
            .filter_map(|message: Value| lines.line(&message))
            .collect();
        assert_eq!(shown, wanted);
    }

    const HELLO: &str = r#"{"type":"hello","stream":"s1","seq":1,"resumed":false}"#;
    const ONLINE: &str = r#"{"type":"board","time":1763829599000.5,"board":"greenhouse","state":"online","link":"serial",
        "channels":{"temperature":{"unit":"°C"},"humidity":{}}}"#;

    #[test]
    fn readings_have_the_units_of_their_channels() {
        let reading = r#"{"type":"reading","time":1763829599619.214,"board":"greenhouse",
            "values":{"temperature":23.5,"humidity":48,"door":"half open","rain":null}}"#;
        check(
            &[HELLO, ONLINE, reading],
            &[
                "16:39:59.000 greenhouse is online",
                "16:39:59.619 greenhouse  temperature=23.5 °C humidity=48 door=\"half open\" rain=null",
            ],
        );
    }

    #[test]
    fn states_and_clocks_are_sentences() {
        check(
            &[
                r#"{"type":"board","time":0,"board":"a","state":"offline","reason":"unplugged","detail":"/dev/ttyACM0"}"#,
                r#"{"type":"clock","time":86399999.9,"jump":300000}"#,
            ],
            &[
                "00:00:00.000 a is offline: unplugged (/dev/ttyACM0)",
                "23:59:59.999 the clock went 300 s ahead",
            ],
        );
    }

    #[test]
    fn text_is_shown_but_cannot_command_the_terminal() {
        check(
            &[r#"{"type":"text","time":1000,"board":"a","text":"  Booting…\t\u001b[2J"}"#],
            &["00:00:01.000 a    Booting…\t\\u{1b}[2J"],
        );
    }

    #[test]
    fn what_was_missed_is_said() {
        check(
            &[
                HELLO,
                r#"{"type":"gap","from":1,"to":9,"missed":5}"#,
                r#"{"type":"gap","from":1,"to":9,"missed":9,"atmost":true}"#,
                r#"{"type":"hello","stream":"s2","seq":1,"resumed":false}"#,
                r#"{"type":"result","id":1}"#,
            ],
            &[
                "-- 5 events were missed",
                "-- at most 9 events were missed",
                "-- a new stream: what happened before it is unknown",
            ],
        );
    }
}
