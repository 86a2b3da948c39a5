//! The values in a stored reading, one by one, without a tree of what is not wanted.
//! Knows nothing of columns.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

/// Calls `each` with every channel and its value, as much of it as `V` takes, in the order
/// of the board. A name is copied only if it has escapes.
///
/// # Errors
/// When the body cannot be read to its end: somebody else wrote it. What came before is told.
pub fn values<'a, V: Deserialize<'a>>(
    body: &'a str,
    each: impl FnMut(Cow<'a, str>, V),
) -> Result<(), serde_json::Error> {
    let of = PhantomData;
    serde_json::Deserializer::from_str(body).deserialize_map(Body(Values { each, of }))
}

struct Body<V, F>(Values<V, F>);

struct Values<V, F> {
    each: F,
    of: PhantomData<V>,
}

/// Serde borrows text only where it is told to.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de, V: Deserialize<'de>, F: FnMut(Cow<'de, str>, V)> Visitor<'de> for Body<V, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body of a reading")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(Name(name)) = map.next_key()? {
            if name == "values" {
                map.next_value_seed(&mut self.0)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl<'de, V, F> DeserializeSeed<'de> for &mut Values<V, F>
where
    V: Deserialize<'de>,
    F: FnMut(Cow<'de, str>, V),
{
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de, V, F> Visitor<'de> for &mut Values<V, F>
where
    V: Deserialize<'de>,
    F: FnMut(Cow<'de, str>, V),
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("values by channel")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Name(name)) = map.next_key()? {
            (self.each)(name, map.next_value()?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn values_come_as_they_were() {
        let check = |body: &str, wanted: &str| {
            let mut got = Vec::new();
            let _ = values(body, |name, value: Value| {
                got.push(format!("{name}={value}"))
            });
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
