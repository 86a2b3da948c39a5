//! A subscriber that compares what it gets to what there was.

use std::collections::{BTreeSet, HashMap};

use bytes::Bytes;
use serde_json::{Value as Json, json};

use super::model::{Event, World};
use super::view::{View, comparable};
use super::{Join, Since};
use crate::clock::Timestamp;
use crate::journal::{Cursor, Next, Opening};
use crate::name::Boards;
use crate::wire::Gap;
use crate::wire::encode::payloads;
use crate::wire::request::{Batching, RawLines, Subscription};

#[derive(Default)]
pub struct Client {
    /// The greatest number that it has.
    last: u64,
    live: Option<Live>,
}

struct Live {
    cursor: Cursor,
    boards: Boards,
    /// Everything that matches up to here was got, or was told to be lost.
    position: u64,
    view: View,
    thinned: Option<Thinned>,
}

/// What was got of each board and set of channels, and what was to be.
struct Thinned {
    period: i64,
    /// Up to here nothing is thinned.
    live_after: u64,
    got: HashMap<Key, Vec<u64>>,
    wanted: HashMap<Key, Window>,
    /// Up to here the readings are in `wanted`.
    taken: u64,
}

type Key = (&'static str, Vec<String>);

#[derive(Default)]
struct Window {
    until: i64,
    held: Option<u64>,
    sent: Vec<u64>,
}

/// Whether everything that is due must have come, or only some of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum All {
    Yes,
    No,
}

impl Client {
    pub fn join(&mut self, world: &World, join: &Join) {
        self.leave();
        let head = world.head();
        let since = match join.since {
            Since::No => None,
            Since::Last => Some((None, self.last)),
            Since::Back(back) => Some((Some("s".to_owned()), head.saturating_add_signed(-back))),
            Since::OtherStream => Some((Some("other".to_owned()), self.last)),
        };
        let wanted = Subscription {
            boards: join.boards.clone(),
            period: join.period,
            history: join.history,
            since: since.clone(),
            batch: Batching::Single,
            lines: RawLines::No,
        };
        let (cursor, opening) = world.journal.subscribe(&wanted);
        assert_eq!(opening.head, head);
        let valid = since.filter(|(stream, since)| {
            *since <= head && stream.as_ref().is_none_or(|stream| stream == "s")
        });
        let since = valid.map(|(_, since)| since);
        check_opening(world, &join.boards, since, &opening);
        let position = match since.filter(|_| opening.resumed) {
            Some(since) => since,
            None => position_of_last(world, &join.boards, join.history),
        };
        let mut view = View::default();
        if opening.resumed {
            let before = world.matching(&join.boards, 1, position);
            before.for_each(|event| view.learn(&event.json));
        } else {
            view = check_snapshot(world, &join.boards, &opening.snapshot);
        }
        let live_after = if opening.resumed { 0 } else { head };
        let thinned = join.period.map(|period| Thinned {
            period,
            live_after,
            got: HashMap::new(),
            wanted: HashMap::new(),
            taken: position,
        });
        self.last = if opening.resumed { position } else { head };
        self.live = Some(Live {
            cursor,
            boards: join.boards.clone(),
            position,
            view,
            thinned,
        });
    }

    pub fn leave(&mut self) {
        self.live = None;
    }

    pub fn read(&mut self, world: &World, times: Option<usize>) {
        let Some(live) = &mut self.live else { return };
        for _ in 0..times.unwrap_or(usize::MAX) {
            let lost = live.loses(world);
            match live.cursor.read(Timestamp(world.now)) {
                Next::Frames(frames) => {
                    assert!(!lost && !frames.is_empty());
                    for payload in frames.iter().flat_map(|frames| payloads(frames)) {
                        let json = serde_json::from_slice(payload).unwrap();
                        self.last = self.last.max(live.event(world, json));
                    }
                }
                Next::Gap(gap, snapshot) => {
                    assert!(lost, "{gap:?} in which nothing was lost");
                    live.gap(world, gap);
                    live.view = check_snapshot(world, &live.boards, &snapshot);
                    self.last = gap.to;
                }
                Next::Nothing(_) => {
                    assert!(!lost);
                    live.check_all_got(world);
                    return;
                }
                Next::Closed => panic!("closed"),
            }
        }
    }

    /// The newest of everything has arrived.
    pub fn check_caught_up(&self, world: &World) {
        if let Some(live) = &self.live {
            assert_eq!(live.view.known(), world.known(&live.boards));
        }
    }
}

impl Live {
    /// Whether something that is still wanted has left the backlog. What a thinned client
    /// has not got by now it has at least seen up to where its cursor is.
    fn loses(&self, world: &World) -> bool {
        let position = self.cursor.position.max(self.position);
        let first = world.first();
        first > 1
            && world
                .matching(&self.boards, position + 1, first - 1)
                .next()
                .is_some()
    }

    /// Takes an event and gives its number.
    fn event(&mut self, world: &World, json: Json) -> u64 {
        let seq = json["seq"].as_u64().unwrap();
        let event = &world.events[seq as usize - 1];
        assert_eq!(json["time"], json!(event.time as f64 / 1000.0));
        let json = comparable(json);
        assert_eq!(json, event.json);
        self.view.learn(&json);
        match (&mut self.thinned, &event.set) {
            (Some(thinned), Some(set)) if seq > thinned.live_after => {
                let key = (event.board.unwrap(), set.clone());
                thinned.got.entry(key).or_default().push(seq);
            }
            (Some(thinned), _) => {
                // Readings may be missing before it, nothing else.
                let mut between = world.matching(&self.boards, self.position + 1, seq - 1);
                let may_miss =
                    |event: &Event| event.set.is_some() && event.seq > thinned.live_after;
                assert!(seq > self.position && between.all(may_miss));
                self.position = seq;
            }
            (None, _) => {
                let mut next = world.matching(&self.boards, self.position + 1, world.head());
                assert_eq!(next.next().map(|event| event.seq), Some(seq));
                self.position = seq;
            }
        }
        seq
    }

    fn gap(&mut self, world: &World, gap: Gap) {
        let matching = world.matching(&self.boards, gap.from, gap.to).count() as u64;
        assert_eq!((gap.to, gap.missed), (world.head(), matching));
        assert!(!gap.atmost && gap.from > self.position);
        let unread = world.matching(&self.boards, self.position + 1, gap.from - 1);
        match &mut self.thinned {
            None => assert_eq!(unread.count(), 0, "{gap:?} begins too late"),
            Some(thinned) => {
                thinned.take(world, &self.boards, gap.from - 1);
                thinned.check(All::No);
                thinned.got.clear();
                thinned.wanted.clear();
                (thinned.live_after, thinned.taken) = (gap.to, gap.to);
            }
        }
        self.position = gap.to;
    }

    fn check_all_got(&mut self, world: &World) {
        match &mut self.thinned {
            None => {
                let mut missing = world.matching(&self.boards, self.position + 1, world.head());
                assert!(missing.next().is_none());
            }
            Some(thinned) => {
                thinned.take(world, &self.boards, world.head());
                thinned.check(All::Yes);
            }
        }
        self.position = world.head();
    }
}

impl Thinned {
    fn take(&mut self, world: &World, boards: &Boards, to: u64) {
        for event in world.matching(boards, self.taken + 1, to) {
            let Some(set) = event.set.clone().filter(|_| event.seq > self.live_after) else {
                continue;
            };
            let key = (event.board.unwrap(), set);
            let window = self.wanted.entry(key).or_default();
            window.release(event.time, self.period);
            if window.held.is_none() && event.time >= window.until {
                window.sent.push(event.seq);
                window.until = event.time + self.period;
            } else {
                window.held = Some(event.seq);
            }
        }
        self.taken = self.taken.max(to);
        for window in self.wanted.values_mut() {
            window.release(world.now, self.period);
        }
    }

    /// What was got is what was to be got, or only the beginning of it.
    fn check(&self, all: All) {
        let keys: BTreeSet<_> = self.got.keys().chain(self.wanted.keys()).collect();
        for key in keys {
            let got = self.got.get(key).map_or(&[][..], Vec::as_slice);
            let wanted = self.wanted.get(key).map_or(&[][..], |window| &window.sent);
            assert!(wanted.starts_with(got), "{key:?}: {got:?} of {wanted:?}");
            assert!(
                all == All::No || wanted.len() == got.len(),
                "{key:?}: {got:?} of {wanted:?}"
            );
        }
    }
}

impl Window {
    fn release(&mut self, now: i64, period: i64) {
        if self.until <= now
            && let Some(held) = self.held.take()
        {
            self.sent.push(held);
            self.until += period;
        }
    }
}

fn check_opening(world: &World, boards: &Boards, since: Option<u64>, opening: &Opening) {
    let Some(since) = since else {
        assert!(!opening.resumed && opening.gap.is_none());
        return;
    };
    let first = world.first();
    let lost = first > 1
        && world
            .matching(boards, since + 1, first - 1)
            .next()
            .is_some();
    if opening.resumed {
        assert!(!lost && opening.gap.is_none() && opening.snapshot.is_empty());
        return;
    }
    assert!(lost || world.forgotten() > since, "nothing was lost");
    let gap = opening.gap.unwrap();
    let matching = world.matching(boards, since + 1, world.head()).count() as u64;
    assert_eq!((gap.from, gap.to), (since + 1, world.head()));
    assert!(
        gap.missed >= matching && gap.missed <= gap.to - since,
        "{gap:?}"
    );
    assert!(
        gap.atmost || gap.missed == matching,
        "{gap:?} of {matching}"
    );
}

fn check_snapshot(world: &World, boards: &Boards, frames: &[Bytes]) -> View {
    let mut view = View::default();
    for payload in frames.iter().flat_map(|frames| payloads(frames)) {
        let json: Json = serde_json::from_slice(payload).unwrap();
        let (of, readings): (Vec<_>, Vec<_>) = world
            .events
            .iter()
            .filter(|event| event.board.is_some_and(|board| json["board"] == board))
            .map(|event| (event.seq, event.set.is_some()))
            .unzip();
        assert_eq!(json["seq"], *of.last().unwrap());
        if let Some(last) = json.get("last") {
            let newest = readings.iter().rposition(|reading| *reading).unwrap();
            assert_eq!(last["seq"], of[newest]);
        }
        view.learn(&comparable(json));
    }
    assert_eq!(view.known(), world.known(boards));
    view
}

/// Before the last `history` matching events that are held.
fn position_of_last(world: &World, boards: &Boards, history: u64) -> u64 {
    let held: Vec<_> = world
        .matching(boards, world.first(), world.head())
        .map(|event| event.seq)
        .collect();
    let skip = held.len()
        - held
            .len()
            .min(usize::try_from(history).unwrap_or(usize::MAX));
    held.get(skip).map_or(world.head(), |oldest| oldest - 1)
}
