//! Tells everybody what a commit did: readers how far it is, and the journal how far it may
//! number. Knows nothing of how it was done.

use std::sync::atomic::Ordering::Relaxed;

use tracing::warn;

use super::commit::{Done, Tell, Until};
use super::{More, Outcome, Writer};
use crate::history::aside::with_end;
use crate::journal::Journal;

impl Writer {
    /// After a commit.
    pub(super) fn publish(&mut self, journal: &Journal, done: Done, reserve: Until) -> Outcome {
        let Some(db) = &mut self.db else {
            return Outcome::Failed;
        };
        let progress = db.progress;
        let log = std::fs::metadata(with_end(&self.shared.path, "-wal"));
        let bytes = db.measure() + log.map_or(0, |log| log.len());
        self.file = Some(db.file());
        let mut reach = self.shared.reach();
        match done.reach {
            Some(changed) => *reach = changed,
            None => reach.advance(progress.stored),
        }
        drop(reach);
        self.shared.advance(progress.stored, bytes);
        self.count(done.events, done.lost);
        self.ids.saved();
        (self.time, self.more, self.tell) = (progress.time, done.trim, Tell::Changed);
        self.reserve.until = progress.reserved;
        if let Until::Least(until) | Until::Back(until) = reserve {
            self.ids.promise(journal, until, &self.fresh);
        }
        match done.full {
            More::Yes => Outcome::More,
            More::No => Outcome::Caught,
        }
    }

    fn count(&self, events: u64, lost: u64) {
        let counters = &self.shared.counters;
        counters.commits.fetch_add(1, Relaxed);
        counters.events.fetch_add(events, Relaxed);
        if lost > 0 {
            counters.lost.fetch_add(lost, Relaxed);
            warn!(
                events = lost,
                "events left the backlog before they could be stored"
            );
        }
    }
}
