//! Frames as a server sends them: never masked, never fragmented.
//! Knows nothing of sockets.

use bytes::{BufMut, Bytes, BytesMut};

const TEXT: u8 = 0x81;
const BINARY: u8 = 0x82;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;

/// What a control frame may hold, in bytes (RFC 6455, 5.5).
pub const MAX_CONTROL: usize = 125;

/// The longest head of a frame, in bytes.
pub const MAX_HEAD: usize = 10;

/// A whole text frame. `payload` is UTF-8, of any length.
pub fn text(payload: &[u8]) -> Bytes {
    frame(TEXT, payload)
}

/// A whole binary frame, of any length.
pub fn binary(payload: &[u8]) -> Bytes {
    frame(BINARY, payload)
}

/// A ping without payload, which is all that some boards can answer.
pub fn ping() -> Bytes {
    Bytes::from_static(&[PING, 0])
}

/// The answer to a ping; a payload is cut after [`MAX_CONTROL`] bytes.
pub fn pong(payload: &[u8]) -> Bytes {
    frame(PONG, &payload[..payload.len().min(MAX_CONTROL)])
}

/// A Close with a code, or without one if it answers a Close that had none.
/// A reason is cut at a character after at most 123 bytes.
pub fn close(code: Option<u16>, reason: &str) -> Bytes {
    let Some(code) = code else {
        return Bytes::from_static(&[CLOSE, 0]);
    };
    let fits = |end: &usize| reason.is_char_boundary(*end);
    let end = (0..=reason.len().min(MAX_CONTROL - 2)).rev().find(fits);
    let reason = &reason[..end.unwrap_or(0)];
    frame(CLOSE, &[&code.to_be_bytes(), reason.as_bytes()].concat())
}

/// Where the frame ends that holds the byte at `at`; `at` itself if no frame is begun
/// there. `frames` begins with a head and holds whole frames only.
pub fn end_of_frame(frames: &[u8], at: usize) -> usize {
    let mut end = 0;
    while end < at {
        end += length_of_first(&frames[end..]);
    }
    end
}

/// Head and payload of the first frame; all of `frames` if that is not even a head.
fn length_of_first(frames: &[u8]) -> usize {
    let whole = parts(frames).map(|(head, payload)| head.saturating_add(payload));
    whole.unwrap_or(frames.len()).min(frames.len())
}

/// How many bytes the head and the payload of the first frame have; `None` if that is not
/// even a head.
pub fn parts(frames: &[u8]) -> Option<(usize, usize)> {
    match *frames.get(1)? {
        126 => {
            let length = frames.get(2..4)?.try_into().ok()?;
            Some((4, u16::from_be_bytes(length).into()))
        }
        127 => {
            let length = frames.get(2..10)?.try_into().ok()?;
            Some((10, usize::try_from(u64::from_be_bytes(length)).ok()?))
        }
        short => Some((2, short.into())),
    }
}

/// Appends the head of a text frame whose payload, of `len` bytes, follows.
pub fn put_text_head(out: &mut BytesMut, len: usize) {
    let (head, used) = head(TEXT, len);
    out.put_slice(&head[..used]);
}

/// How many bytes the head has, without a mask, in front of a payload of so many.
pub fn head_length(payload: usize) -> usize {
    head(TEXT, payload).1
}

fn frame(kind: u8, payload: &[u8]) -> Bytes {
    let (head, used) = head(kind, payload.len());
    let mut whole = BytesMut::with_capacity(used + payload.len());
    whole.put_slice(&head[..used]);
    whole.put_slice(payload);
    whole.freeze()
}

fn head(kind: u8, len: usize) -> ([u8; MAX_HEAD], usize) {
    let mut head = [0; MAX_HEAD];
    head[0] = kind;
    match (u8::try_from(len), u16::try_from(len)) {
        (Ok(short @ ..126), _) => {
            head[1] = short;
            (head, 2)
        }
        (_, Ok(medium)) => {
            head[1] = 126;
            head[2..4].copy_from_slice(&medium.to_be_bytes());
            (head, 4)
        }
        _ => {
            head[1] = 127;
            head[2..10].copy_from_slice(&(len as u64).to_be_bytes());
            (head, 10)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(len: usize, head: &[u8]) {
        let payload = vec![b'x'; len];
        let frame = text(&payload);
        assert_eq!(&frame[..head.len()], head, "{len}");
        assert_eq!(&frame[head.len()..], payload, "{len}");
    }

    #[test]
    fn lengths_take_the_shortest_form() {
        check(0, &[0x81, 0]);
        check(125, &[0x81, 125]);
        check(126, &[0x81, 126, 0, 126]);
        check(65535, &[0x81, 126, 255, 255]);
        check(65536, &[0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
    }

    #[test]
    fn the_end_of_a_frame_is_found_from_any_byte_in_it() {
        let lengths = [0, 5, 126, 70_000, 1];
        let frames: Vec<Bytes> = lengths.map(|len| binary(&vec![0x81; len])).to_vec();
        let joined = frames.concat();
        let mut start = 0;
        for frame in frames {
            let end = start + frame.len();
            assert_eq!(end_of_frame(&joined, start), start);
            for at in [start + 1, end - 1, end] {
                assert_eq!(end_of_frame(&joined, at), end, "{at}");
            }
            start = end;
        }
    }

    #[test]
    fn control_frames_stay_short() {
        assert_eq!(close(None, "ignored"), [0x88, 0][..]);
        assert_eq!(close(Some(4008), "slow"), b"\x88\x06\x0f\xa8slow"[..]);
        assert_eq!(close(Some(1000), &"ä".repeat(99)).len(), 2 + 2 + 122);
        assert_eq!(pong(&[7; 200]).len(), 2 + MAX_CONTROL);
    }
}
