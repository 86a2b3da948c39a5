//! Makes JSON of what sketches print when they print a number that is none.

use std::ops::Range;

/// Replaces bare `nan` and its like by `null`; `None` when there are none. A word that
/// does not stand in a value's place leaves JSON that is still broken.
pub fn repair(json: &str) -> Option<String> {
    let mut repaired = String::new();
    let mut copied = 0;
    for word in bare_words(json).filter(|word| is_no_number(&json[word.clone()])) {
        repaired.push_str(&json[copied..word.start]);
        repaired.push_str("null");
        copied = word.end;
    }
    if copied == 0 {
        return None;
    }
    repaired.push_str(&json[copied..]);
    Some(repaired)
}

fn is_no_number(word: &str) -> bool {
    let unsigned = word.strip_prefix(['+', '-']).unwrap_or(word);
    matches!(unsigned, "nan" | "NaN" | "inf" | "Infinity" | "ovf")
}

/// Where the runs of bytes outside strings are that are neither punctuation nor space.
fn bare_words(json: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = json.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(byte) = bytes.get(at) {
            let start = at;
            match byte {
                b'"' => at = string_end(bytes, start),
                byte if ends_word(*byte) => at += 1,
                _ => {
                    let rest = bytes[start..].iter();
                    at += rest.take_while(|byte| !ends_word(**byte)).count();
                    return Some(start..at);
                }
            }
        }
        None
    })
}

fn ends_word(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'{' | b'}' | b'[' | b']' | b':' | b',' | b'"')
}

/// Behind the string that begins here.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, wanted: Option<&str>) {
        assert_eq!(repair(json).as_deref(), wanted, "{json}");
    }

    #[test]
    fn bare_words_become_null() {
        check(
            "[nan,NaN, inf ,Infinity,ovf]",
            Some("[null,null, null ,null,null]"),
        );
        check("{\"a\":-nan,\"b\":+inf}", Some("{\"a\":null,\"b\":null}"));
        check(
            "[\"nan\",\"\\\"nan\",nan]",
            Some("[\"nan\",\"\\\"nan\",null]"),
        );
    }

    #[test]
    fn other_words_stay() {
        for json in [
            "[nano]", "[NAN]", "[Inf]", "[1nan]", "[--nan]", "[\"nan", "[\"nan\\", "[°]",
        ] {
            check(json, None);
        }
    }
}
