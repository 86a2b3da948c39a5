//! As much of MQTT 3.1.1 as a load needs: everything with quality of service 0.

use super::marker::Marker;

/// A clean session without a keep-alive and without a name of its own.
pub const CONNECT: [u8; 14] = *b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x00\x00\x00";

/// The broker takes it.
pub const CONNECTED: [u8; 4] = [0x20, 2, 0, 0];

/// To the topic of all messages.
pub const SUBSCRIBE: [u8; 12] = *b"\x82\x0a\x00\x01\x00\x05bench\x00";

/// The broker granted quality of service 0.
pub const SUBSCRIBED: [u8; 5] = [0x90, 3, 0, 1, 0];

const TOPIC: [u8; 7] = *b"\x00\x05bench";

/// Kind and length, which needs two bytes from 128 to 16383.
const HEAD: usize = 3;

/// Appends a message of so many bytes with its head, whose payload begins with a marker.
pub fn publish(marker: Marker, length: usize, out: &mut Vec<u8>) {
    let mut body = TOPIC.to_vec();
    marker.write(&mut body);
    body.resize(body.len().max(length.saturating_sub(HEAD)), b'.');
    out.push(0x30);
    remaining(body.len(), out);
    out.extend_from_slice(&body);
}

/// A length in groups of seven bits, the lowest first.
fn remaining(mut length: usize, out: &mut Vec<u8>) {
    while length >= 128 {
        out.push(0x80 | (length & 0x7f) as u8);
        length >>= 7;
    }
    out.push(length as u8);
}
