//! Facts about simulated ports, each with a port of its own.

use std::fs::File;
use std::io::{Read, Write};
use std::time::Duration;

use super::*;

struct Bench {
    port: Port,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = Port::plug_in(folder.path().join("ttyGREEN")).unwrap();
        Self {
            port,
            _folder: folder,
        }
    }

    fn open(&self) -> File {
        File::options()
            .read(true)
            .write(true)
            .open(self.port.link())
            .unwrap()
    }

    async fn read(&mut self) -> Vec<u8> {
        let mut buffer = [0; 100];
        let count = self.port.read(&mut buffer).await.unwrap();
        buffer[..count].to_vec()
    }
}

/// Fails a test that would hang.
async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), what)
        .await
        .expect("within 10 s")
}

#[tokio::test]
async fn bytes_go_both_ways_unchanged() {
    let mut bench = Bench::new();
    let mut host = bench.open();
    let bytes = b"\x00\x03\x11\r\n\xff";
    assert_eq!(soon(bench.port.write(bytes)).await.unwrap(), bytes.len());
    let mut buffer = [0; 6];
    host.read_exact(&mut buffer).unwrap();
    assert_eq!(&buffer, bytes);
    host.write_all(bytes).unwrap();
    assert_eq!(soon(bench.read()).await, bytes);
}

#[tokio::test]
async fn opening_and_closing_are_noticed() {
    let mut bench = Bench::new();
    assert!(!bench.port.is_open());
    let host = bench.open();
    soon(bench.port.opened()).await;
    drop(host);
    soon(bench.port.closed()).await;
    assert!(!bench.port.is_open());
}

#[tokio::test]
async fn what_nobody_hears_is_lost() {
    let mut bench = Bench::new();
    assert_eq!(soon(bench.port.write(b"lost\n")).await.unwrap(), 0);
    drop(bench.open());
    let mut host = bench.open();
    soon(bench.port.write(b"!")).await.unwrap();
    let mut buffer = [0; 100];
    assert_eq!(host.read(&mut buffer).unwrap(), 1);
}

#[tokio::test]
async fn bytes_left_unread_at_the_last_close_are_lost() {
    let mut bench = Bench::new();
    let host = bench.open();
    soon(bench.port.write(b"unread\n")).await.unwrap();
    drop(host);
    soon(bench.port.closed()).await;
    let mut host = bench.open();
    soon(bench.port.write(b"!")).await.unwrap();
    let mut buffer = [0; 100];
    assert_eq!(host.read(&mut buffer).unwrap(), 1);
}

#[tokio::test]
async fn unplugging_is_end_of_file_and_plugging_in_another_number() {
    let mut bench = Bench::new();
    let first = bench.port.device().unwrap().to_owned();
    let mut host = bench.open();
    bench.port.unplug();
    assert_eq!(host.read(&mut [0; 10]).unwrap(), 0);
    assert!(!bench.port.link().exists());
    assert_eq!(
        soon(bench.port.write(b"x")).await.unwrap_err().kind(),
        io::ErrorKind::NotConnected
    );
    drop(host);
    bench.port.plug().unwrap();
    assert_ne!(bench.port.device().unwrap(), first);
    assert_eq!(
        std::fs::read_link(bench.port.link()).unwrap(),
        bench.port.device().unwrap()
    );
}

#[tokio::test]
async fn a_slow_reader_loses_nothing() {
    let mut bench = Bench::new();
    let mut host = bench.open();
    let reader = std::thread::spawn(move || {
        let mut received = vec![0; 1 << 20];
        host.read_exact(&mut received).unwrap();
        received
    });
    let sent: Vec<u8> = (0..1 << 20).map(|i: u32| (i % 251) as u8).collect();
    soon(bench.port.write(&sent)).await.unwrap();
    let received = soon(tokio::task::spawn_blocking(|| reader.join()))
        .await
        .unwrap()
        .unwrap();
    assert!(received == sent);
}
