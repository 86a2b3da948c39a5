//! Facts about serial boards, read from the other end of the port.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use super::*;
use crate::clockwork::Settings;
use crate::firmware::Sketch;

fn open(link: &Path) -> BufReader<File> {
    BufReader::new(File::options().read(true).write(true).open(link).unwrap())
}

fn next_line(host: &mut BufReader<File>) -> String {
    let mut line = String::new();
    // Empty at the end of file, and where unplugging interrupts the read (EIO).
    let _ = host.read_line(&mut line);
    line
}

/// Runs a greenhouse at 20 Hz, and `host` with its port in a thread.
async fn check(script: &str, tell: Tell, host: impl FnOnce(&Path) + Send + 'static) {
    let folder = tempfile::tempdir().unwrap();
    let port = Port::plug_in(folder.path().join("tty")).unwrap();
    let link = port.link().to_owned();
    let script = script.parse().unwrap();
    let settings = Settings {
        rate: 20.0,
        script,
        ..Settings::of(Sketch::Greenhouse, 1)
    };
    let stop = CancellationToken::new();
    let board = run_serial(port, Clockwork::new(settings), stop.clone(), tell);
    let host = async {
        let ended = tokio::task::spawn_blocking(move || host(&link)).await;
        stop.cancel();
        ended.unwrap();
    };
    let both = async { tokio::join!(board, host) };
    let (board, ()) = tokio::time::timeout(Duration::from_secs(20), both)
        .await
        .unwrap();
    board.unwrap();
}

#[tokio::test]
async fn every_opening_is_a_reset() {
    static CLOSED: AtomicBool = AtomicBool::new(false);
    let tell = |note: &Note| {
        CLOSED.fetch_or(*note == Note::Closed, Relaxed);
    };
    check("", tell, |link| {
        for _ in 0..2 {
            let mut host = open(link);
            while next_line(&mut host) != "Booting greenhouse 1.2...\r\n" {}
            assert!(next_line(&mut host).starts_with("DHT22"));
            assert!(next_line(&mut host).starts_with("{\"temperature\":"));
            CLOSED.store(false, Relaxed);
            drop(host);
            while !CLOSED.load(Relaxed) {
                std::thread::yield_now();
            }
        }
    })
    .await;
}

#[tokio::test]
async fn commands_are_answered_between_readings() {
    check(
        "",
        |_| (),
        |link| {
            let mut host = open(link);
            host.get_mut().write_all(b"LED ON\n").unwrap();
            while next_line(&mut host) != "ok led on\r\n" {}
        },
    )
    .await;
}

#[tokio::test]
async fn an_unplugged_board_comes_back() {
    check(
        "after 200ms unplug 300ms",
        |_| (),
        |link| {
            let mut host = open(link);
            let first = std::fs::read_link(link).unwrap();
            while !next_line(&mut host).is_empty() {}
            drop(host);
            while !link.exists() {
                std::thread::yield_now();
            }
            assert_ne!(std::fs::read_link(link).unwrap(), first);
            assert_eq!(next_line(&mut open(link)), "Booting greenhouse 1.2...\r\n");
        },
    )
    .await;
}
