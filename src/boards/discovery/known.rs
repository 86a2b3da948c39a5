//! USB ids of common boards and of the chips that clones and bare adapters use.
//! Knows nothing of ports.

mod table;

use table::{BOARDS, MAKERS};

/// A board or chip that is recognized by its USB ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// How its maker calls it.
    pub title: &'static str,
    /// How the name of a board that was found begins.
    pub short: &'static str,
}

/// What has these USB ids, if it is a common one; else its maker, if he makes boards.
pub fn known(vendor: u16, product: u16) -> Option<Known> {
    let ids = u32::from(vendor) << 16 | u32::from(product);
    let exact = BOARDS.iter().find(|(board, ..)| *board == ids);
    let maker = || MAKERS.iter().find(|(id, ..)| *id == vendor);
    let (title, short) = match exact {
        Some((_, title, short)) => (title, short),
        None => maker().map(|(_, title, short)| (title, short))?,
    };
    Some(Known { title, short })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::name::BoardName;

    #[test]
    fn common_boards_are_recognized() {
        let short = |vendor, product| known(vendor, product).map(|known| known.short);
        assert_eq!(short(0x2341, 0x0043), Some("uno"));
        assert_eq!(short(0x1a86, 0x7523), Some("ch340"));
        assert_eq!(short(0x2341, 0xffff), Some("arduino"));
        assert_eq!(short(0xffff, 0x0043), None);
    }

    #[test]
    fn no_ids_are_listed_twice() {
        let ids: BTreeSet<u32> = BOARDS.iter().map(|(ids, ..)| *ids).collect();
        assert_eq!(ids.len(), BOARDS.len());
    }

    #[test]
    fn every_short_name_can_begin_a_boards_name() {
        let shorts = BOARDS.iter().map(|board| board.2);
        for short in shorts.chain(MAKERS.iter().map(|maker| maker.2)) {
            assert!(BoardName::new(short).is_ok(), "{short}");
        }
    }
}
