//! What is encoded by hand is what the types, and the schema made of them, say.

use serde_json::json;

use super::encode::{self, Kind, Partial};
use super::*;
use crate::clock::Timestamp;
use crate::reading::{Channel, Reading, Value as Said};

const TIME: Timestamp = Timestamp(1_763_829_599_619_014);
const MILLIS: f64 = 1_763_829_599_619.014;

/// Compares an event's frame to a message, and both to the schema.
fn check(kind: Kind, tail: &[u8], message: &Message<'_>) {
    let mut frame = bytes::BytesMut::new();
    encode::event(&mut frame, kind, 1043, TIME, tail);
    let payload = encode::payloads(&frame).next().unwrap();
    assert!(frame.len() <= tail.len() + encode::OVERHEAD);
    let event: Value = serde_json::from_slice(payload).unwrap();
    assert_eq!(as_floats(event), check_schema(message));
}

/// Whether a message has what its schema requires, and nothing that it does not know.
fn check_schema(message: &Message<'_>) -> Value {
    let message = serde_json::to_value(message).unwrap();
    let schema = schema();
    let definitions = &schema["$defs"];
    let variants = definitions["Message"]["oneOf"].as_array().unwrap();
    let variant = variants
        .iter()
        .find(|variant| variant["properties"]["type"]["const"] == message["type"])
        .unwrap();
    let name = variant["$ref"]
        .as_str()
        .map(|path| &path["#/$defs/".len()..]);
    let parts = [
        variant,
        name.map_or(&Value::Null, |name| &definitions[name]),
    ];
    let known = |key: &str| {
        parts
            .iter()
            .any(|part| part["properties"].get(key).is_some())
    };
    for key in message.as_object().unwrap().keys() {
        assert!(known(key), "{key} of {message}");
    }
    let required = parts.iter().filter_map(|part| part["required"].as_array());
    for key in required.flatten() {
        assert!(
            message.get(key.as_str().unwrap()).is_some(),
            "{key} of {message}"
        );
    }
    as_floats(message)
}

/// 300000 and 300000.0 are the same number.
fn as_floats(value: Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(values) => values.into_iter().map(as_floats).collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter();
            Value::Object(fields.map(|(key, value)| (key, as_floats(value))).collect())
        }
        other => other,
    }
}

#[test]
fn readings() {
    let values = [
        ("t", Said::Float(23.5), json!(23.5)),
        ("n", Said::Int(-7), json!(-7)),
        (
            "quo\"te°",
            Said::Text("a\\b\u{1}".into()),
            json!("a\\b\u{1}"),
        ),
        ("on", Said::Bool(true), json!(true)),
        ("none", Said::Null, json!(null)),
    ];
    for board_time in [None, Some(1_763_829_000_000.0), Some(0.5)] {
        let channels = values.iter().map(|(name, value, _)| Channel {
            name: (*name).into(),
            value: value.clone(),
            unit: None,
        });
        let reading = Reading {
            channels: channels.collect(),
            board_time,
            verbatim: None,
        };
        let mut tail = Vec::new();
        encode::reading_tail(&mut tail, "greenhouse", &reading);
        let message = Message::Reading {
            seq: 1043,
            time: MILLIS,
            board: "greenhouse".into(),
            board_time,
            values: values
                .iter()
                .map(|(name, _, value)| ((*name).to_owned(), value.clone()))
                .collect(),
        };
        check(Kind::Reading, &tail, &message);
    }
}

#[test]
fn texts() {
    for (text, partial) in [("Booting…", Partial::No), ("\"\u{0}\n", Partial::Yes)] {
        let mut tail = Vec::new();
        encode::text_tail(&mut tail, "b", text, partial);
        let message = Message::Text {
            seq: 1043,
            time: MILLIS,
            board: "b".into(),
            text: text.into(),
            partial: partial == Partial::Yes,
        };
        check(Kind::Text, &tail, &message);
    }
}

#[test]
fn clocks() {
    for (micros, jump) in [(300_000_000, 300_000.0), (60_000_001, 60_000.001)] {
        let message = Message::Clock {
            seq: 1043,
            time: MILLIS,
            jump,
        };
        check(Kind::Clock, &encode::clock_tail(micros), &message);
    }
}

#[test]
fn boards() {
    let value = json!(23.5);
    let bare = BoardMessage {
        seq: 1043,
        time: MILLIS,
        board: "b".into(),
        state: State::Connecting,
        reason: None,
        link: Link::Serial,
        detail: "".into(),
        channels: IndexMap::new(),
        last: None,
    };
    let info = ChannelInfo {
        unit: Some("°C".into()),
        label: Some("Air, inside".into()),
        time: Some(MILLIS),
    };
    let full = BoardMessage {
        state: State::Offline,
        reason: Some(StateReason::Offline(Reason::Unplugged)),
        detail: "/dev/tty,\"0\"".into(),
        channels: [("t".into(), info), ("h".into(), ChannelInfo::default())].into(),
        last: Some(Last {
            seq: 7,
            time: MILLIS,
            values: [("t".into(), Cow::Borrowed(&value))].into(),
        }),
        ..bare.clone()
    };
    let replaced = BoardMessage {
        state: State::Online,
        reason: Some(StateReason::Replaced),
        ..bare.clone()
    };
    for board in [bare, full, replaced] {
        let tail = encode::board_tail(&board);
        check(Kind::Board, &tail, &Message::Board(board));
    }
}

#[test]
fn other_messages_are_in_the_schema() {
    let outcome = Outcome::failed(Code::UnknownBoard, "nobody");
    let messages = [
        Message::Hello(Hello {
            protocol: PROTOCOL,
            gateway: "pi".into(),
            version: "0.1.0".into(),
            stream: "s".into(),
            seq: 1,
            resumed: false,
        }),
        Message::Gap(Gap {
            from: 1,
            to: 2,
            missed: 2,
            atmost: true,
        }),
        Message::Line {
            board: "b".into(),
            time: MILLIS,
            text: "t:1".into(),
        },
        Message::Result(CommandResult::new(Some(json!(7)), "b", &outcome)),
        Message::Error {
            code: "bad_message".into(),
            message: "not JSON".into(),
            id: None,
        },
    ];
    for message in messages {
        check_schema(&message);
    }
}
