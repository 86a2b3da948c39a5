//! Bytes that no board should send, and all boards do.

/// What wrong baud rates, brown-outs and half-written flash put on the line.
const SHARDS: [&[u8]; 7] = [
    &[0xff],
    &[0x00],
    &[0xc3, 0x28],
    &[0xe2, 0x82],
    &[0xf8, 0x80],
    b"{\"te",
    b"\r\n",
];

/// See [`garbage`](super::garbage).
pub fn garbage(rng: &mut fastrand::Rng, count: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(count + 4);
    while bytes.len() < count {
        bytes.extend_from_slice(SHARDS[rng.usize(..SHARDS.len())]);
    }
    bytes.truncate(count);
    bytes
}

/// See [`long_line`](super::long_line).
pub fn long_line(count: usize) -> Vec<u8> {
    b"too-long ".iter().copied().cycle().take(count).collect()
}
