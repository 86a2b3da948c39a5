//! How far back each board's events are complete, in memory: whether somebody may resume
//! from disk is answered without it. Knows nothing of subscribers.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::name::Boards;

/// The id in `board` of the gateway itself. Its events are everybody's, and what boards lost
/// whose names are not known any more is noted there.
pub const GATEWAY: i64 = 0;

/// What can be had from disk. Bounded by the boards in the file.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// Everything up to this number is stored, or lost; `None` while nothing can be read.
    stored: Option<u64>,
    /// The largest number that the gateway itself lost, or a board that is forgotten.
    everybody: u64,
    /// The largest number that each board lost, if any.
    boards: BTreeMap<String, u64>,
}

impl Reach {
    /// As the file says, which has everything up to `stored` or says that it is gone.
    ///
    /// # Errors
    /// SQLite's.
    pub fn load(conn: &Connection, stored: u64) -> rusqlite::Result<Self> {
        let mut reach = Self {
            stored: Some(stored),
            ..Self::default()
        };
        let mut query = conn.prepare_cached("SELECT id, name, gone FROM board WHERE gone > 0")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let gone = row.get(2)?;
            match row.get(0)? {
                GATEWAY => reach.everybody = gone,
                _ => drop(reach.boards.insert(row.get(1)?, gone)),
            }
        }
        Ok(reach)
    }

    /// More is stored, and nothing else was lost.
    pub fn advance(&mut self, stored: u64) {
        self.stored = Some(stored);
    }

    /// The newest number up to which every matching event after `since` is stored, if all
    /// since then are.
    pub fn stored(&self, boards: &Boards, since: u64) -> Option<u64> {
        let mut lost = self.boards.iter().filter(|(_, gone)| **gone > since);
        let complete = self.everybody <= since && !lost.any(|(name, _)| boards.matches(name));
        self.stored.filter(|_| complete)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_who_lost_something_are_told() {
        let mut reach = Reach::default();
        assert_eq!(reach.stored(&Boards::All, 0), None);
        reach.advance(100);
        reach.everybody = 10;
        reach.boards.insert("a".to_owned(), 50);
        let cases = [
            ("a", 50, Some(100)),
            ("a", 49, None),
            ("b", 10, Some(100)),
            ("b", 9, None),
            ("*", 49, None),
            ("", 99, Some(100)),
            ("b,c*", 1000, Some(100)),
        ];
        for (boards, since, wanted) in cases {
            let boards = Boards::from_list(boards).unwrap();
            assert_eq!(reach.stored(&boards, since), wanted, "{boards:?} {since}");
        }
    }
}
