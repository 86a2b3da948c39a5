//! A gateway that is killed with SIGKILL again and again, under load.

use std::time::Duration;

use super::{COMMIT_EVERY, HISTORY, Scene};
use crate::support::counted::{Shared, Verdict, View};

/// What the disk of a busy machine may take to keep what it was given.
const SLACK: Duration = Duration::from_secs(3);

/// Numbers that may be left out after a kill; and the few that the boards do not know of.
const MAX_JUMP: u64 = 1000 + 100;

/// Kills so many times, after as many values as the dice say.
async fn killed(times: u32, config: &str) -> (Scene, Shared<View>, Verdict) {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut dice = fastrand::Rng::with_seed(seed);
    let mut scene = Scene::start(config).await;
    let view = scene.subscriber().await;
    scene.boards();
    for _ in 0..times {
        scene.acknowledged(dice.u64(1..200)).await;
        scene.kill().await;
    }
    scene.acknowledged(50).await;
    scene.settle(&[&view]).await;
    let verdict = scene.judge(&view);
    assert!(verdict.is_good(), "seed {seed}: {verdict}");
    (scene, view, verdict)
}

async fn with_history(times: u32) {
    let (scene, view, verdict) = killed(times, HISTORY).await;
    let view = view.lock();
    assert_eq!(view.streams.len(), 1, "{:?}", view.streams);
    assert_eq!((view.beginnings, view.unresumed), (0, 0));
    assert_eq!(verdict.before_a_beginning, 0, "{verdict}");
    let bound = COMMIT_EVERY + SLACK;
    assert!(verdict.oldest <= bound, "a kill undid more: {verdict}");
    let jump = scene.books.lock().longest_jump();
    println!("longest jump {jump}, {} gaps told", view.gaps.len());
    assert!(jump <= MAX_JUMP, "{jump}");
}

#[tokio::test]
async fn without_a_history_another_stream_tells_of_each_kill() {
    let (_, view, verdict) = killed(5, "").await;
    let view = view.lock();
    assert!((1..=5).contains(&view.beginnings), "{}", view.beginnings);
    assert_eq!(verdict.told, 0, "{verdict}");
}

#[tokio::test]
async fn killed_ten_times_the_stream_goes_on() {
    with_history(10).await;
}

#[tokio::test]
#[ignore = "takes a minute: make faults"]
async fn killed_fifty_times_the_stream_goes_on() {
    with_history(50).await;
}
