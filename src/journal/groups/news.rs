//! Which readings somebody with `max_rate` has to see at once.
//!
//! He sleeps, and wakes by himself whenever one of his windows ends. So of a kind of reading
//! (a board's set of channels) whose window is open for him a further one need not wake him:
//! he comes in time. Of every other kind the next one has to, and which these are is known:
//!
//! - Of a kind whose window ended without holding anything, and of one for which he had no
//!   room, he says that he awaits the next one. He says so under the lock under which he saw
//!   that there is none, so that none comes in between. How long it was quiet would say nearly
//!   the same, but not if a reading is on its way that is older than the clock.
//! - What was last heard before he began has no window with him.
//! - What was never heard, or so long ago that it is forgotten here, is news to everybody.

use crate::clock::Timestamp;

/// Kinds that are known of one board; a reading of another is news to everybody. As many as a
/// board may have windows.
const MAX_KINDS: usize = 16;

/// What is news, as far as it does not depend on whom it is told.
#[derive(Clone, Copy, Debug)]
pub struct News {
    /// The longest period of those who await it; -1 if nobody does.
    awaited: i64,
    /// When a kind was last heard.
    heard: Timestamp,
}

impl News {
    /// For everybody.
    pub const ALL: Self = Self {
        awaited: i64::MAX,
        heard: Timestamp(i64::MIN),
    };

    /// For nobody.
    pub const NONE: Self = Self {
        awaited: -1,
        heard: Timestamp(i64::MAX),
    };

    /// Both at once.
    pub fn and(self, other: Self) -> Self {
        Self {
            awaited: self.awaited.max(other.awaited),
            heard: self.heard.min(other.heard),
        }
    }

    /// Whether it is news to those with windows of so many microseconds, the last of whom
    /// began at this time.
    pub fn concern(self, period: i64, began: Timestamp) -> bool {
        self.awaited >= period || self.heard <= began
    }
}

/// When readings of each kind were last heard.
#[derive(Debug, Default)]
pub struct Kinds {
    /// By slot. A slot's next board comes to those of the board before, as it does in the
    /// windows.
    boards: Vec<Vec<Kind>>,
}

#[derive(Debug)]
struct Kind {
    shape: u64,
    heard: Timestamp,
    /// As in [`News`], for the next one.
    awaited: i64,
}

impl Kinds {
    /// Notes a reading.
    pub fn hear(&mut self, slot: usize, shape: u64, time: Timestamp) -> News {
        if self.boards.len() <= slot {
            self.boards.resize_with(slot + 1, Vec::new);
        }
        let kinds = &mut self.boards[slot];
        if let Some(kind) = kinds.iter_mut().find(|kind| kind.shape == shape) {
            let news = News {
                awaited: kind.awaited,
                heard: kind.heard,
            };
            (kind.heard, kind.awaited) = (time, -1);
            return news;
        }
        if kinds.len() == MAX_KINDS {
            let oldest = (0..kinds.len()).min_by_key(|&index| kinds[index].heard);
            oldest.map(|oldest| kinds.swap_remove(oldest));
        }
        kinds.push(Kind {
            shape,
            heard: time,
            awaited: -1,
        });
        News::ALL
    }

    /// Makes the next reading of a kind news to those with windows of so many microseconds,
    /// and to those with shorter ones: for them it was quiet long ago.
    pub fn wait_for(&mut self, slot: usize, shape: u64, period: i64) {
        let kinds = self.boards.get_mut(slot).into_iter().flatten();
        for kind in kinds.filter(|kind| kind.shape == shape) {
            kind.awaited = kind.awaited.max(period);
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.boards.clear();
    }
}
