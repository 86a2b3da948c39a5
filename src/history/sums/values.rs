//! The values of a reading as far as they can be summed.
//! Knows nothing of boards, channels or sums.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::history::body;

/// A value, as far as it can be summed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A number, rounded if it has more digits than a float; true is 1, false is 0.
    Number(f64),
    /// Text, null, or what no gateway ever wrote.
    Other,
}

/// The values of {"values":{"temperature":23.5}}, in their order; of anything else none.
pub fn of(body: &str) -> impl Iterator<Item = (Cow<'_, str>, Value)> {
    let mut values = Vec::new();
    let whole = body::values(body, |name, value| values.push((name, value)));
    if whole.is_err() {
        values.clear();
    }
    values.into_iter()
}

impl<'a> Deserialize<'a> for Value {
    fn deserialize<D: Deserializer<'a>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_any(Any)
    }
}

struct Any;

impl<'a> Visitor<'a> for Any {
    type Value = Value;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a value")
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Number(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Number(f64::from(u8::from(value))))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_str<E>(self, _: &str) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Other)
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, wanted: &[(&str, Value)]) {
        let got: Vec<_> = of(body).collect();
        let wanted: Vec<_> = wanted
            .iter()
            .map(|&(name, value)| (name.into(), value))
            .collect();
        assert_eq!(got, wanted, "{body}");
    }

    #[test]
    fn numbers_and_booleans_are_numbers() {
        use Value::{Number, Other};
        check(
            r#"{"values":{"t":23.5,"n":-4}}"#,
            &[("t", Number(23.5)), ("n", Number(-4.0))],
        );
        check(
            r#"{"board_time":5,"values":{"a\"b":true,"b":false,"c":null,"d":"on"}}"#,
            &[
                ("a\"b", Number(1.0)),
                ("b", Number(0.0)),
                ("c", Other),
                ("d", Other),
            ],
        );
        check(
            r#"{"values":{"n":18446744073709551615}}"#,
            &[("n", Number(18_446_744_073_709_552_000.0))],
        );
        check(
            r#"{"values":{"n":123456789012345678901234567890}}"#,
            &[("n", Number(123_456_789_012_345_680_000_000_000_000.0))],
        );
        check(
            r#"{"values":{"":-0.0,"x":1e308}}"#,
            &[("", Number(-0.0)), ("x", Number(1e308))],
        );
        check(
            r#"{"values":{"list":[1,[2]],"map":{"a":1}}}"#,
            &[("list", Other), ("map", Other)],
        );
    }

    #[test]
    fn what_is_no_reading_has_no_values() {
        for body in [
            "",
            "{}",
            "{\"values\":5}",
            "[]",
            "{\"values\":{\"a\":1",
            "{\"values\":{}}",
        ] {
            check(body, &[]);
        }
    }

    #[test]
    fn names_are_not_copied() {
        let names = of(r#"{"values":{"temperature":23.5}}"#);
        assert!(
            names
                .into_iter()
                .all(|(name, _)| matches!(name, Cow::Borrowed(_)))
        );
    }
}
