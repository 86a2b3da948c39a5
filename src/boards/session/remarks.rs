//! What is said of an open port: the worst that is wrong with it, else where it is.
//! Knows nothing of ports.

use super::Session;

/// What there is to be said. One may come while another still holds, and goes by itself.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    pub(super) place: String,
    shared: Option<String>,
    garbled: Option<&'static str>,
    pub(super) refused: Option<String>,
}

impl Remarks {
    /// The board's detail. Who takes bytes explains why the others make no sense.
    pub(super) fn detail(&self) -> &str {
        let wrong = self.shared.as_deref().or(self.garbled);
        wrong
            .or(self.refused.as_deref())
            .unwrap_or(self.place.as_str())
    }
}

impl Session {
    /// Another program shares the port, in words; or nobody any more.
    pub fn shared(&mut self, words: Option<String>) {
        self.remarks.shared = words;
        self.tell();
    }

    /// What comes makes no sense, in words.
    pub fn makes_no_sense(&mut self, words: &'static str) {
        self.remarks.garbled = Some(words);
        self.tell();
    }

    /// What comes makes sense, on a port that is called so.
    pub fn makes_sense(&mut self, place: &str) {
        self.remarks.garbled = None;
        place.clone_into(&mut self.remarks.place);
        self.tell();
    }

    /// The name that the board gives itself is refused, in words.
    pub(super) fn refused(&mut self, words: String) {
        self.remarks.refused = Some(words);
        self.tell();
    }

    fn tell(&self) {
        self.board.remark(self.remarks.detail());
    }
}
