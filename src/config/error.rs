//! A mistake in the configuration: where it is, what it is, and what cures it.
//! Knows nothing of which keys there are.

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;

/// A file full of mistakes shows this many; the rest are counted.
const MAX_SHOWN: usize = 10;

/// Why a configuration cannot be used. `Display` is ready for a terminal, over several
/// lines: the file, the line with a caret under what is wrong, and the cure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    name: String,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// The file as a whole: missing, unreadable.
    Whole(String),
    /// At least one, in the order of the file.
    Places(Vec<Place>),
}

/// One mistake with the line that it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    line: usize,
    column: usize,
    text: String,
    width: usize,
    message: String,
}

impl ConfigError {
    /// The file as a whole cannot be used.
    pub(super) fn whole(name: &str, why: String) -> Self {
        Self {
            name: name.to_owned(),
            kind: Kind::Whole(why),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = match &self.kind {
            Kind::Whole(why) => return write!(f, "{}: {why}", self.name),
            Kind::Places(places) => places,
        };
        for (index, place) in places.iter().take(MAX_SHOWN).enumerate() {
            if index > 0 {
                f.write_str("\n\n")?;
            }
            place.show(&self.name, f)?;
        }
        match places.len().saturating_sub(MAX_SHOWN) {
            0 => Ok(()),
            more => write!(f, "\n\n{}: and {more} more", self.name),
        }
    }
}

impl std::error::Error for ConfigError {}

impl Place {
    fn find(text: &str, fault: Fault) -> Self {
        let start = boundary(text, fault.place.start);
        let line_start = text[..start].rfind('\n').map_or(0, |end| end + 1);
        let line = text[line_start..].lines().next().unwrap_or_default();
        let line_end = (line_start + line.len()).max(start);
        let end = boundary(text, fault.place.end.clamp(start, line_end));
        let shown = without_secret(line);
        Self {
            line: text[..line_start].matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            text: shown,
            // The end of a file has no character to point at, but still a caret.
            width: text[start..end].chars().count().max(1),
            message: fault.message,
        }
    }

    fn show(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.line.to_string();
        let gutter = " ".repeat(number.len());
        // Tabs stay tabs, so that the caret stands below its text at any tab width.
        let before: String = self.text.chars().take(self.column - 1).map(blank).collect();
        writeln!(f, "{name}: line {number}, column {}", self.column)?;
        writeln!(f, "{number} | {}", self.text)?;
        let carets = "^".repeat(self.width);
        write!(f, "{gutter} | {before}{carets} {}", self.message)
    }
}

/// The nearest place at or before this one where a character begins.
fn boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    let starts = |at: &usize| text.is_char_boundary(*at);
    (0..=at).rev().find(starts).unwrap_or_default()
}

/// What is shown ends in a journal that others may read.
fn without_secret(line: &str) -> String {
    match line.split_once('=') {
        Some((key, _)) if key.contains("token") => format!("{key}= …"),
        _ => line.to_owned(),
    }
}

fn blank(c: char) -> char {
    if c == '\t' { '\t' } else { ' ' }
}

/// One mistake by its place in the text.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    /// Bytes of the text.
    pub place: Range<usize>,
    /// What is wrong and what cures it.
    pub message: String,
}

impl Fault {
    /// A mistake at this place.
    pub fn new(place: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            place,
            message: message.into(),
        }
    }
}

/// Collects the mistakes of one text; bounded by the keys that the text has.
pub(super) struct Faults<'a> {
    text: &'a str,
    found: RefCell<Vec<Fault>>,
}

impl<'a> Faults<'a> {
    /// None so far.
    pub fn of(text: &'a str) -> Self {
        Self {
            text,
            found: RefCell::default(),
        }
    }

    /// One more.
    pub fn add(&self, fault: Fault) {
        self.found.borrow_mut().push(fault);
    }

    /// What was read, unless that was a mistake.
    pub fn keep<T>(&self, read: Result<T, Fault>) -> Option<T> {
        read.map_err(|fault| self.add(fault)).ok()
    }

    /// The number of the line in which a place begins, from 1.
    pub fn line(&self, place: &Range<usize>) -> usize {
        self.text.as_bytes()[..place.start.min(self.text.len())]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
            + 1
    }

    /// Without mistakes nothing; else all of them, in the order of the text.
    pub fn into_result(self, name: &str) -> Result<(), ConfigError> {
        let mut found = self.found.into_inner();
        if found.is_empty() {
            return Ok(());
        }
        found.sort_by_key(|fault| fault.place.start);
        let places = found.into_iter().map(|fault| Place::find(self.text, fault));
        Err(ConfigError {
            name: name.to_owned(),
            kind: Kind::Places(places.collect()),
        })
    }
}
