//! Reads single values of the file: each function takes the bounds and returns a reader,
//! whose errors are the end of a sentence that begins with the key.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use regex::Regex;
use toml::de::DeValue;

use super::error::Fault;
use super::reading::Pattern;
use super::table::{Item, nearest};
use super::units::{parse_duration, parse_size, show_duration, show_size};

/// `true` or `false`.
pub(super) fn flag(item: Item, _: &bool) -> Result<bool, Fault> {
    match item.get_ref() {
        DeValue::Boolean(value) => Ok(*value),
        _ => Err(Fault::new(
            item.span(),
            "must be true or false, without quotes",
        )),
    }
}

/// A whole number within bounds.
pub(super) fn whole<T>(bounds: RangeInclusive<T>) -> impl Fn(Item, &T) -> Result<T, Fault>
where
    T: TryFrom<i64> + PartialOrd + Display,
{
    move |item, example| {
        let (low, high) = (bounds.start(), bounds.end());
        let DeValue::Integer(number) = item.get_ref() else {
            let what = format!("a whole number from {low} to {high}");
            return Err(wrong(item, &what, example, item.get_ref()));
        };
        let number = i64::from_str_radix(number.as_str(), number.radix());
        let number = number.ok().and_then(|number| T::try_from(number).ok());
        number
            .filter(|number| bounds.contains(number))
            .ok_or_else(|| Fault::new(item.span(), format!("must be from {low} to {high}")))
    }
}

/// Any finite number.
pub(super) fn number(item: Item, example: &f64) -> Result<f64, Fault> {
    let text = match item.get_ref() {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
        DeValue::Float(number) => number.as_str(),
        other => return Err(wrong(item, "a number", example, other)),
    };
    let number = text.parse().ok().filter(|number: &f64| number.is_finite());
    number.ok_or_else(|| Fault::new(item.span(), "must be finite"))
}

/// Any text.
pub(super) fn text<'a>(item: Item<'a>, example: &str) -> Result<&'a str, Fault> {
    match item.get_ref() {
        DeValue::String(value) => Ok(value),
        other => Err(wrong(item, "text in quotes", quoted(example), other)),
    }
}

/// The path of a file.
#[expect(clippy::ptr_arg, reason = "a reader takes an example of what it reads")]
pub(super) fn file_path(item: Item, example: &PathBuf) -> Result<PathBuf, Fault> {
    let path = text(item, &example.to_string_lossy())?;
    if path.is_empty() || path.ends_with('/') || path.contains('\0') {
        return Err(Fault::new(item.span(), "must be the path of a file"));
    }
    if path.starts_with("~/") {
        let why = "begins with `~`, which only a shell understands: write the folder out";
        return Err(Fault::new(item.span(), why));
    }
    Ok(path.into())
}

/// Text of 1 to so many bytes.
pub(super) fn short(most: usize) -> impl Fn(Item, &String) -> Result<String, Fault> {
    move |item, example| {
        let text = text(item, example)?;
        if text.is_empty() || text.len() > most {
            let message = format!("must have from 1 to {most} bytes");
            return Err(Fault::new(item.span(), message));
        }
        Ok(text.to_owned())
    }
}

/// A duration within bounds, as text with its unit.
pub(super) fn duration(
    bounds: RangeInclusive<Duration>,
) -> impl Fn(Item, &Duration) -> Result<Duration, Fault> {
    move |item, example| {
        let duration = any_duration(item, *example)?;
        if bounds.contains(&duration) {
            return Ok(duration);
        }
        let (low, high) = (show_duration(*bounds.start()), show_duration(*bounds.end()));
        let message = format!("must be from \"{low}\" to \"{high}\"");
        Err(Fault::new(item.span(), message))
    }
}

/// As [`duration`]; zero means never.
pub(super) fn duration_or_never(
    bounds: RangeInclusive<Duration>,
) -> impl Fn(Item, &Option<Duration>) -> Result<Option<Duration>, Fault> {
    move |item, example| {
        let example = example.unwrap_or(*bounds.start());
        if any_duration(item, example)?.is_zero() {
            return Ok(None);
        }
        let in_bounds = duration(bounds.clone())(item, &example);
        in_bounds.map(Some).map_err(|fault| Fault {
            message: format!("{}, or \"0s\" for never", fault.message),
            ..fault
        })
    }
}

fn any_duration(item: Item, example: Duration) -> Result<Duration, Fault> {
    let DeValue::String(text) = item.get_ref() else {
        let example = quoted(&show_duration(example));
        return Err(wrong(
            item,
            "a duration with its unit in quotes",
            &example,
            item.get_ref(),
        ));
    };
    parse_duration(text).map_err(|why| Fault::new(item.span(), why))
}

/// A size within bounds: text with its unit, or a plain number of bytes.
pub(super) fn size(bounds: RangeInclusive<usize>) -> impl Fn(Item, &usize) -> Result<usize, Fault> {
    move |item, example| {
        let (low, high) = (show_size(*bounds.start()), show_size(*bounds.end()));
        let size = match item.get_ref() {
            DeValue::Integer(number) => usize::from_str_radix(number.as_str(), number.radix()).ok(),
            DeValue::String(text) => {
                Some(parse_size(text).map_err(|why| Fault::new(item.span(), why))?)
            }
            other => {
                let example = quoted(&show_size(*example));
                return Err(wrong(
                    item,
                    "a size with its unit in quotes",
                    &example,
                    other,
                ));
            }
        };
        size.filter(|size| bounds.contains(size))
            .ok_or_else(|| Fault::new(item.span(), format!("must be from \"{low}\" to \"{high}\"")))
    }
}

/// One of several words.
pub(super) fn choice<T: Copy + PartialEq>(
    words: &[(&'static str, T)],
) -> impl Fn(Item, &T) -> Result<T, Fault> {
    move |item, example| {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let named = |(_, value): &&(&'static str, T)| value == example;
        let example = words.iter().find(named).map_or("", |(word, _)| word);
        let written = text(item, example)?;
        let found = words.iter().find(|(word, _)| *word == written);
        found.map(|(_, value)| *value).ok_or_else(|| {
            let meant = nearest(written, &known);
            let meant = meant.map(|word| format!(", did you mean `{word}`?"));
            let known = known.join("`, `");
            let message = format!("must be one of `{known}`{}", meant.unwrap_or_default());
            Fault::new(item.span(), message)
        })
    }
}

/// A regular expression.
pub(super) fn pattern(item: Item, example: &Pattern) -> Result<Pattern, Fault> {
    let text = text(item, example.0.as_str())?;
    if text.is_empty() {
        return Err(Fault::new(
            item.span(),
            "is empty and would match every line: remove it",
        ));
    }
    let regex = Regex::new(text).map_err(|error| {
        let why = error.to_string();
        // The first lines draw the expression, which is on the screen already.
        let why = why
            .lines()
            .last()
            .unwrap_or_default()
            .trim_start_matches("error: ");
        let cure = "(in 'single quotes' a backslash needs no other)";
        Fault::new(
            item.span(),
            format!("is not a regular expression: {why} {cure}"),
        )
    })?;
    Ok(Pattern(regex))
}

/// An array, each of its items read by `read`; also a single item without brackets.
pub(super) fn list<'a, T>(
    example: &T,
    item: Item<'a>,
    read: impl Fn(Item<'a>, &T) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    match item.get_ref() {
        DeValue::Array(items) => items.iter().map(|item| read(item, example)).collect(),
        _ => Ok(vec![read(item, example)?]),
    }
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn wrong(item: Item, wanted: &str, example: impl Display, found: &DeValue) -> Fault {
    let found = match found {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    };
    let message = format!("must be {wanted}, as in {example}, and is {found}");
    Fault::new(item.span(), message)
}
