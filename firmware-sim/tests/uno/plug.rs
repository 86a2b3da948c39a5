//! The plug is pulled and put in again, while a real sketch is printing.

use std::process::Stdio;

use firmware_sim::uno::{Opening, Sketch, command};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;

use super::Bench;
use crate::support::soon;
use crate::support::uno::{told, workshop};

const TIMES: u32 = 5;

#[tokio::test]
async fn nothing_is_lost_after_each_of_several_replugs() {
    let mut bench = Bench::online(Sketch::SERIAL_JSON, "").await;
    for _ in 0..TIMES {
        bench.no_hole_in(10).await;
        let before = bench.board.uno.board().device;
        told(bench.board.uno.unplug().await);
        let offline = bench.subscriber.state("serial-json", "offline").await;
        assert_eq!(offline["reason"], "unplugged");
        told(bench.board.uno.plug().await);
        assert_ne!(bench.board.uno.board().device, before);
        bench.subscriber.state("serial-json", "online").await;
        assert_eq!(bench.reading().await["n"], 0);
    }
    let stat = told(bench.board.uno.stat().await);
    assert!(stat.cycles > 0 && stat.sent > 0, "{stat:?}");
}

#[tokio::test]
async fn an_emulator_whose_parent_is_killed_unplugs_and_ends() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("ttyUNO");
    let emulator = command(&workshop(), &Sketch::SERIAL_JSON, &link, Opening::Resets).await;
    let emulator = told(emulator);
    // The shell hands its standard input on; this test holds the other end open.
    let mut shell = Command::new("sh")
        .args(["-c", "exec 3<&0; \"$0\" \"$@\" <&3 & wait"])
        .arg(emulator.as_std().get_program())
        .args(emulator.as_std().get_args())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let _input = shell.stdin.take();
    let mut events = BufReader::new(shell.stdout.take().unwrap());
    let mut plugged = String::new();
    let line = soon("it to be plugged in", events.read_line(&mut plugged));
    line.await.unwrap();
    shell.kill().await.unwrap();
    let mut rest = Vec::new();
    soon("its end", events.read_to_end(&mut rest))
        .await
        .unwrap();
    assert!(!link.is_symlink(), "{plugged}");
}
