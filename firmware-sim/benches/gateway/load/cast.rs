//! Who takes part in a scene: boards, subscribers, and what these hear.

/// Who is there.
#[derive(Clone, Copy, Debug)]
pub struct Cast {
    pub boards: usize,
    pub subscribers: usize,
    pub hears: Hears,
    /// More of a subscriber's query, such as `max_rate=10`.
    pub query: &'static str,
}

/// What a subscriber subscribes to.
#[derive(Clone, Copy, Debug)]
pub enum Hears {
    /// Every board.
    All,
    /// The board that has its number.
    Own,
}

impl Cast {
    /// The path at which a subscriber connects, by its number.
    pub fn path(self, subscriber: usize) -> String {
        let query = self.query;
        match self.hears {
            Hears::All => format!("/ws?{query}"),
            Hears::Own => format!("/ws?boards=b{subscriber}&{query}"),
        }
    }
}
