//! Compares what boards have sent with what a subscriber was told.

use std::fmt;
use std::time::Duration;

use super::Books;
use super::view::{Hole, Newest, Place, View};

/// What one subscriber missed, and why.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Readings that came.
    pub readings: u64,
    /// Acknowledged and gone, inside a gap that was told.
    pub told: u64,
    /// Acknowledged and gone, between one stream and the next.
    pub before_a_beginning: u64,
    /// Never acknowledged, and not seen.
    pub unsent: u64,
    /// Acknowledged and gone without a word: must be 0.
    pub unexplained: u64,
    /// The first of those, and what broke the protocol's rules: must be empty.
    pub wrong: Vec<String>,
    /// How old an acknowledgement was that a kill has undone, at the most.
    pub oldest: Duration,
}

/// Whether boards are still sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// What comes after the newest reading may be under way.
    During,
    /// All that was acknowledged must have come.
    AtTheEnd,
}

const MAX_WRONG: usize = 20;

/// Where a number went that nobody saw.
enum Fate {
    Unsent,
    Told(Option<Duration>),
    BeforeABeginning(Option<Duration>),
    Unexplained,
}

impl Books {
    /// What a subscriber of all boards has missed.
    pub fn judge(&self, view: &View, moment: Moment) -> Verdict {
        let mut verdict = Verdict {
            readings: view.readings,
            wrong: view.wrong.clone(),
            ..Verdict::default()
        };
        for hole in &view.holes {
            self.look_into(hole, view, &mut verdict);
        }
        if moment == Moment::AtTheEnd {
            for (board, sent) in self.boards() {
                let after = view.boards.get(board).copied().unwrap_or_default();
                let hole = ending(board, after, sent.len() as u64);
                self.look_into(&hole, view, &mut verdict);
            }
        }
        let missed: u64 = view.gaps.iter().map(|gap| gap.missed).sum();
        if verdict.told > missed {
            let told = verdict.told;
            verdict.blame(format!("gaps tell of {missed} events, {told} are missing"));
        }
        verdict
    }

    fn look_into(&self, hole: &Hole, view: &View, verdict: &mut Verdict) {
        for n in hole.after.n + 1..hole.before.n {
            match self.fate(hole, n, view) {
                Fate::Unsent => verdict.unsent += 1,
                Fate::Told(age) => {
                    verdict.told += 1;
                    verdict.oldest = verdict.oldest.max(age.unwrap_or_default());
                }
                Fate::BeforeABeginning(age) => {
                    verdict.before_a_beginning += 1;
                    verdict.oldest = verdict.oldest.max(age.unwrap_or_default());
                }
                Fate::Unexplained => {
                    verdict.unexplained += 1;
                    let (board, seq) = (&hole.board, self.get(&hole.board, n));
                    let seq = seq.and_then(|sent| sent.seq);
                    verdict.blame(format!(
                        "{board}: number {n} ({seq:?}) is gone without a gap, between {:?} and {:?}",
                        hole.after, hole.before
                    ));
                }
            }
        }
    }

    fn fate(&self, hole: &Hole, n: u64, view: &View) -> Fate {
        let Some(sent) = self.get(&hole.board, n) else {
            return Fate::Unsent;
        };
        let arrived = sent.session != Self::ALONE && sent.session == hole.session;
        if sent.taken.is_none() && !arrived {
            return Fate::Unsent;
        }
        let (after, before) = (hole.after.place, hole.before.place);
        let age = sent.taken.and_then(|taken| self.age_at_kill(taken));
        let told = view.gaps.iter().any(|gap| match sent.seq {
            Some(seq) if after.epoch == before.epoch => gap.holds(Place { seq, ..after }),
            _ => gap.touches(after, before),
        });
        match () {
            () if told => Fate::Told(age),
            // To whom another stream was told, nothing was promised of the time between.
            () if after.epoch < before.epoch => Fate::BeforeABeginning(age),
            () => Fate::Unexplained,
        }
    }
}

/// What a board has sent after the newest that was seen; no number is behind it.
fn ending(board: &str, after: Newest, newest: u64) -> Hole {
    let place = Place {
        epoch: after.place.epoch,
        seq: u64::MAX,
    };
    Hole {
        board: board.to_owned(),
        after,
        before: Newest {
            n: newest + 1,
            place,
        },
        session: Books::ALONE,
    }
}

impl Verdict {
    /// Whether nothing is gone without a word, and every rule was kept.
    pub fn is_good(&self) -> bool {
        self.unexplained == 0 && self.wrong.is_empty()
    }

    fn blame(&mut self, what: String) {
        if self.wrong.len() < MAX_WRONG {
            self.wrong.push(what);
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} readings, {} lost and told, {} lost between streams, {} never acknowledged, \
             {} unexplained; a kill undid acknowledgements up to {:?} old",
            self.readings,
            self.told,
            self.before_a_beginning,
            self.unsent,
            self.unexplained,
            self.oldest,
        )?;
        self.wrong
            .iter()
            .try_for_each(|wrong| write!(f, "\n  {wrong}"))
    }
}
