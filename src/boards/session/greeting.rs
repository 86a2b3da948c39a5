//! Finds the line in which a board says its name, among all that it prints.
//! Knows nothing of who may have which name.

use memchr::memchr2;
use serde_json::Value;

/// A longer line is no greeting: a name has 64 bytes, and firmware has little else to say.
const LONGEST: usize = 1024;

/// Bytes of a port in whole lines, so that a line can be known before it is read.
#[derive(Debug, Default)]
pub struct Greetings {
    /// The beginning of a line whose end has not come; never more than [`LONGEST`].
    held: Vec<u8>,
    /// The line is longer than that, and its beginning was handed out.
    is_long: bool,
}

impl Greetings {
    /// Takes what one read brought, and hands out the bytes again, a line at a time, with the
    /// name that the line says.
    pub fn feed(&mut self, mut bytes: &[u8], mut each: impl FnMut(&[u8], Option<String>)) {
        while let Some(end) = memchr2(b'\n', b'\r', bytes) {
            let (line, rest) = bytes.split_at(end + 1);
            self.end_line(line, &mut each);
            bytes = rest;
        }
        if self.is_long {
            return each(bytes, None);
        }
        self.held.extend_from_slice(bytes);
        if self.held.len() > LONGEST {
            self.is_long = true;
            each(&std::mem::take(&mut self.held), None);
        }
    }

    /// What is held of a line that will not end.
    pub fn rest(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held)
    }

    fn end_line(&mut self, line: &[u8], each: &mut impl FnMut(&[u8], Option<String>)) {
        if std::mem::take(&mut self.is_long) {
            return each(line, None);
        }
        if self.held.is_empty() {
            return each(line, said_name(line));
        }
        self.held.extend_from_slice(line);
        let line = std::mem::take(&mut self.held);
        each(&line, said_name(&line));
    }
}

/// The name in `{"board":"NAME"}`, or in `{"hello":{"board":"NAME"}}` with whatever else a
/// board says of itself. A line that holds more is a reading that happens to have a board.
fn said_name(line: &[u8]) -> Option<String> {
    // A reset may send NULs before the first line.
    let seen = line.iter().copied().filter(|byte| *byte != 0);
    if seen.clone().find(|byte| !byte.is_ascii_whitespace()) != Some(b'{') {
        return None;
    }
    let line: Vec<u8> = seen.collect();
    let said: Value = serde_json::from_slice(&line).ok()?;
    let only = said.as_object().filter(|object| object.len() == 1)?;
    let name = match only.get("hello") {
        Some(hello) => hello.get("board"),
        None => only.get("board"),
    };
    name?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is handed out for these reads, with the names, and what is held at last.
    fn check(reads: &[&str], wanted: &[(&str, Option<&str>)], held: &str) {
        let (mut greetings, mut found) = (Greetings::default(), Vec::new());
        for read in reads {
            greetings.feed(read.as_bytes(), |line, name| {
                found.push((String::from_utf8_lossy(line).into_owned(), name));
            });
        }
        let found: Vec<_> = found
            .iter()
            .filter(|(line, _)| !line.is_empty())
            .map(|(line, name)| (line.as_str(), name.as_deref()))
            .collect();
        assert_eq!(found, wanted);
        assert_eq!(greetings.rest(), held.as_bytes());
    }

    #[test]
    fn a_greeting_is_one_of_two_objects() {
        for (line, name) in [
            ("{\"board\":\"lab\"}\n", Some("lab")),
            (" { \"board\" : \"lab\" } \r", Some("lab")),
            ("\0\0{\"board\":\"lab\"}\n", Some("lab")),
            ("{\"hello\":{\"board\":\"lab\"}}\n", Some("lab")),
            (
                "{\"hello\":{\"firmware\":\"1.2\",\"board\":\"lab\"}}\n",
                Some("lab"),
            ),
            ("{\"board\":\"not a name\"}\n", Some("not a name")),
            ("{\"board\":\"lab\",\"t\":1}\n", None),
            ("{\"hello\":{\"board\":\"lab\"},\"t\":1}\n", None),
            ("{\"hello\":\"lab\"}\n", None),
            ("{\"board\":7}\n", None),
            ("{\"t\":1}\n", None),
            ("[{\"board\":\"lab\"}]\n", None),
            ("{\"board\":\"lab\"\n", None),
            ("board:lab\n", None),
        ] {
            check(&[line], &[(line, name)], "");
        }
    }

    #[test]
    fn a_line_in_pieces_is_handed_out_whole() {
        check(
            &["t:1\n{\"boa", "rd\":\"lab\"", "}\r\nt:2\nt"],
            &[
                ("t:1\n", None),
                ("{\"board\":\"lab\"}\r", Some("lab")),
                ("\n", None),
                ("t:2\n", None),
            ],
            "t",
        );
    }

    #[test]
    fn a_long_line_is_not_held() {
        let long = "x".repeat(LONGEST + 1);
        check(
            &[&long, "yy", "z\nt:1\n"],
            &[(&long, None), ("yy", None), ("z\n", None), ("t:1\n", None)],
            "",
        );
    }
}
