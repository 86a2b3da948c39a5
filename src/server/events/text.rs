//! Messages as the text of Server-Sent Events, each with the place to come back to.
//! Knows nothing of connections.

use std::sync::Arc;

use bytes::Bytes;

use crate::wire::encode::seq_of;

/// Text that waits to be sent.
#[derive(Debug, Default)]
pub(super) struct Text {
    out: Vec<u8>,
    stream: Arc<str>,
    /// The largest number so far. A reading that was held back has a smaller one, but who
    /// comes back to that would be told again what came before it.
    last: u64,
}

impl Text {
    /// Ids are of this stream from here on.
    pub fn rename(&mut self, stream: Arc<str>) {
        self.stream = stream;
    }

    /// Events behind this number follow.
    pub fn go_to(&mut self, seq: u64) {
        self.last = seq;
    }

    /// Behind this message the stream goes on after a number.
    pub fn message(&mut self, seq: u64, json: &[u8]) {
        self.last = self.last.max(seq);
        self.id(seq);
        self.unnumbered(json);
    }

    /// A message in between.
    pub fn here(&mut self, json: &[u8]) {
        self.message(self.last, json);
    }

    /// An event, or a line, which has no number.
    pub fn event(&mut self, json: &[u8]) {
        match seq_of(json) {
            Some(seq) => self.message(seq.max(self.last), json),
            None => self.unnumbered(json),
        }
    }

    /// A message that is no place to come back to.
    pub fn unnumbered(&mut self, json: &[u8]) {
        self.out.extend_from_slice(b"data: ");
        // JSON as it goes out has no line ends.
        self.out.extend_from_slice(json);
        self.out.extend_from_slice(b"\n\n");
    }

    /// Nothing, as a sign of life. No empty line: that would be an event to some clients.
    pub fn comment(&mut self) {
        self.out.extend_from_slice(b":\n");
    }

    /// Bytes that wait.
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// Takes what waits.
    pub fn take(&mut self) -> Bytes {
        std::mem::take(&mut self.out).into()
    }

    fn id(&mut self, seq: u64) {
        self.out.extend_from_slice(b"id: ");
        self.out.extend_from_slice(self.stream.as_bytes());
        self.out.push(b'/');
        let mut digits = itoa::Buffer::new();
        self.out.extend_from_slice(digits.format(seq).as_bytes());
        self.out.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(seq: u64) -> String {
        format!(r#"{{"type":"reading","seq":{seq},"time":1.000}}"#)
    }

    /// The ids of what is written by `write`, `-` where there is none.
    fn check(write: impl FnOnce(&mut Text), ids: &str) {
        let mut text = Text::default();
        text.rename("s".into());
        write(&mut text);
        let text = String::from_utf8(text.take().to_vec()).unwrap();
        let blocks = text.split_terminator("\n\n");
        let id = |block: &str| {
            let (id, data) = block.split_once('\n').unwrap_or(("id: -", block));
            assert!(data.starts_with("data: {"), "{block}");
            id.strip_prefix("id: ").unwrap().to_owned()
        };
        let got: Vec<_> = blocks.map(id).collect();
        assert_eq!(got.join(" "), ids, "{text}");
    }

    #[test]
    fn events_have_their_number_and_lines_have_none() {
        check(
            |text| {
                text.event(event(7).as_bytes());
                text.event(br#"{"type":"line","board":"a","text":"\"seq\":9,"}"#);
                text.event(event(9).as_bytes());
            },
            "s/7 - s/9",
        );
    }

    #[test]
    fn a_past_that_was_asked_for_can_be_gone_on_with() {
        check(
            |text| {
                text.message(9, b"{}");
                text.go_to(7);
                text.unnumbered(b"{}");
                [8, 9, 10].map(|seq| text.event(event(seq).as_bytes()));
            },
            "s/9 - s/8 s/9 s/10",
        );
    }

    #[test]
    fn what_was_held_back_is_not_a_place_to_come_back_to() {
        check(
            |text| {
                text.go_to(4);
                [6, 5, 8].map(|seq| text.event(event(seq).as_bytes()));
            },
            "s/6 s/6 s/8",
        );
    }

    #[test]
    fn another_id_holds_from_where_it_is_told() {
        check(
            |text| {
                text.event(event(6).as_bytes());
                text.rename("t".into());
                text.here(b"{}");
                text.event(event(7).as_bytes());
            },
            "s/6 t/6 t/7",
        );
    }
}
