//! What a board said: bytes become [`lines`], a whole [`message`] too, a line is
//! [`parse`]d to channels with values, and [`calibrate`] makes them what the owner
//! configured.
//! Knows nothing of ports, sockets, clocks, or who listens.

pub mod lines;

pub mod message;

pub mod parse;

pub mod plain;

pub mod calibrate;

#[cfg(test)]
mod properties;

#[cfg(test)]
mod table;

use std::borrow::Cow;

/// A channel's name is at most this many bytes; a longer one is dropped and counted.
pub const MAX_CHANNEL_NAME: usize = 64;

/// A line has at most this many channels; what is beyond is dropped and counted.
pub const MAX_CHANNELS: usize = 128;

/// The value of one channel at one time. Null says that the board said it has none.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// The board said that there is no value: `nan`, `null`, an empty cell.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer, kept digit by digit.
    Int(i64),
    /// Any other number; always finite.
    Float(f64),
    /// A word.
    Text(Cow<'a, str>),
}

/// One named quantity of a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel<'a> {
    /// At most [`MAX_CHANNEL_NAME`] bytes.
    pub name: Cow<'a, str>,
    /// What it was.
    pub value: Value<'a>,
    /// The unit that stood behind the number, as in `Temperature: 23.5 C`.
    pub unit: Option<&'a str>,
}

/// What one line says: the values of its channels. Names are unique (the last wins),
/// at least one and at most [`MAX_CHANNELS`].
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Reading<'a> {
    /// In the order in which the board said them.
    pub channels: Vec<Channel<'a>>,
    /// The board's own time in ms since 1970, where the configuration takes it.
    pub board_time: Option<f64>,
    /// The line itself, where it is byte for byte what the channels are as a JSON object: it
    /// need not be made again. Who changes a channel takes this away.
    pub verbatim: Option<&'a str>,
}

impl Value<'_> {
    /// The same value, without what it borrowed.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Int(value) => Value::Int(value),
            Self::Float(value) => Value::Float(value),
            Self::Text(text) => Value::Text(text.into_owned().into()),
        }
    }
}
