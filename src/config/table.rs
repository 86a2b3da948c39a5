//! Reads one table of the file key by key; what nobody asked for is unknown.
//! Knows nothing of which tables there are.
//!
//! Not serde's derive: it stops at the first mistake, cannot share the reading keys of
//! `[[serial]]` and `[[board]]` (`flatten` loses places and unknown keys), and its
//! messages know neither bounds nor cures.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{Fault, Faults};

/// A value of the file with its place.
pub(super) type Item<'a> = &'a Spanned<DeValue<'a>>;

/// How alike two words are before one is taken for the other: `baudrate` and `baud` are,
/// `baud` and `board` are not.
const ALIKE: f64 = 0.85;

/// One table of the file, under the name by which its user knows it.
pub(super) struct Table<'a> {
    title: String,
    place: Range<usize>,
    entries: &'a DeTable<'a>,
    known: Vec<&'static str>,
    refused: Vec<&'static str>,
    faults: &'a Faults<'a>,
}

impl<'a> Table<'a> {
    /// The file's top level.
    pub fn top(entries: &'a DeTable<'a>, faults: &'a Faults<'a>) -> Self {
        Self {
            title: "the top level".to_owned(),
            place: 0..0,
            entries,
            known: Vec::new(),
            refused: Vec::new(),
            faults,
        }
    }

    /// A value as a table.
    pub fn of(title: String, item: Item<'a>, faults: &'a Faults<'a>) -> Option<Self> {
        let DeValue::Table(entries) = item.get_ref() else {
            faults.add(Fault::new(item.span(), format!("must be a table: {title}")));
            return None;
        };
        Some(Self {
            title,
            place: item.span(),
            entries,
            known: Vec::new(),
            refused: Vec::new(),
            faults,
        })
    }

    /// A table that may be there once, as in `[server]`.
    pub fn single(&mut self, key: &'static str) -> Option<Table<'a>> {
        let title = format!("[{key}]");
        let (place, item) = self.take(key)?;
        if let DeValue::Array(_) = item.get_ref() {
            let message = format!("{title} is there once: single brackets, and all its keys in it");
            self.faults.add(Fault::new(place, message));
            return None;
        }
        Table::of(title, item, self.faults)
    }

    /// Tables that may be there several times, as in `[[serial]]`.
    pub fn several(&mut self, key: &'static str) -> Vec<Table<'a>> {
        let title = format!("[[{key}]]");
        let Some((place, item)) = self.take(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = item.get_ref() else {
            let message = format!("must be {title} with two brackets: one for each board");
            self.faults.add(Fault::new(place, message));
            return Vec::new();
        };
        let tables = items.iter();
        tables
            .filter_map(|item| Table::of(title.clone(), item, self.faults))
            .collect()
    }

    /// Tables by names that the user chooses, as in `[serial.channels.temperature]`.
    pub fn named(&mut self, key: &'static str) -> Vec<(Spanned<&'a str>, Table<'a>)> {
        let plain = self.title.trim_matches(['[', ']']).to_owned();
        let Some((_, item)) = self.take(key) else {
            return Vec::new();
        };
        let title = format!("[{plain}.{key}]");
        let Some(tables) = Table::of(title, item, self.faults) else {
            return Vec::new();
        };
        let with_name = |(name, item): (&'a Spanned<_>, Item<'a>)| {
            let text: &'a str = AsRef::<str>::as_ref(name.get_ref());
            let title = format!("[{plain}.{key}.{text}]");
            let table = Table::of(title, item, self.faults)?;
            Some((Spanned::new(name.span(), text), table))
        };
        tables.entries.iter().filter_map(with_name).collect()
    }

    /// The value of a key, or `None` if it is absent or a mistake (then it is noted).
    /// The example is shown where the value has the wrong type.
    pub fn maybe<T>(
        &mut self,
        key: &'static str,
        example: &T,
        read: impl FnOnce(Item<'a>, &T) -> Result<T, Fault>,
    ) -> Option<T> {
        let (_, item) = self.take(key)?;
        let named = read(item, example).map_err(|fault| Fault {
            message: format!("`{key}` {}", fault.message),
            ..fault
        });
        self.faults.keep(named)
    }

    /// The value of a key, or its default, which is also the example.
    pub fn or<T>(
        &mut self,
        key: &'static str,
        default: T,
        read: impl FnOnce(Item<'a>, &T) -> Result<T, Fault>,
    ) -> T {
        self.maybe(key, &default, read).unwrap_or(default)
    }

    /// Keys that a later version may have: they promise something, so they are not ignored.
    pub fn later(&mut self, keys: &[&'static str]) {
        self.refused.extend(keys);
        for key in keys.iter().filter(|key| self.has(key)) {
            let message = format!("this version does not have `{key}` yet: remove it");
            self.fault(self.key_place(key), message);
        }
    }

    /// Whether a key is there.
    pub fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Where a key is; the table's own place if it is absent.
    pub fn key_place(&self, key: &str) -> Range<usize> {
        let entry = self.entries.get_key_value(key);
        entry.map_or_else(|| self.place(), |(key, _)| key.span())
    }

    /// Where the value of a key is; the table's own place if it is absent.
    pub fn value_place(&self, key: &str) -> Range<usize> {
        let item = self.entries.get(key);
        item.map_or_else(|| self.place(), Spanned::span)
    }

    /// Where the table is.
    pub fn place(&self) -> Range<usize> {
        self.place.clone()
    }

    /// Its name as its user knows it, as in `[server]`.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The number of the line in which a place begins, from 1.
    pub fn line(&self, place: &Range<usize>) -> usize {
        self.faults.line(place)
    }

    /// Notes a mistake.
    pub fn fault(&self, place: Range<usize>, message: impl Into<String>) {
        self.faults.add(Fault::new(place, message));
    }

    /// Notes what nobody asked for. To be called when every key has been read.
    pub fn finish(self) {
        for key in self.entries.keys() {
            let name: &str = key.get_ref();
            if !self.known.contains(&name) && !self.refused.contains(&name) {
                self.fault(key.span(), self.unknown(name));
            }
        }
    }

    fn take(&mut self, key: &'static str) -> Option<(Range<usize>, Item<'a>)> {
        self.known.push(key);
        let (place, item) = self.entries.get_key_value(key)?;
        Some((place.span(), item))
    }

    fn unknown(&self, name: &str) -> String {
        let start = format!("unknown key `{name}` in {}", self.title);
        match nearest(name, &self.known) {
            Some(meant) => format!("{start}, did you mean `{meant}`?"),
            None => format!("{start}, which knows `{}`", self.known.join("`, `")),
        }
    }
}

/// The known word that is most like what was written, if one is like it.
pub(super) fn nearest<'k>(written: &str, known: &[&'k str]) -> Option<&'k str> {
    let written = written.to_lowercase();
    let likeness = |word: &str| strsim::jaro_winkler(&written, word);
    let best = known
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    let alike = likeness(best) >= ALIKE || strsim::osa_distance(&written, best) == 1;
    alike.then_some(*best)
}
