//! The thread: it commits by itself, is told to stop, and holds nobody up.

use std::sync::Arc;
use std::time::Duration;

use super::testing::World;
use crate::boards::Link;
use crate::clock::Timestamp;
use crate::history::History;
use crate::journal::Journal;
use crate::journal::batch::Batch;
use crate::name::{BoardName, Boards};
use crate::wire::encode::Partial;

fn say(journal: &Journal, count: usize) {
    let name = BoardName::new("a").unwrap();
    let slot = journal.register(&name, Link::Http, Default::default());
    let mut batch = Batch::default();
    batch.text(&name, "x", Partial::No);
    for _ in 0..count {
        journal.append(slot, Timestamp(1), &batch);
    }
}

#[tokio::test]
async fn what_is_said_is_stored_by_and_by_and_the_rest_at_the_end() {
    let mut world = World::new();
    world.config.commit_every = Duration::from_millis(1);
    let (history, before) = History::open(&world.config, world.fresh());
    let journal = Arc::new(Journal::new(before.numbering, world.backlog));
    history.start(journal.clone(), world.backlog);
    say(&journal, 3);
    assert!(history.stored_more(2).await);
    assert_eq!(history.stored(&Boards::All, 0), Some(3));
    assert_eq!((history.status().state, history.status().behind), ("ok", 0));
    assert!(history.status().bytes > 0);
    say(&journal, 3);
    journal.close();
    history.stop().await;
    history.stop().await;
    assert_eq!(world.count("event"), 6);
    assert!(!history.stored_more(6).await);
    assert_eq!(
        world.pairs("SELECT reserved, stored FROM progress"),
        [(6, 6)]
    );
}

#[tokio::test]
async fn a_fault_is_told_to_who_waits() {
    let world = World::new();
    std::fs::create_dir(world.path()).unwrap();
    let (history, before) = History::open(&world.config, world.fresh());
    let journal = Arc::new(Journal::new(before.numbering, world.backlog));
    history.start(journal.clone(), world.backlog);
    say(&journal, 3);
    assert!(!history.stored_more(u64::MAX - 1).await);
    assert_eq!(history.stored(&Boards::All, 0), None);
    history.stop().await;
    assert_eq!(history.status().behind, 3);
}

#[tokio::test]
async fn one_that_never_began_is_stopped_at_once() {
    let world = World::new();
    let (history, _) = History::open(&world.config, world.fresh());
    history.stop().await;
}

#[test]
fn dropped_it_ends_without_a_last_commit() {
    let world = World::new();
    let (history, before) = History::open(&world.config, world.fresh());
    let journal = Arc::new(Journal::new(before.numbering, world.backlog));
    history.start(journal.clone(), world.backlog);
    let mut standing = history.shared.standing();
    drop(history);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime
        .block_on(standing.wait_for(|now| now.ended))
        .unwrap();
}
