//! What systemd is told.

use rustix::process::Signal;
use tokio::net::UnixDatagram;

use crate::support::{Gateway, User, soon};

/// What is told next; the watchdog is fed in between, too.
async fn check(systemd: &UnixDatagram, expected: &str) {
    loop {
        let mut buffer = [0; 256];
        let received = soon(expected, systemd.recv(&mut buffer)).await.unwrap();
        let told = String::from_utf8_lossy(&buffer[..received]);
        if told.starts_with(expected) {
            return;
        }
        assert_eq!(told, "WATCHDOG=1\n", "instead of {expected}");
    }
}

#[tokio::test]
async fn systemd_is_told_of_each_step_and_its_watchdog_is_fed() {
    let folder = tempfile::tempdir().unwrap();
    let systemd = UnixDatagram::bind(folder.path().join("notify")).unwrap();
    let gateway = Gateway::start_in(folder, User::Systemd, "").await;
    check(&systemd, "READY=1").await;
    check(&systemd, "WATCHDOG=1").await;
    gateway.signal(Signal::HUP);
    check(&systemd, "RELOADING=1\nMONOTONIC_USEC=").await;
    check(&systemd, "READY=1").await;
    check(&systemd, "WATCHDOG=1").await;
    gateway.signal(Signal::TERM);
    check(&systemd, "STOPPING=1").await;
}
