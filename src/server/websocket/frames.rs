//! Frames as fastwebsockets reads them from one client, and why there are no more.

use std::io;

use bytes::Bytes;
use fastwebsockets::{Frame, OpCode, Payload, Role, WebSocketError, WebSocketRead};
use tokio::io::sink;

use super::Options;
use super::input::Input;
use crate::wire::frame::{MAX_CONTROL, head_length};

/// Why nothing more can be read. Not an error that an owner could mend.
#[derive(Debug)]
pub enum Ended {
    /// The client went without a Close.
    Eof,
    /// The connection broke.
    Io(io::Error),
    /// The client broke the protocol; the connection is to be closed with this code.
    Protocol {
        /// 1002, 1007 or 1009.
        code: u16,
        /// What it did, for the log and the Close.
        why: &'static str,
    },
}

/// A frame that owns its bytes, and says whether it was masked.
pub(super) struct Received {
    pub fin: bool,
    pub opcode: OpCode,
    pub masked: bool,
    pub payload: Bytes,
}

impl Received {
    /// How many bytes it had, at least: a client may write a length in more than it needs.
    pub fn length(&self) -> u64 {
        let mask = if self.masked { 4 } else { 0 };
        (head_length(self.payload.len()) + mask + self.payload.len()) as u64
    }
}

impl From<Frame<'_>> for Received {
    fn from(mut frame: Frame<'_>) -> Self {
        // The mask is private, and shows only in a head.
        let mut head = [0; 16];
        frame.fmt_head(&mut head);
        let payload = match frame.payload {
            Payload::Bytes(bytes) => bytes.freeze(),
            other => Vec::from(other).into(),
        };
        Self {
            fin: frame.fin,
            opcode: frame.opcode,
            masked: head[1] & 0x80 != 0,
            payload,
        }
    }
}

/// Reads whole frames, of at most a message's length each.
pub(super) fn frames(input: Input, options: &Options) -> WebSocketRead<Input> {
    let (mut frames, _) = fastwebsockets::after_handshake_split(input, sink(), Role::Server);
    frames.set_auto_close(false);
    frames.set_auto_pong(false);
    // It refuses a frame of exactly this size, too.
    frames.set_max_message_size(options.max_message.max(MAX_CONTROL).saturating_add(1));
    frames
}

/// Why there is no frame.
pub(super) fn ended(error: WebSocketError) -> Ended {
    match error {
        WebSocketError::UnexpectedEOF => Ended::Eof,
        WebSocketError::IoError(why) => Ended::Io(why),
        WebSocketError::InvalidUTF8 => protocol(1007, "text is not utf-8"),
        WebSocketError::FrameTooLarge => protocol(1009, "message is too large"),
        WebSocketError::ReservedBitsNotZero => protocol(1002, "reserved bit is set"),
        WebSocketError::ControlFrameFragmented => protocol(1002, "control frame is fragmented"),
        WebSocketError::PingFrameTooLarge => protocol(1002, "ping is above 125 bytes"),
        WebSocketError::InvalidValue => protocol(1002, "opcode is reserved"),
        other => Ended::Io(io::Error::other(other)),
    }
}

/// The end that a client's breach of the protocol brings.
pub(super) fn protocol(code: u16, why: &'static str) -> Ended {
    Ended::Protocol { code, why }
}
