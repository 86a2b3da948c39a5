//! What a subscription begins with.

use bytes::Bytes;
use serde_json::Value as Json;

use super::model::World;
use super::view::{View, comparable};
use crate::journal::Opening;
use crate::name::Boards;
use crate::wire::encode::payloads;

pub fn check_opening(world: &World, boards: &Boards, since: Option<u64>, opening: &Opening) {
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

pub fn check_snapshot(world: &World, boards: &Boards, frames: &[Bytes]) -> View {
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
pub fn position_of_last(world: &World, boards: &Boards, history: u64) -> u64 {
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
