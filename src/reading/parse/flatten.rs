//! Flattens JSON into channels while reading it, without a tree in between.
//! Nesting becomes names with dots: `imu.x`, `imu.y.0`.

mod flat;
mod key;
mod objects;

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use key::Key;
use objects::Objects;

use super::build::{Builder, Parsed, place_name};
use crate::reading::{MAX_CHANNEL_NAME, Value};

/// What an object's `time` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// A channel like any other.
    Channel,
    /// The board's own clock, where it is a number.
    Board,
}

/// What a line is expected to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Top {
    /// One reading: an object, or an array whose values have only places.
    One,
    /// An array of objects, each a reading; anything else is an error of the
    /// category "data".
    Objects,
}

/// Reads strict JSON.
///
/// # Errors
/// As serde_json, also for numbers out of range and for nesting deeper than 127.
pub fn read(line: &str, time: Time, top: Top) -> serde_json::Result<Parsed<'_>> {
    let mut flat = Flat::new(time);
    if top == Top::One && flat::read(line, &mut flat).is_some() {
        return Ok(flat.builder.finish());
    }
    read_any(line, time, top)
}

/// The same for any JSON.
fn read_any(line: &str, time: Time, top: Top) -> serde_json::Result<Parsed<'_>> {
    let mut flat = Flat::new(time);
    let mut json = serde_json::Deserializer::from_str(line);
    match top {
        Top::One => Node::root(&mut flat).deserialize(&mut json)?,
        Top::Objects => json.deserialize_seq(Objects(&mut flat))?,
    }
    json.end()?;
    Ok(flat.builder.finish())
}

struct Flat<'de> {
    builder: Builder<'de>,
    /// The name of what is being read, where it is nested.
    path: String,
    time: Time,
}

/// Where a value stands.
enum At<'de> {
    /// It is the line.
    Root,
    /// Directly in the line's object or array: the name is most often borrowed.
    Top(Cow<'de, str>),
    /// Deeper: the name is [`Flat::path`].
    Deep,
}

/// Reads one value, whatever it is.
struct Node<'f, 'de> {
    flat: &'f mut Flat<'de>,
    at: At<'de>,
}

impl<'f, 'de> Node<'f, 'de> {
    fn root(flat: &'f mut Flat<'de>) -> Self {
        Self { flat, at: At::Root }
    }

    fn put(self, value: Value<'de>) {
        let flat = self.flat;
        match self.at {
            At::Top(name) => flat.put_top(name, value),
            At::Deep if flat.path.len() <= MAX_CHANNEL_NAME => {
                flat.builder.put(flat.path.clone().into(), value, None);
            }
            At::Deep => flat.builder.drop_channel(),
            // A line that begins with a bracket is no scalar.
            At::Root => {}
        }
    }

    /// Makes the value's name the beginning of those inside it.
    fn open(self) -> Parent<'f, 'de> {
        let is_root = matches!(self.at, At::Root);
        if let At::Top(name) = self.at {
            self.flat.path.clear();
            self.flat.path.push_str(&name);
        }
        Parent {
            base: self.flat.path.len(),
            flat: self.flat,
            is_root,
        }
    }
}

impl<'de> Flat<'de> {
    fn new(time: Time) -> Self {
        Self {
            builder: Builder::with_capacity(8),
            path: String::new(),
            time,
        }
    }

    fn put_top(&mut self, name: Cow<'de, str>, value: Value<'de>) {
        match (self.time, &*name, &value) {
            (Time::Board, "time", Value::Float(time)) => self.builder.put_time(*time),
            (Time::Board, "time", Value::Int(time)) => self.builder.put_time(*time as f64),
            _ => self.builder.put(name, value, None),
        }
    }
}

/// An object or array whose values are being read.
struct Parent<'f, 'de> {
    flat: &'f mut Flat<'de>,
    base: usize,
    is_root: bool,
}

impl<'de> Parent<'_, 'de> {
    fn child(&mut self, name: Cow<'de, str>) -> Node<'_, 'de> {
        if self.is_root {
            return Node {
                flat: self.flat,
                at: At::Top(name),
            };
        }
        self.flat.path.truncate(self.base);
        self.flat.path.push('.');
        self.flat.path.push_str(&name);
        Node {
            flat: self.flat,
            at: At::Deep,
        }
    }

    fn nth(&mut self, place: usize) -> Node<'_, 'de> {
        if self.is_root {
            return self.child(place_name(place));
        }
        self.child(place.to_string().into())
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.put(Value::Null);
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.put(Value::Bool(value));
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.put(Value::Int(value));
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        let beyond = |_| Value::Float(value as f64);
        self.put(i64::try_from(value).map_or_else(beyond, Value::Int));
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.put(Value::Float(value));
        Ok(())
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<(), E> {
        self.put(Value::Text(value.into()));
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.put(Value::Text(value.to_owned().into()));
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut parent = self.open();
        while let Some(name) = map.next_key_seed(Key)? {
            map.next_value_seed(parent.child(name))?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut parent = self.open();
        let mut place = 0;
        while seq.next_element_seed(parent.nth(place))?.is_some() {
            place += 1;
        }
        Ok(())
    }
}
