//! Real file systems, mounted by hand:
//! `mount -t tmpfs -o size=2m tmpfs /mnt` and `SMALL_DISK=/mnt cargo test --lib mounted -- --ignored`

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::Outcome;
use super::testing::{Run, World};
use crate::history::History;
use crate::name::Boards;

fn disk() -> PathBuf {
    std::env::var_os("SMALL_DISK")
        .expect("a small file system")
        .into()
}

fn all_is_stored(world: &World, run: &mut Run) {
    run.commit();
    assert_eq!(run.state(), "ok", "{:?}", run.writer.shared.status());
    assert_eq!(world.events(), run.told());
}

#[test]
#[ignore = "needs a file system that is full soon"]
fn a_disk_without_room() {
    let world = World::on(&disk());
    let filler = world.directory.path().join("filler");
    fs::write(&filler, vec![0; 1_200_000]).unwrap();
    let mut run = world.run();
    let mut fails = 0;
    while fails < 3 {
        run.say("a", 300);
        if run.commit() == Outcome::Failed {
            fails += 1;
            assert_eq!(run.state(), "full", "{:?}", run.writer.shared.status());
        }
    }
    fs::remove_file(&filler).unwrap();
    all_is_stored(&world, &mut run);
    let head = run.journal.head();
    run.crash();
    assert!(world.run().first > head);
}

#[test]
#[ignore = "needs a file system that may be mounted again"]
fn a_disk_that_becomes_read_only() {
    let disk = disk();
    let mount = |how| {
        let mount = Command::new("mount").args(["-o", how]).arg(&disk).status();
        assert!(mount.unwrap().success());
    };
    let world = World::on(&disk);
    let mut run = world.run();
    run.say("a", 10);
    run.stop();
    mount("remount,ro");
    let mut run = world.run();
    let (state, first) = (run.state(), run.first);
    run.say("a", 10);
    let outcome = run.commit();
    let status = run.writer.shared.status();
    mount("remount,rw");
    assert_eq!((state, first, outcome), ("read_only", 11, Outcome::Failed));
    assert!(status.detail.contains("mount it for writing"), "{status:?}");
    run.commit();
    assert_eq!(run.state(), "ok");
    assert_eq!(world.events()[10..], run.told());
}

#[tokio::test]
#[ignore = "needs a file system that may be mounted again"]
async fn a_disk_that_is_read_only_is_read() {
    let disk = disk();
    let mount = |how| {
        let mount = Command::new("mount").args(["-o", how]).arg(&disk).status();
        assert!(mount.unwrap().success());
    };
    let world = World::on(&disk);
    let mut run = world.run();
    run.say("a", 10);
    run.stop();
    mount("remount,ro");
    let (history, before) = History::open(&world.config, world.fresh());
    let page = history.page(&Boards::All, 0).await;
    mount("remount,rw");
    assert_eq!(before.numbering.first, 11);
    assert_eq!(history.stored(&Boards::All, 0), Some(10));
    let page = page.unwrap();
    assert_eq!((page.items.len(), page.to), (10, 10));
}

#[test]
#[ignore = "needs a file system that is full soon"]
fn a_disk_that_is_full_at_the_start() {
    let world = World::on(&disk());
    let filler = world.directory.path().join("filler");
    let mut size = 2 << 20;
    while size > 0 {
        let mut more = fs::read(&filler).unwrap_or_default();
        more.resize(more.len() + size, 0);
        if fs::write(&filler, &more).is_err() {
            size /= 2;
        }
    }
    let mut run = world.run();
    assert_eq!(run.state(), "full", "{:?}", run.writer.shared.status());
    run.say("a", 10);
    assert_eq!(run.commit(), Outcome::Failed);
    fs::remove_file(&filler).unwrap();
    all_is_stored(&world, &mut run);
}
