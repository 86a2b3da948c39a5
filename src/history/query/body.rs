//! The values in a stored reading, one by one, without a tree of what is not wanted.
//! Knows nothing of columns.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

/// Calls `each` with every channel and its value, in the order of the board. A body that
/// cannot be read has none: somebody else wrote it.
pub fn values(body: &str, each: impl FnMut(&str, Value)) {
    let mut text = serde_json::Deserializer::from_str(body);
    let _ = text.deserialize_map(Body { each });
}

struct Body<F> {
    each: F,
}

impl<'de, F: FnMut(&str, Value)> Visitor<'de> for Body<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body of a reading")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key_seed(Name)? {
            if name == "values" {
                map.next_value_seed(Values {
                    each: &mut self.each,
                })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Values<'a, F> {
    each: &'a mut F,
}

impl<'de, F: FnMut(&str, Value)> DeserializeSeed<'de> for Values<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de, F: FnMut(&str, Value)> Visitor<'de> for Values<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("values by channel")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key_seed(Name)? {
            (self.each)(&name, map.next_value()?);
        }
        Ok(())
    }
}

/// A name that is copied only if it has escapes.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_as_they_were() {
        let check = |body: &str, wanted: &str| {
            let mut got = Vec::new();
            values(body, |name, value| got.push(format!("{name}={value}")));
            assert_eq!(got.join(" "), wanted, "{body}");
        };
        check(
            r#"{"values":{"t":23.5,"on":true,"s":"a b","n":null,"i":9007199254740993}}"#,
            r#"t=23.5 on=true s="a b" n=null i=9007199254740993"#,
        );
        check(r#"{"board_time":1.5,"values":{"t":1}}"#, "t=1");
        check(r#"{"values":{"a\"b":1}}"#, "a\"b=1");
        check(r#"{"values":{"t":1"#, "t=1");
        check("nonsense", "");
    }
}
