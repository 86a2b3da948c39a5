//! A disk that is full or cannot be written: boards and subscribers notice nothing, and
//! all that the backlog held is on disk afterwards.

use super::scene::Scene;
use super::storing::{said_once, until_state};
use crate::support::{Disk, test_folder};

/// Small enough to be filled at once; the log of the database is kept small as well.
const DISK_KIB: u32 = 8 << 10;

const HISTORY: &str = "[history]\npath = \"kept/history.db\"\ncommit_every = \"100ms\"\n\
                       max_size = \"4MiB\"\n";

/// A gateway whose history has a disk of its own; `None` where that is not allowed.
async fn scene(prepare: impl FnOnce(&Disk)) -> Option<(Scene, Disk)> {
    let folder = test_folder();
    let kept = folder.path().join("kept");
    std::fs::create_dir_all(&kept).unwrap();
    let disk = Disk::over(&kept, DISK_KIB)?;
    prepare(&disk);
    let scene = Scene::start_in(folder, disk.user(), HISTORY).await;
    Some((scene, disk))
}

#[tokio::test]
async fn a_full_disk_costs_nothing_that_the_backlog_holds() {
    let Some((mut scene, disk)) = scene(|_| ()).await else {
        return;
    };
    let live = scene.subscriber().await;
    scene.boards();
    scene.acknowledged(100).await;
    until_state(scene.gateway(), "ok").await;
    let before = live.lock().clone();
    disk.fill();
    until_state(scene.gateway(), "full").await;
    scene.acknowledged(500).await;
    said_once(scene.gateway());
    disk.clear();
    until_state(scene.gateway(), "ok").await;
    said_once(scene.gateway());
    scene.acknowledged(50).await;
    scene.must_keep_everything(&live, before).await;
}

#[tokio::test]
async fn a_disk_that_is_full_at_a_kill_has_told_all_it_does_not_hold() {
    let Some((mut scene, disk)) = scene(|_| ()).await else {
        return;
    };
    let live = scene.subscriber().await;
    scene.boards();
    scene.acknowledged(100).await;
    disk.fill();
    until_state(scene.gateway(), "full").await;
    // More than a block of numbers, so that another id begins.
    scene.acknowledged(1500).await;
    scene.kill().await;
    scene.acknowledged(100).await;
    disk.clear();
    until_state(scene.gateway(), "ok").await;
    scene.acknowledged(100).await;
    scene.settle(&[&live]).await;
    let verdict = scene.judge(&live);
    assert!(verdict.is_good(), "{verdict}");
}

#[tokio::test]
async fn a_read_only_disk_is_a_state_that_ends_by_itself() {
    let read_only = |disk: &Disk| disk.remount("ro");
    let Some((mut scene, disk)) = scene(read_only).await else {
        return;
    };
    let live = scene.subscriber().await;
    scene.boards();
    until_state(scene.gateway(), "read_only").await;
    scene.acknowledged(200).await;
    said_once(scene.gateway());
    disk.remount("rw");
    until_state(scene.gateway(), "ok").await;
    scene.acknowledged(50).await;
    let before = live.lock().clone();
    scene.must_keep_everything(&live, before).await;
}
