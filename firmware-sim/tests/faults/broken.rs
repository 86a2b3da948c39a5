//! A history whose file is removed, cut, overwritten, locked or was never one: boards and
//! subscribers notice nothing, the gateway says it, and goes on storing by itself.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use super::HISTORY;
use super::scene::Scene;
use super::storing::{said, said_once, until_one_of, until_state};
use crate::support::counted::{Shared, View};
use crate::support::{User, test_folder, until};

/// Does something to the file while boards send; then all that comes once the history is
/// `ok` again must be there after a restart.
async fn check(trouble: impl FnOnce(&Path)) -> Scene {
    let mut scene = Scene::start(HISTORY).await;
    let live = scene.subscriber().await;
    scene.boards();
    scene.acknowledged(300).await;
    until_state(scene.gateway(), "ok").await;
    trouble(&scene.file("kept"));
    let noticed = || said(scene.gateway(), "WARN") > 0;
    until("a word about the history", noticed).await;
    let scene = goes_on(scene, live).await;
    said_once(scene.gateway());
    scene
}

/// Once the history is `ok`, all that comes is there after a restart as well; and who
/// listens has missed nothing at all.
async fn goes_on(mut scene: Scene, live: Shared<View>) -> Scene {
    until_state(scene.gateway(), "ok").await;
    scene.acknowledged(100).await;
    let before = live.lock().clone();
    scene.acknowledged(100).await;
    scene.must_keep_everything(&live, before).await;
    scene
}

#[tokio::test]
async fn a_file_that_is_removed_begins_anew() {
    check(|kept| {
        for name in ["history.db", "history.db-wal", "history.db-shm"] {
            // The log may not be there at this moment.
            let _ = std::fs::remove_file(kept.join(name));
        }
    })
    .await;
}

#[tokio::test]
async fn a_folder_that_is_removed_is_a_state_until_it_is_there() {
    let mut scene = Scene::start(HISTORY).await;
    let live = scene.subscriber().await;
    scene.boards();
    scene.acknowledged(100).await;
    until_state(scene.gateway(), "ok").await;
    std::fs::remove_dir_all(scene.file("kept")).unwrap();
    until_state(scene.gateway(), "error").await;
    scene.acknowledged(100).await;
    // The gateway may have made it by itself meanwhile.
    std::fs::create_dir_all(scene.file("kept")).unwrap();
    goes_on(scene, live).await;
}

#[tokio::test]
async fn a_file_that_is_cut_is_set_aside() {
    let scene = check(|kept| {
        let file = File::options().write(true).open(kept.join("history.db"));
        let file = file.unwrap();
        file.set_len(file.metadata().unwrap().len() / 2).unwrap();
    })
    .await;
    assert!(has_one_aside(&scene));
}

/// The database and its log: what the log still holds would mend the database. What SQLite
/// has in memory shows only when it is read again, at a restart at the latest.
#[tokio::test]
async fn a_file_that_is_overwritten_is_set_aside() {
    let mut scene = Scene::start(HISTORY).await;
    let live = scene.subscriber().await;
    scene.boards();
    scene.acknowledged(100).await;
    until_state(scene.gateway(), "ok").await;
    for name in ["history.db", "history.db-wal"] {
        let path = scene.file("kept").join(name);
        let garbage = vec![b'?'; std::fs::metadata(&path).unwrap().len() as usize];
        let mut file = File::options().write(true).open(path).unwrap();
        file.write_all(&garbage).unwrap();
    }
    scene.acknowledged(200).await;
    scene.restart().await;
    scene.acknowledged(100).await;
    until_state(scene.gateway(), "ok").await;
    assert!(has_one_aside(&scene));
    scene.settle(&[&live]).await;
    let verdict = scene.judge(&live);
    assert!(verdict.is_good(), "{verdict}");
}

/// Whether the broken file was kept for whoever wants to mend it.
fn has_one_aside(scene: &Scene) -> bool {
    let names = std::fs::read_dir(scene.file("kept")).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .filter(|name| name.starts_with("history-broken-") && name.ends_with(".db"))
        .count()
        == 1
}

#[tokio::test]
async fn a_locked_file_is_waited_for() {
    let mut scene = Scene::start(HISTORY).await;
    let live = scene.subscriber().await;
    scene.boards();
    scene.acknowledged(100).await;
    until_state(scene.gateway(), "ok").await;
    let before = live.lock().clone();
    let other = rusqlite::Connection::open(scene.file("kept/history.db")).unwrap();
    let busy = || other.execute_batch("BEGIN EXCLUSIVE").is_ok();
    until("the lock", busy).await;
    until_state(scene.gateway(), "locked").await;
    scene.acknowledged(300).await;
    said_once(scene.gateway());
    drop(other);
    until_state(scene.gateway(), "ok").await;
    scene.acknowledged(50).await;
    scene.must_keep_everything(&live, before).await;
}

/// A gateway that starts with this in place of its file, and stores all the same.
async fn check_start(prepare: impl FnOnce(&Path)) -> Scene {
    let folder = test_folder();
    let kept = folder.path().join("kept");
    std::fs::create_dir_all(&kept).unwrap();
    prepare(&kept);
    let mut scene = Scene::start_in(folder, User::Tester, HISTORY).await;
    let live = scene.subscriber().await;
    scene.boards();
    scene.acknowledged(100).await;
    until_state(scene.gateway(), "ok").await;
    scene.acknowledged(100).await;
    scene.restart().await;
    scene.acknowledged(50).await;
    scene.settle(&[&live]).await;
    scene.must_have_everything(&live);
    scene
}

#[tokio::test]
async fn a_file_that_is_none_at_the_start_is_set_aside() {
    let scene = check_start(|kept| std::fs::write(kept.join("history.db"), "garbage").unwrap());
    let scene = scene.await;
    assert!(has_one_aside(&scene));
    said_once(scene.gateway());
}

#[tokio::test]
async fn an_empty_file_at_the_start_is_a_new_one() {
    check_start(|kept| std::fs::write(kept.join("history.db"), "").unwrap()).await;
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_a_state_until_it_is() {
    let config = HISTORY.replace("kept/", "later/");
    let mut scene = Scene::start(&config).await;
    let live = scene.subscriber().await;
    scene.boards();
    scene.acknowledged(100).await;
    // A gateway that makes the folder itself is as good.
    until_one_of(scene.gateway(), &["error", "ok"]).await;
    std::fs::create_dir_all(scene.file("later")).unwrap();
    until_state(scene.gateway(), "ok").await;
    scene.acknowledged(50).await;
    let before = live.lock().clone();
    scene.must_keep_everything(&live, before).await;
}
