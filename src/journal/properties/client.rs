//! A subscriber that compares what it gets to what there was.

use serde_json::{Value as Json, json};

use super::checks::{check_opening, check_snapshot, position_of_last};
use super::model::{Event, World};
use super::sleeper::Sleeper;
use super::thinned::{All, Thinned};
use super::view::{View, comparable};
use super::{Join, Since};
use crate::clock::Timestamp;
use crate::journal::{Cursor, Next};
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
    /// Nothing while there may be more.
    sleeper: Option<Sleeper>,
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
        let (cursor, opening) = world.journal.subscribe(&wanted, None);
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
        let period = join.period;
        let thinned = period.map(|period| Thinned::new(period, live_after, position));
        self.last = if opening.resumed { position } else { head };
        self.live = Some(Live {
            cursor,
            boards: join.boards.clone(),
            position,
            view,
            thinned,
            sleeper: None,
        });
    }

    pub fn leave(&mut self) {
        self.live = None;
    }

    pub fn read(&mut self, world: &World, times: Option<usize>) {
        let Some(live) = &mut self.live else { return };
        live.sleeper = None;
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
                Next::Nothing(due) => {
                    assert!(!lost);
                    live.check_all_got(world);
                    live.sleeper = Some(Sleeper::new(&live.cursor, due));
                    return;
                }
                Next::Stream { .. } => panic!("another stream"),
                Next::Closed => panic!("closed"),
            }
        }
    }

    /// Reads if it is woken. What was to be got by now was got.
    pub fn wake(&mut self, world: &World) {
        let Some(live) = &mut self.live else { return };
        let sleeper = live.sleeper.as_mut();
        if sleeper.is_none_or(|sleeper| sleeper.is_woken(world.now)) {
            self.read(world, None);
        } else {
            live.check_all_got(world);
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
                thinned.got(key, seq);
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
                *thinned = Thinned::new(thinned.period, gap.to, gap.to);
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
