//! Opening real pseudo-terminals.

mod line;

use std::fs::File;

use super::*;
use crate::boards::serial::pty::Pty;
use crate::boards::serial::talk::{Turn, turn};

const LINE: Line = Line {
    baud: 115_200,
    data_bits: 8,
    parity: Parity::None,
    stop_bits: 1,
    flow: Flow::None,
};

fn opened(pty: &Pty) -> SerialStream {
    open(&pty.path, &LINE, Reset::Once).unwrap()
}

fn check(device: &Path, reason: Reason, words: &[&str]) {
    let failure = open(device, &LINE, Reset::Once).unwrap_err();
    assert_eq!(failure.reason, reason, "{failure:?}");
    for word in words {
        assert!(failure.detail.contains(word), "{failure:?}");
    }
}

async fn read(stream: &mut SerialStream, wanted: &[u8]) {
    let mut got = Vec::new();
    let mut buffer = [0; 64];
    while got.len() < wanted.len() {
        match turn(stream, &mut buffer, b"").await.unwrap() {
            Turn::Read(0) => break,
            Turn::Read(count) => got.extend_from_slice(&buffer[..count]),
            Turn::Wrote(count) => panic!("wrote {count} of nothing"),
        }
    }
    assert_eq!(got, wanted);
}

async fn write(stream: &mut SerialStream, mut rest: &[u8]) {
    while !rest.is_empty() {
        match turn(stream, &mut [0; 64], rest).await.unwrap() {
            Turn::Wrote(count) => rest = &rest[count..],
            Turn::Read(count) => panic!("read {count}"),
        }
    }
}

#[tokio::test]
async fn nothing_is_echoed_into_the_board() {
    let mut pty = Pty::new();
    let mut stream = opened(&pty);
    pty.say(b"t=1\r\n\x03\x04");
    read(&mut stream, b"t=1\r\n\x03\x04").await;
    write(&mut stream, b"LED ON\n").await;
    assert_eq!(pty.hear(7), b"LED ON\n");
}

#[tokio::test]
async fn what_came_before_the_opening_is_read() {
    let mut pty = Pty::new();
    pty.say(b"early\n");
    let mut stream = opened(&pty);
    read(&mut stream, b"early\n").await;
}

#[tokio::test]
async fn a_board_that_takes_nothing_is_still_read() {
    let mut pty = Pty::new();
    let mut stream = opened(&pty);
    // Until nothing more fits, a word from the board is all that can happen.
    pty.say(b"t=1\n");
    let mut buffer = [0; 64];
    let count = loop {
        match turn(&mut stream, &mut buffer, &[b'x'; 4096]).await.unwrap() {
            Turn::Wrote(_) => {}
            Turn::Read(count) => break count,
        }
    };
    assert_eq!(&buffer[..count], b"t=1\n");
}

#[tokio::test]
async fn a_board_that_leaves_is_the_end_of_the_file() {
    let pty = Pty::new();
    let mut stream = opened(&pty);
    drop(pty);
    match turn(&mut stream, &mut [0; 64], b"").await {
        Ok(Turn::Read(0)) => {}
        Err(error) => assert_eq!(Errno::from_io_error(&error), Some(Errno::IO)),
        other => panic!("{other:?}"),
    }
    close(stream);
}

#[tokio::test]
async fn a_port_that_is_open_is_busy_until_it_is_closed() {
    let pty = Pty::new();
    let stream = opened(&pty);
    check(
        &pty.path,
        Reason::Busy,
        &["is open in this gateway, for another board"],
    );
    close(stream);
    opened(&pty);
}

#[tokio::test]
async fn a_lock_of_another_program_is_respected_and_survives() {
    let pty = Pty::new();
    let other = File::options()
        .read(true)
        .write(true)
        .open(&pty.path)
        .unwrap();
    flock(&other, FlockOperation::NonBlockingLockExclusive).unwrap();
    check(&pty.path, Reason::Busy, &[]);
    check(&pty.path, Reason::Busy, &[]);
    drop(other);
    opened(&pty);
}

#[tokio::test]
async fn a_reset_line_that_is_not_there_is_no_error() {
    let pty = Pty::new();
    assert!(open(&pty.path, &LINE, Reset::Always).is_ok());
}

#[tokio::test]
async fn other_things_than_ports_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ttyFILE");
    std::fs::write(&file, "").unwrap();
    check(&file, Reason::Error, &["ttyFILE is not a serial port"]);
    check(
        &folder.path().join("ttyNONE"),
        Reason::Absent,
        &["ttyNONE went away"],
    );
}

#[test]
fn refusals_name_the_cure() {
    let cases = [
        (
            Errno::ACCESS,
            Reason::Denied,
            "may not open /dev/null (is this user in the group `dialout`?)",
        ),
        (Errno::PERM, Reason::Denied, "dialout"),
        (Errno::BUSY, Reason::Busy, "/dev/null is open in"),
        (Errno::NXIO, Reason::Absent, "/dev/null went away"),
        (Errno::IO, Reason::Error, "cannot open /dev/null: "),
    ];
    for (errno, reason, words) in cases {
        let failure = failure(Path::new("/dev/null"), &errno.into());
        assert_eq!(failure.reason, reason, "{errno:?}");
        assert!(failure.detail.contains(words), "{failure:?}");
    }
}
