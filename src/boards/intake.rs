//! A board's bytes become a batch of events: lines, parse, calibrate, encode.
//! Knows nothing of links, states or time.

use std::sync::Arc;

use crate::config::{Format, ReadingSettings};
use crate::journal::batch::Batch;
use crate::metrics::Drop;
use crate::metrics::Tally;
use crate::name::BoardName;
use crate::reading::calibrate::Calibration;
use crate::reading::lines::{Cut, Lines};
use crate::reading::message::cut_message;
use crate::reading::parse::{self, Parsed, Parser};
use crate::wire::encode::Partial;

/// Bounds that hold for every board.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes of a line.
    pub max_line: usize,
    /// A JSON object's `time` is the board's own clock.
    pub board_time: bool,
}

/// Reads what one opening of a link brings.
#[derive(Debug)]
pub struct Intake {
    name: BoardName,
    settings: Arc<ReadingSettings>,
    bounds: Bounds,
    tally: Arc<Tally>,
    lines: Lines,
    reader: LineReader,
}

/// What turns a line into events.
#[derive(Debug)]
struct LineReader {
    name: BoardName,
    parser: Parser,
    calibration: Calibration,
    tally: Arc<Tally>,
    batch: Batch,
    raw: Raw,
}

/// Whether raw lines are kept beside their events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raw {
    /// Nobody wants them.
    Drop,
    /// Somebody does.
    Keep,
}

impl Intake {
    /// For text in messages and bodies, whose first line is whole.
    pub fn new(
        name: BoardName,
        settings: Arc<ReadingSettings>,
        bounds: Bounds,
        tally: Arc<Tally>,
    ) -> Self {
        let reader = LineReader {
            name: name.clone(),
            parser: Parser::new(&settings.format, bounds.board_time),
            calibration: Calibration::new(&settings.channels),
            tally: tally.clone(),
            batch: Batch::default(),
            raw: Raw::Drop,
        };
        Self {
            name,
            lines: Lines::new(bounds.max_line),
            settings,
            bounds,
            tally,
            reader,
        }
    }

    /// For a port, whose first line may be torn.
    pub fn sync(&mut self) {
        self.lines = Lines::syncing(self.bounds.max_line);
    }

    /// Says whether raw lines are to be kept, from here on.
    pub fn keep_raw(&mut self, raw: Raw) {
        self.reader.raw = raw;
    }

    /// Takes what one read of a port yielded; `heard` sees every line before its event.
    pub fn bytes(&mut self, bytes: &[u8], mut heard: impl FnMut(&str) -> Take) {
        self.tally.bytes(bytes.len());
        let reader = &mut self.reader;
        self.lines.feed(bytes, |cut| reader.cut(cut, &mut heard));
    }

    /// Takes a WebSocket message or a body: one JSON value as a whole, or lines, the
    /// last of which ends with it.
    pub fn message(&mut self, bytes: &[u8], mut heard: impl FnMut(&str) -> Take) {
        self.tally.bytes(bytes.len());
        let reader = &mut self.reader;
        cut_message(bytes, self.bounds.max_line, |cut| {
            reader.cut(cut, &mut heard)
        });
    }

    /// Takes form data, if it is pairs.
    pub fn form(&mut self, body: &[u8]) -> Form {
        if !matches!(self.settings.format, Format::Auto | Format::Pairs) {
            return Form::Lines;
        }
        let text = String::from_utf8_lossy(body);
        let Some(parsed) = parse::form_pairs(&text) else {
            return Form::Lines;
        };
        self.tally.bytes(body.len());
        self.reader.parsed(&text, Partial::No, parsed);
        Form::Pairs
    }

    /// Takes a reading that is a JSON object already, whatever the board's format.
    pub fn object(&mut self, json: &str) -> Form {
        let parsed = Parser::new(&Format::Json, self.bounds.board_time)
            .parse(json, false)
            .into_owned();
        if parsed.readings.is_empty() {
            return Form::Lines;
        }
        self.reader.parsed(json, Partial::No, parsed);
        Form::Pairs
    }

    /// The port has closed: what has no line end is dropped and counted.
    pub fn torn(&mut self) {
        let lines = std::mem::replace(&mut self.lines, Lines::new(self.bounds.max_line));
        if lines.torn() {
            self.tally.lost(Drop::Torn, 1);
        }
    }

    /// What was read since the batch was last cleared.
    pub fn batch(&mut self) -> &mut Batch {
        &mut self.reader.batch
    }

    /// The board.
    pub fn name(&self) -> &BoardName {
        &self.name
    }

    /// How it is read.
    pub fn settings(&self) -> &Arc<ReadingSettings> {
        &self.settings
    }
}

/// Whether something is channels with values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// It is, and was taken.
    Pairs,
    /// It is not.
    Lines,
}

/// Whether a line is read or dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// It becomes events.
    Yes,
    /// It is above the board's limit.
    No,
}

impl LineReader {
    fn cut(&mut self, cut: Cut<'_>, heard: &mut impl FnMut(&str) -> Take) {
        match cut {
            Cut::TooLong => self.tally.lost(Drop::TooLong, 1),
            Cut::Line { text, partial } => match heard(&text) {
                Take::Yes => self.line(&text, partial),
                Take::No => self.tally.lost(Drop::RateLimit, 1),
            },
        }
    }

    fn line(&mut self, text: &str, partial: bool) {
        let (parser, events) = self.parts();
        let parsed = parser.parse(text, partial);
        let partial = if partial { Partial::Yes } else { Partial::No };
        events.take(text, partial, parsed);
    }

    fn parsed(&mut self, text: &str, partial: Partial, parsed: Parsed<'_>) {
        self.parts().1.take(text, partial, parsed);
    }

    /// The parser, and what becomes of what it reads.
    fn parts(&mut self) -> (&mut Parser, Events<'_>) {
        let events = Events {
            name: &self.name,
            calibration: &self.calibration,
            tally: &self.tally,
            batch: &mut self.batch,
            raw: self.raw,
        };
        (&mut self.parser, events)
    }
}

/// Where a parsed line goes; apart from the parser, from which it borrows.
struct Events<'a> {
    name: &'a BoardName,
    calibration: &'a Calibration,
    tally: &'a Tally,
    batch: &'a mut Batch,
    raw: Raw,
}

impl Events<'_> {
    fn take(self, text: &str, partial: Partial, parsed: Parsed<'_>) {
        if self.raw == Raw::Keep {
            self.batch.line(text);
        }
        self.tally.line(parsed.readings.len());
        self.tally.lost(Drop::Malformed, parsed.malformed.into());
        self.tally
            .lost(Drop::ChannelLimit, parsed.over_limit.into());
        if parsed.readings.is_empty() {
            return self.batch.text(self.name, text, partial);
        }
        for mut reading in parsed.readings {
            let outside = self.calibration.apply(&mut reading);
            self.tally.lost(Drop::OutOfRange, outside.into());
            self.batch.reading(self.name, &reading);
        }
    }
}
