//! Facts about frames.

use super::*;
use crate::reading::{Channel, Value};

#[test]
fn an_event_is_a_frame_as_the_protocol_shows_it() {
    let channel = |name, value| Channel {
        name: Cow::Borrowed(name),
        value,
        unit: None,
    };
    let reading = Reading {
        channels: vec![
            channel("temperature", Value::Float(23.5)),
            channel("humidity", Value::Int(48)),
            channel("quo\"te", Value::Null),
        ],
        ..Reading::default()
    };
    let mut tail = Vec::new();
    reading_tail(&mut tail, "greenhouse", &reading);
    let mut out = BytesMut::new();
    event(
        &mut out,
        Kind::Reading,
        1043,
        Timestamp(1_763_829_599_619_214),
        &tail,
    );
    let wanted = r#"{"type":"reading","seq":1043,"time":1763829599619.214,"board":"greenhouse","values":{"temperature":23.5,"humidity":48,"quo\"te":null}}"#;
    assert_eq!(payloads(&out).collect::<Vec<_>>(), [wanted.as_bytes()]);
}

#[test]
fn frames_of_each_size_are_found_again() {
    for length in [0, 1, 125, 126, 127, 0xffff, 0x10000] {
        let json = vec![b'x'; length];
        let two = [frame::text(&json), frame::text(b"{}")].concat();
        let got: Vec<_> = payloads(&two).collect();
        assert_eq!(got, [&json[..], b"{}"], "{length}");
    }
}

#[test]
fn an_array_holds_every_message() {
    let frames = [
        frame::text(br#"{"a":1}"#),
        [frame::text(b"2"), frame::text(b"3")].concat().into(),
    ];
    let joined = array(frames.iter().map(|frame| &frame[..]));
    assert_eq!(payloads(&joined).next().unwrap(), br#"[{"a":1},2,3]"#);
}
