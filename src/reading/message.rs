//! Cuts a whole WebSocket message or POST body into lines.
//! Knows nothing of how it arrived.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

use super::lines::{Cut, Lines, to_text};
use super::parse::is_whole_json;

/// Hands out the lines of a message or body, whose end ends its last line. One that is
/// as a whole one JSON object or array, also over several lines, is one line of any
/// length, without NULs and outer line ends; it is for the caller to bound a message.
pub fn cut_message(bytes: &[u8], max_line: usize, mut each: impl FnMut(Cut<'_>)) {
    if bytes.len() <= max_line && memchr2(b'\n', b'\r', bytes).is_none() {
        Lines::new(max_line).feed_last(bytes, each);
    } else if let Some(text) = whole_json(bytes) {
        let text = text.trim_matches(['\r', '\n']).into();
        each(Cut::Line {
            text,
            partial: false,
        });
    } else {
        Lines::new(max_line).feed_whole(bytes, each);
    }
}

/// The text of a message or body that is as a whole one JSON object or array.
pub fn whole_json(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let text = clean(bytes);
    is_whole_json(&text).then_some(text)
}

/// Bytes as text: without NULs, with invalid UTF-8 as U+FFFD.
pub fn clean(bytes: &[u8]) -> Cow<'_, str> {
    if memchr(0, bytes).is_none() {
        return to_text(bytes);
    }
    let kept: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    String::from_utf8_lossy(&kept).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(message: &[u8], wanted: &[&str]) {
        let mut found = Vec::new();
        cut_message(message, 8, |cut| match cut {
            Cut::Line { text, partial } => {
                assert!(!partial);
                found.push(text.into_owned());
            }
            Cut::TooLong => found.push("too long".to_owned()),
        });
        assert_eq!(found, wanted, "{message:?}");
    }

    #[test]
    fn a_message_is_lines() {
        check(b"a\r\nb\n\nc", &["a", "b", "c"]);
        check(b"a\0\xff\n", &["a\u{fffd}"]);
        check(b" \n\t\n\0", &[]);
        check(b"123456789\na", &["too long", "a"]);
        check(b"[1]\n[2]\n", &["[1]", "[2]"]);
    }

    #[test]
    fn whole_json_is_one_line_of_any_length() {
        check(b"\r\n[1,\n\0 nan,\n 3]\n", &["[1,\n nan,\n 3]"]);
        check(br#"{"temperature":23.5}"#, &[r#"{"temperature":23.5}"#]);
        check(br#"{"temperature":23.5"#, &["too long"]);
        check(b"{\n}\n{\n}", &["{", "}", "{", "}"]);
    }
}
