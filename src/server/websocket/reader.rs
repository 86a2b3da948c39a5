//! Reads whole messages from a client, and refuses what RFC 6455 forbids.
//! Knows nothing of what a message says, nor of who writes the answers.

use std::convert::Infallible;
use std::future::ready;
use std::pin::pin;
use std::task::Poll;

use bytes::Bytes;
use fastwebsockets::{Frame, OpCode, WebSocketRead};
use futures_util::poll;
use tokio::net::tcp::OwnedReadHalf;

use super::Options;
use super::frames::{Ended, Received, ended, frames, protocol};
use super::input::{Input, Source};
use crate::wire::frame::MAX_CONTROL;

/// More fragments than this are too many for any message; a longer message may have one
/// for every 64 bytes.
const MIN_FRAGMENTS: usize = 1024;

/// What a client said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Valid UTF-8, of at most `max_message` bytes.
    Text(Bytes),
    /// At most `max_message` bytes.
    Binary(Bytes),
    /// To be answered with a pong of this payload, at most 125 bytes.
    Ping(Bytes),
    /// A sign of life.
    Pong,
    /// The client's last word, with its code if it gave one; to be answered with
    /// [`super::Writer::finish`]. Nothing is to be read after it.
    Close(Option<u16>),
}

/// One client's messages, in order. Holds at most one message, of at most `max_message`
/// bytes, and 8 KiB to read into while something is there to be read: a thousand silent
/// clients would hold 8 MiB that nobody uses.
pub struct Reader {
    source: Source,
    frames: Option<WebSocketRead<Input>>,
    /// Bytes of the frames that were taken out of `frames`.
    taken: u64,
    options: Options,
    begun: Option<Begun>,
}

/// A message of which fragments are still to come.
struct Begun {
    opcode: OpCode,
    payload: Vec<u8>,
    fragments: usize,
}

impl Reader {
    pub(super) fn new(read_too_much: Bytes, socket: OwnedReadHalf, options: Options) -> Self {
        Self {
            source: Source::new(read_too_much, socket),
            frames: None,
            taken: 0,
            options,
            begun: None,
        }
    }

    /// Waits for the next message, or for the end.
    ///
    /// Not cancel safe: a dropped call loses what it has read of a frame, and the
    /// connection can then only be ended. Keep the future and poll it again.
    ///
    /// # Errors
    /// [`Ended`]; after it, and after [`Message::Close`], nothing is to be read.
    pub async fn next(&mut self) -> Result<Message, Ended> {
        loop {
            let frame = self.frame().await?;
            if !frame.masked && !self.options.accept_unmasked {
                return Err(protocol(1002, "frame is not masked"));
            }
            match frame.opcode {
                OpCode::Ping => return Ok(Message::Ping(frame.payload)),
                OpCode::Pong => return self.pong(&frame.payload),
                OpCode::Close => return close(&frame.payload),
                _ => {}
            }
            if let Some(message) = self.data(frame)? {
                return Ok(message);
            }
        }
    }

    /// Whether it holds memory to read into.
    #[cfg(test)]
    pub(super) fn has_buffer(&self) -> bool {
        self.frames.is_some()
    }

    async fn frame(&mut self) -> Result<Received, Ended> {
        loop {
            if self.frames.is_none() {
                self.source.ready().await.map_err(Ended::Io)?;
            }
            if let Some(frame) = self.frame_if_begun().await? {
                self.taken += frame.length();
                return Ok(frame);
            }
            self.frames = None;
        }
    }

    /// The next frame; none if not a byte of it is there.
    async fn frame_if_begun(&mut self) -> Result<Option<Received>, Ended> {
        let begin = || frames(self.source.input(), &self.options);
        let frames = self.frames.get_or_insert_with(begin);
        let mut send = |_: Frame<'_>| ready(Ok::<(), Infallible>(()));
        let mut read = pin!(frames.read_frame(&mut send));
        let frame = match poll!(read.as_mut()) {
            Poll::Ready(frame) => frame,
            Poll::Pending if self.source.given() == self.taken => return Ok(None),
            Poll::Pending => read.await,
        };
        Ok(Some(frame.map_err(ended)?.into()))
    }

    fn pong(&self, payload: &[u8]) -> Result<Message, Ended> {
        if payload.len() > MAX_CONTROL && !self.options.accept_long_pongs {
            return Err(protocol(1002, "pong is above 125 bytes"));
        }
        Ok(Message::Pong)
    }

    /// Takes a frame of a text or binary message; gives the message if it was the last.
    fn data(&mut self, frame: Received) -> Result<Option<Message>, Ended> {
        let begun = match (self.begun.take(), frame.opcode) {
            (None, OpCode::Continuation) => {
                return Err(protocol(1002, "continuation of no message"));
            }
            (None, opcode) if frame.fin => {
                self.check_size(frame.payload.len(), 1)?;
                return Ok(Some(message(opcode, frame.payload)));
            }
            (None, opcode) => Begun {
                opcode,
                payload: Vec::new(),
                fragments: 0,
            },
            (Some(begun), OpCode::Continuation) => begun,
            (Some(_), _) => return Err(protocol(1002, "message inside a message")),
        };
        self.go_on(begun, &frame)
    }

    fn go_on(&mut self, mut begun: Begun, frame: &Received) -> Result<Option<Message>, Ended> {
        begun.fragments += 1;
        self.check_size(begun.payload.len() + frame.payload.len(), begun.fragments)?;
        begun.payload.extend_from_slice(&frame.payload);
        if !frame.fin {
            self.begun = Some(begun);
            return Ok(None);
        }
        // Only over the whole: a fragment may end inside a character.
        if begun.opcode == OpCode::Text && std::str::from_utf8(&begun.payload).is_err() {
            return Err(protocol(1007, "text is not utf-8"));
        }
        Ok(Some(message(begun.opcode, begun.payload.into())))
    }

    fn check_size(&self, bytes: usize, fragments: usize) -> Result<(), Ended> {
        let max = self.options.max_message;
        if bytes > max {
            return Err(protocol(1009, "message is too large"));
        }
        if fragments > MIN_FRAGMENTS.max(max / 64) {
            return Err(protocol(1009, "message has too many fragments"));
        }
        Ok(())
    }
}

fn message(opcode: OpCode, payload: Bytes) -> Message {
    match opcode {
        OpCode::Text => Message::Text(payload),
        _ => Message::Binary(payload),
    }
}

fn close(payload: &[u8]) -> Result<Message, Ended> {
    if payload.len() > MAX_CONTROL {
        return Err(protocol(1002, "close is above 125 bytes"));
    }
    let Some((code, reason)) = payload.split_first_chunk() else {
        return match payload {
            [] => Ok(Message::Close(None)),
            _ => Err(protocol(1002, "close has half a code")),
        };
    };
    let code = u16::from_be_bytes(*code);
    if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
        return Err(protocol(1002, "close has a code that may not be sent"));
    }
    if std::str::from_utf8(reason).is_err() {
        return Err(protocol(1007, "reason of close is not utf-8"));
    }
    Ok(Message::Close(Some(code)))
}
