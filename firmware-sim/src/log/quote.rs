//! Bytes as a quoted text, and back.
//! Knows nothing of times.

use std::fmt::Write;

/// Quotes bytes so that [`unquote`] gives the same ones. What has no picture, or moves the
/// cursor of a terminal, is escaped.
pub fn quote(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + 2);
    text.push('"');
    for chunk in bytes.utf8_chunks() {
        chunk.valid().chars().for_each(|char| put(&mut text, char));
        chunk
            .invalid()
            .iter()
            .for_each(|byte| hex(&mut text, *byte));
    }
    text.push('"');
    text
}

/// Reads a quoted text: its bytes, and what follows the closing quote.
///
/// # Errors
/// A missing quote or an unknown escape, with the cure.
pub fn unquote(text: &str) -> Result<(Vec<u8>, &str), String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text
        .strip_prefix('"')
        .ok_or_else(|| format!("`{}` is not quoted", first_word(text)))?;
    loop {
        let plain = rest
            .find(['"', '\\'])
            .ok_or("the closing quote `\"` is missing")?;
        bytes.extend_from_slice(&rest.as_bytes()[..plain]);
        rest = &rest[plain..];
        if let Some(after) = rest.strip_prefix('"') {
            return Ok((bytes, after));
        }
        let (byte, length) = escape(rest).ok_or_else(|| unknown(rest))?;
        bytes.push(byte);
        rest = &rest[length..];
    }
}

fn put(text: &mut String, char: char) {
    match char {
        '\r' => text.push_str("\\r"),
        '\n' => text.push_str("\\n"),
        '\t' => text.push_str("\\t"),
        '"' => text.push_str("\\\""),
        '\\' => text.push_str("\\\\"),
        '\'' => text.push(char),
        // What the standard library would not print as it is.
        _ if char.escape_debug().len() > 1 => {
            let mut utf8 = [0; 4];
            let bytes = char.encode_utf8(&mut utf8).bytes();
            bytes.for_each(|byte| hex(text, byte));
        }
        _ => text.push(char),
    }
}

fn hex(text: &mut String, byte: u8) {
    // Writing to a String cannot fail.
    let _ = write!(text, "\\x{byte:02X}");
}

/// The byte that an escape stands for, and the escape's length.
fn escape(text: &str) -> Option<(u8, usize)> {
    let byte = match text.as_bytes().get(1)? {
        b'r' => b'\r',
        b'n' => b'\n',
        b't' => b'\t',
        b'"' => b'"',
        b'\\' => b'\\',
        b'x' => {
            let digits = text.get(2..4).filter(|digits| !digits.starts_with('+'))?;
            return Some((u8::from_str_radix(digits, 16).ok()?, 4));
        }
        _ => return None,
    };
    Some((byte, 2))
}

fn unknown(text: &str) -> String {
    let length = if text.starts_with("\\x") { 4 } else { 2 };
    let shown: String = text.chars().take(length).collect();
    format!("`{shown}` is no escape (there are \\r, \\n, \\t, \\\\, \\\" and \\xNN for any byte)")
}

/// Short enough for a message.
pub fn first_word(text: &str) -> String {
    let word = text.split_whitespace().next().unwrap_or_default();
    word.chars().take(40).collect()
}
