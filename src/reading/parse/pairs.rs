//! Reads `name:value` and `name=value`, as the Arduino Serial Plotter's labelled form
//! and HTML forms have them.

use std::borrow::Cow;

use super::atoms;
use super::build::{Builder, Parsed};
use super::split::{self, Separator, trim};
use crate::reading::Value;

/// Reads a trimmed line of pairs; `None` when it is something else.
pub fn parse(line: &str) -> Option<Parsed<'_>> {
    let mut pairs = Pairs::default();
    match split::of_pairs(line) {
        Separator::Spaces => pairs.take_spaced(line)?,
        separator => {
            for piece in split::pieces(line, separator) {
                let (name, value) = split_pair(piece)?;
                pairs.take(name.into(), value)?;
            }
        }
    }
    pairs.finish()
}

/// Reads a body that was sent as form data: one line of `name=value&…`,
/// percent-encoded, `+` for a space. `None` when it is something else or its decoded
/// pairs would not be a line of pairs.
pub fn form_pairs(body: &str) -> Option<Parsed<'static>> {
    let line = body.trim_ascii();
    if line.contains(['\n', '\r']) {
        return None;
    }
    let mut pairs = Pairs::default();
    for piece in split::pieces(line, Separator::Char('&')) {
        let (name, value) = piece.split_once('=')?;
        let (name, value) = (decode(name), decode(value));
        pairs.take_owned(trim(&name), trim(&value))?;
    }
    pairs.finish()
}

#[derive(Default)]
struct Pairs<'a> {
    builder: Builder<'a>,
    /// A value that is not a word has been seen: `state:open` alone is prose.
    is_data: bool,
}

impl<'a> Pairs<'a> {
    /// Pieces between runs of spaces, after the spaces around `:` and `=` have gone;
    /// a unit may be behind one space of its number.
    fn take_spaced(&mut self, mut rest: &'a str) -> Option<()> {
        while !rest.is_empty() {
            let (name, after) = split_pair(rest)?;
            let (value, next) = after.split_once(' ').unwrap_or((after, ""));
            let (value, next) = with_unit(after, next).unwrap_or((value, next));
            self.take(name.into(), value)?;
            rest = trim(next);
        }
        Some(())
    }

    fn take(&mut self, name: Cow<'a, str>, value: &'a str) -> Option<()> {
        let (value, unit) = atoms::labelled(value)?;
        self.put(name, value, unit)
    }

    fn take_owned(&mut self, name: &str, value: &str) -> Option<()> {
        let (value, unit) = atoms::labelled(value)?;
        self.put(name.to_owned().into(), value.into_owned(), unit)
    }

    fn put(&mut self, name: Cow<'a, str>, value: Value<'a>, unit: Option<&'a str>) -> Option<()> {
        self.is_data |= !matches!(value, Value::Text(_));
        atoms::is_name(&name).then(|| self.builder.put(name, value, unit))
    }

    fn finish(self) -> Option<Parsed<'a>> {
        self.is_data.then(|| self.builder.finish())
    }
}

/// The name before the first `:` or `=`, and what follows, both without spaces there.
fn split_pair(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once([':', '='])?;
    Some((trim(name), trim(value)))
}

/// Where `text` is a number, one space and a unit that is not the next pair's name:
/// both of them, and what follows. `next` is what follows the first space.
fn with_unit<'a>(text: &'a str, next: &'a str) -> Option<(&'a str, &'a str)> {
    let (unit, after) = next.split_once(' ').unwrap_or((next, ""));
    if !atoms::is_unit(unit) || trim(after).starts_with([':', '=']) {
        return None;
    }
    let (value, _) = text.split_at(text.len() - next.len() + unit.len());
    atoms::labelled(value).map(|_| (value, after))
}

/// Decodes one name or value of a form; a `%` that begins no code stays.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let code = bytes.get(at + 1..at + 3).and_then(hexadecimal);
        match (byte, code) {
            (b'%', Some(code)) => {
                decoded.push(code);
                at += 2;
            }
            (b'+', _) => decoded.push(b' '),
            _ => decoded.push(*byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok()?;
    let all_digits = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    all_digits.then(|| u8::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a form says, as `name=value unit` joined by `|`.
    fn check(body: &str, wanted: Option<&str>) {
        let shown = form_pairs(body).map(|parsed| {
            let channels = parsed
                .readings
                .into_iter()
                .flat_map(|reading| reading.channels);
            let shown =
                channels.map(|c| format!("{}={:?} {}", c.name, c.value, c.unit.unwrap_or("")));
            shown.collect::<Vec<_>>().join("|")
        });
        assert_eq!(shown.as_deref(), wanted, "{body}");
    }

    #[test]
    fn forms_are_decoded_pairs() {
        check(
            "temp=23.5&hum=48\r\n",
            Some("temp=Float(23.5) |hum=Int(48) "),
        );
        check(
            "t%5F1=%2b1.5&s=open&",
            Some("t_1=Float(1.5) |s=Text(\"open\") "),
        );
        check(
            "t=23.5+%C2%B0C&h=+48%25",
            Some("t=Float(23.5) °C|h=Int(48) %"),
        );
        check("t=1%", Some("t=Int(1) %"));
        check("t=&h=nan", Some("t=Null |h=Null "));
    }

    #[test]
    fn other_forms_are_lines() {
        let bodies = [
            "",
            "a",
            "a=1&&b=2",
            "a=1\nb=2",
            "s=open",
            "s=a+b&t=1",
            "1=1",
            "t=%zz",
        ];
        for body in bodies {
            check(body, None);
        }
    }
}
