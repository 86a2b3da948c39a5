//! Reads the JSON that boards print: one object of names and plain values, in one pass.
//! Gives up on everything else, which is then read by the rules of all JSON.

use super::Flat;
use crate::reading::Value;
use crate::reading::plain::plain_length;

/// Digits of a number with a point that is read here. Up to so many, the digits and the power
/// of ten are both exact, so their quotient is the nearest double.
const MAX_DIGITS: usize = 15;

/// Digits of an integer that is read here: they fit 64 bits with a sign.
const MAX_WHOLE: usize = 18;

const POWERS: [f64; MAX_DIGITS + 1] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
];

/// What was read, and what follows it.
type Read<'de, T> = Option<(T, &'de [u8])>;

/// Puts the values of the line's object where they belong, as serde_json would. `None` for what
/// is nested, escaped, rare or wrong; what was put until then is to be thrown away.
///
/// From the text of four channels to their event takes 2700 instructions instead of 4500: most
/// lines are `verbatim`, and need not be made of their values again.
pub fn read<'de>(line: &'de str, flat: &mut Flat<'de>) -> Option<()> {
    let mut rest = after(line.as_bytes(), b'{')?;
    let (mut channels, mut length, mut is_verbatim) = (0, 1, true);
    loop {
        let (name, colon) = string(line, trim(rest))?;
        let text = trim(after(colon, b':')?);
        let (value, next) = value(line, text)?;
        let text = &text[..text.len() - next.len()];
        // Two quotes, a colon, and a comma or the brace.
        (channels, length) = (channels + 1, length + name.len() + text.len() + 4);
        is_verbatim &= is_written_so(&value, text);
        flat.put_top(name.into(), value);
        match after(next, b',') {
            Some(more) => rest = more,
            None => break rest = trim(after(next, b'}')?),
        }
    }
    // It is longer if it holds spaces.
    if is_verbatim && length == line.len() {
        flat.builder.put_verbatim(line, channels);
    }
    rest.is_empty().then_some(())
}

/// Whether the value would be written with just these digits; not if in doubt. Small numbers
/// get an exponent, and of the zeros behind a point one stays: that of `23.0`.
fn is_written_so(value: &Value<'_>, text: &[u8]) -> bool {
    let Value::Float(number) = value else {
        return true;
    };
    let is_shortest = !text.ends_with(b"0") || text.ends_with(b".0");
    is_shortest && (*number == 0.0 || number.abs() >= 0.001)
}

/// What follows this byte, if it is the next but for spaces.
fn after(text: &[u8], byte: u8) -> Option<&[u8]> {
    let (first, rest) = trim(text).split_first()?;
    (*first == byte).then_some(rest)
}

fn trim(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] = text {
        text = rest;
    }
    text
}

/// `text` is an end of `line`.
fn value<'de>(line: &'de str, text: &'de [u8]) -> Read<'de, Value<'de>> {
    let word = |word: &[u8], value| text.strip_prefix(word).map(|rest| (value, rest));
    match text.first()? {
        b'"' => string(line, text).map(|(text, rest)| (Value::Text(text.into()), rest)),
        b't' => word(b"true", Value::Bool(true)),
        b'f' => word(b"false", Value::Bool(false)),
        b'n' => word(b"null", Value::Null),
        _ => number(text),
    }
}

/// A string without escapes. `text` is an end of `line`.
fn string<'de>(line: &'de str, text: &'de [u8]) -> Read<'de, &'de str> {
    let (b'"', inner) = text.split_first()? else {
        return None;
    };
    let length = plain_length(inner);
    let start = line.len() - inner.len();
    let string = line.get(start..start + length)?;
    let rest = inner[length..].strip_prefix(b"\"")?;
    Some((string, rest))
}

/// A number without an exponent.
fn number<'de>(text: &'de [u8]) -> Read<'de, Value<'de>> {
    let (is_negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let (whole, count, rest) = digits(text, 0);
    let begins_with_zero = text.first() == Some(&b'0');
    if count == 0 || count > 1 && begins_with_zero {
        return None;
    }
    let [b'.', decimals @ ..] = rest else {
        // A negative zero is no integer.
        let fits = count <= MAX_WHOLE && !(is_negative && begins_with_zero);
        let number = i64::try_from(whole).ok().filter(|_| fits)?;
        let number = if is_negative { -number } else { number };
        return Some((Value::Int(number), rest));
    };
    let (all, places, rest) = digits(decimals, whole);
    if places == 0 || count + places > MAX_DIGITS {
        return None;
    }
    let number = all as f64 / POWERS[places];
    let number = if is_negative { -number } else { number };
    Some((Value::Float(number), rest))
}

/// Goes on with a number: its digits so far with those that follow, how many follow, and
/// what is behind them. What too many digits make of it is for the caller not to use.
fn digits(mut text: &[u8], mut number: u64) -> (u64, usize, &[u8]) {
    let mut count = 0;
    while let [digit @ b'0'..=b'9', rest @ ..] = text {
        number = number.wrapping_mul(10).wrapping_add((digit - b'0').into());
        (count, text) = (count + 1, rest);
    }
    (number, count, text)
}

#[cfg(test)]
mod tests;
