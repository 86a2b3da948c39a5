//! A cursor that is behind the backlog: what it is given from elsewhere goes the same way
//! as what it reads.

use std::hash::{DefaultHasher, Hash, Hasher};

use bytes::Bytes;

use super::batch::shape_of;
use super::latest::channels_of;
use super::thin::Verdict;
use super::{Cursor, Record};
use crate::clock::Timestamp;
use crate::wire::encode::Kind;

/// The slot of boards that the journal does not know: thinned by their name.
const UNKNOWN: u32 = u32::MAX - 1;

impl Cursor {
    /// Everything up to this number was read or is lost.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Whether the backlog has everything that comes next. Where it has not, that is to be
    /// had elsewhere, and given to [`Cursor::stored`].
    pub fn is_held(&mut self) -> bool {
        let inner = self.journal.lock();
        let held = inner.holds_after(self.group, self.position);
        if held {
            let behind = inner.count_after(self.group, self.position);
            self.counted = inner.groups.appended(self.group) - behind;
        }
        held
    }

    /// Goes on, or back, to another number.
    pub fn go_to(&mut self, position: u64) {
        self.position = position;
        self.journal.lock().begin(self.group);
    }

    /// Gives up what is held back before its time, for a reader that leaves.
    pub fn release(&mut self) -> Vec<Bytes> {
        let mut frames = Vec::new();
        if let Some(thinner) = &mut self.thinner {
            thinner.release(Timestamp(i64::MAX), |_| None, &mut frames);
        }
        frames
    }

    /// Takes events that come next and match, in order, and gives the frames that go out;
    /// goes on to `to`, up to which there are no others.
    pub fn stored(&mut self, records: Vec<Record>, to: u64) -> Vec<Bytes> {
        self.position = to;
        let keys = self.keys(&records);
        let Some(thinner) = &mut self.thinner else {
            return records.into_iter().map(|record| record.frame).collect();
        };
        let frame = |seq| {
            let index = records.binary_search_by_key(&seq, |record| record.seq);
            index.ok().map(|index| records[index].frame.clone())
        };
        let mut frames = Vec::new();
        for (record, key) in records.iter().zip(keys) {
            thinner.release(record.time, frame, &mut frames);
            let passes =
                key.is_none_or(|key| thinner.offer(key, record.seq, record.time) == Verdict::Send);
            if passes {
                frames.push(record.frame.clone());
            }
        }
        thinner.detach(frame);
        // The journal knows that everything before now is new here.
        thinner.ended().for_each(drop);
        frames
    }

    /// By what each reading is thinned; nothing where nothing is.
    fn keys(&self, records: &[Record]) -> Vec<Option<(u32, u64)>> {
        if self.thinner.is_none() {
            return Vec::new();
        }
        let shape = |record: &Record| {
            let live = record.kind == Kind::Reading && record.seq > self.live_after;
            live.then(|| shape_of(channels_of(&record.frame).iter().map(String::as_str)))
        };
        // Before the lock: reading a page of JSON takes long.
        let shapes: Vec<_> = records.iter().map(shape).collect();
        let mut inner = self.journal.lock();
        inner.begin(self.group);
        let key = |(record, shape): (&Record, Option<u64>)| {
            let board = record.board.as_ref()?;
            let (slot, salt) = match inner.places.slot(board.as_str()) {
                Some(slot) => (slot, inner.places.get(slot).salt),
                None => (UNKNOWN, hash(board.as_str())),
            };
            Some((slot, shape?.wrapping_add(salt)))
        };
        records.iter().zip(shapes).map(key).collect()
    }
}

fn hash(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}
