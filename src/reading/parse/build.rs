//! Collects channels into readings within the limits.
//! Knows nothing of formats.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::reading::{Channel, MAX_CHANNEL_NAME, MAX_CHANNELS, Reading, Value};

/// What one line was read as.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Parsed<'a> {
    /// Empty: the line is a text event. Several only for a JSON array of objects.
    pub readings: Vec<Reading<'a>>,
    /// Text because it is broken JSON or does not fit its fixed format; to be counted.
    pub malformed: bool,
    /// Channels dropped because their names are too long or they are past the
    /// [`MAX_CHANNELS`]th of their reading; to be counted.
    pub over_limit: u32,
}

impl Parsed<'_> {
    /// A line that is text.
    pub fn text() -> Self {
        Self::default()
    }

    /// A line that is text and should not be.
    pub fn malformed() -> Self {
        Self {
            malformed: true,
            ..Self::default()
        }
    }
}

impl Parsed<'_> {
    /// The same without what it borrowed from a JSON text. Such a text has no units.
    pub fn into_owned(self) -> Parsed<'static> {
        let owned = |channel: Channel<'_>| Channel {
            name: channel.name.into_owned().into(),
            value: channel.value.into_owned(),
            unit: None,
        };
        let readings = self.readings.into_iter().map(|reading| Reading {
            channels: reading.channels.into_iter().map(owned).collect(),
            board_time: reading.board_time,
            verbatim: None,
        });
        Parsed {
            readings: readings.collect(),
            malformed: self.malformed,
            over_limit: self.over_limit,
        }
    }
}

/// Readings in the making. A name that comes again replaces the value and keeps the
/// place; a reading without channels is none.
#[derive(Default)]
pub struct Builder<'a> {
    reading: Reading<'a>,
    parsed: Parsed<'a>,
}

impl<'a> Builder<'a> {
    /// For about this many channels.
    pub fn with_capacity(channels: usize) -> Self {
        let mut builder = Self::default();
        builder.reading.channels = Vec::with_capacity(channels.min(MAX_CHANNELS));
        builder
    }

    /// Adds a channel to the reading, or counts it.
    pub fn put(&mut self, name: Cow<'a, str>, value: Value<'a>, unit: Option<&'a str>) {
        let channels = &mut self.reading.channels;
        if name.len() > MAX_CHANNEL_NAME {
            self.drop_channel();
        } else if let Some(known) = channels.iter_mut().find(|known| known.name == name) {
            known.value = value;
            known.unit = unit;
        } else if channels.len() == MAX_CHANNELS {
            self.drop_channel();
        } else {
            channels.push(Channel { name, value, unit });
        }
    }

    /// Counts a channel that is beyond a limit.
    pub fn drop_channel(&mut self) {
        self.parsed.over_limit = self.parsed.over_limit.saturating_add(1);
    }

    /// The board's own time.
    pub fn put_time(&mut self, time: f64) {
        self.reading.board_time = Some(time);
    }

    /// The reading is a line of so many channels, which says them just as they are written: if
    /// none was dropped or came twice.
    pub fn put_verbatim(&mut self, line: &'a str, channels: usize) {
        if self.reading.channels.len() == channels {
            self.reading.verbatim = Some(line);
        }
    }

    /// The next channel belongs to another reading.
    pub fn end_reading(&mut self) {
        let reading = std::mem::take(&mut self.reading);
        if !reading.channels.is_empty() {
            self.parsed.readings.push(reading);
        }
    }

    /// Everything that was said.
    pub fn finish(mut self) -> Parsed<'a> {
        self.end_reading();
        self.parsed
    }
}

/// The name of a value that has only a place: `v0`, `v1`, …
pub fn place_name(place: usize) -> Cow<'static, str> {
    static NAMES: LazyLock<Vec<String>> =
        LazyLock::new(|| (0..MAX_CHANNELS).map(|place| format!("v{place}")).collect());
    match NAMES.get(place) {
        Some(name) => name.as_str().into(),
        None => format!("v{place}").into(),
    }
}
