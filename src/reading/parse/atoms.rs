//! The smallest parts of a line: numbers, null words, words, names, units.
//! Knows nothing of separators.

use crate::reading::Value;

/// What may stand behind a number, with or without one space.
const UNITS: [&str; 30] = [
    "%", "C", "F", "°C", "°F", "*C", "*F", "K", "V", "mV", "A", "mA", "W", "Pa", "hPa", "kPa",
    "lux", "lx", "ppm", "ppb", "cm", "mm", "m", "dB", "dBm", "s", "ms", "us", "Hz", "rpm",
];

/// A whole text as a value: a number, `true`, `false`, a null word, or nothing.
pub fn value(text: &str) -> Option<Value<'static>> {
    match text {
        "" => Some(Value::Null),
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        _ if is_null_word(text) => Some(Value::Null),
        _ => leading_number(text).and_then(|(number, rest)| rest.is_empty().then_some(number)),
    }
}

/// A value, or a number with a unit behind it, or one word.
pub fn labelled(text: &str) -> Option<(Value<'_>, Option<&'static str>)> {
    if let Some((number, rest)) = leading_number(text) {
        return unit(rest).map(|unit| (number, unit));
    }
    value(text)
        .or_else(|| word(text))
        .map(|value| (value, None))
}

/// One word `[A-Za-z][A-Za-z0-9_.-]*`.
pub fn word(text: &str) -> Option<Value<'_>> {
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let fits =
        text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.bytes().all(|b| inner(&b));
    fits.then(|| Value::Text(text.into()))
}

/// Whether a channel may be called so in pairs and headers:
/// `[A-Za-z_][A-Za-z0-9_.°%/()-]*`.
pub fn is_name(text: &str) -> bool {
    let inner = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '°' | '%' | '/' | '(' | ')' | '-')
    };
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && text.chars().all(inner)
}

/// `nan`, `inf`, `ovf`, `null` in any case: what sketches print for no value.
pub fn is_null_word(text: &str) -> bool {
    let words = ["nan", "inf", "ovf", "null"];
    matches!(text.len(), 3 | 4) && words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether the text is a unit that may follow a number.
pub fn is_unit(text: &str) -> bool {
    UNITS.contains(&text)
}

/// The unit in what follows a number; `None` when that is something else.
fn unit(rest: &str) -> Option<Option<&'static str>> {
    if rest.is_empty() {
        return Some(None);
    }
    let wanted = rest.strip_prefix(' ').unwrap_or(rest);
    let known = UNITS.iter().find(|unit| **unit == wanted)?;
    Some(Some(known))
}

/// The longest number at the beginning,
/// `[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?`, and what follows it. Integers beyond
/// 64 bits become floats; none where the number is not finite.
fn leading_number(text: &str) -> Option<(Value<'static>, &str)> {
    let (length, is_integer) = measure_number(text.as_bytes())?;
    let (number, rest) = text.split_at(length);
    if is_integer && let Ok(integer) = number.parse() {
        return Some((Value::Int(integer), rest));
    }
    let float: f64 = number.parse().ok()?;
    float.is_finite().then_some((Value::Float(float), rest))
}

/// Length of the number at the beginning, and whether it has neither point nor exponent.
fn measure_number(bytes: &[u8]) -> Option<(usize, bool)> {
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let whole = count_digits(&bytes[sign..]);
    let mut end = sign + whole;
    let mut is_integer = true;
    if bytes.get(end) == Some(&b'.') {
        let decimals = count_digits(&bytes[end + 1..]);
        if whole + decimals > 0 {
            end += 1 + decimals;
            is_integer = false;
        }
    }
    if is_integer && whole == 0 {
        return None;
    }
    let exponent = measure_exponent(&bytes[end..]);
    Some((end + exponent, is_integer && exponent == 0))
}

fn measure_exponent(bytes: &[u8]) -> usize {
    let [b'e' | b'E', rest @ ..] = bytes else {
        return 0;
    };
    let sign = usize::from(matches!(rest.first(), Some(b'+' | b'-')));
    match count_digits(&rest[sign..]) {
        0 => 0,
        digits => 1 + sign + digits,
    }
}

fn count_digits(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_decimal_and_finite() {
        let cases = [
            ("0", Some(Value::Int(0))),
            ("-7", Some(Value::Int(-7))),
            ("+7", Some(Value::Int(7))),
            ("007", Some(Value::Int(7))),
            ("9007199254740993", Some(Value::Int(9_007_199_254_740_993))),
            (
                "9223372036854775808",
                Some(Value::Float(9.223_372_036_854_776e18)),
            ),
            ("1.", Some(Value::Float(1.0))),
            (".5", Some(Value::Float(0.5))),
            ("-.5e-3", Some(Value::Float(-0.0005))),
            ("1E3", Some(Value::Float(1000.0))),
            ("1e308", Some(Value::Float(1e308))),
            ("1e309", None),
            ("1e", None),
            ("1e+", None),
            (".", None),
            ("-", None),
            ("+-1", None),
            ("1.2.3", None),
            ("1_000", None),
            ("0x1F", None),
            ("infinity", None),
            ("-nan", None),
            ("١", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(value(text), wanted, "{text}");
        }
        assert_eq!(value(&"9".repeat(400)), None);
    }

    #[test]
    fn units_follow_numbers_only() {
        for unit in UNITS {
            for text in [format!("-1.5{unit}"), format!("-1.5 {unit}")] {
                assert_eq!(
                    labelled(&text),
                    Some((Value::Float(-1.5), Some(unit))),
                    "{text}"
                );
            }
        }
        for bad in [
            "1  C", "1 ", "1c", "1 m/s", "nan C", "open C", "1 C C", "C 1",
        ] {
            assert_eq!(labelled(bad), None, "{bad}");
        }
    }
}
