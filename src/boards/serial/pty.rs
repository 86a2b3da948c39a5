//! A pseudo-terminal whose master plays the board.

use std::fs::File;
use std::io::{Read, Write};
use std::path::PathBuf;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// The board's end; the port vanishes when it is dropped.
pub struct Pty {
    master: File,
    pub path: PathBuf,
}

impl Pty {
    pub fn new() -> Self {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let master = openpt(flags).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let path = ptsname(&master, Vec::new()).unwrap();
        // That nobody has it open is known only after somebody has closed it.
        drop(File::open(path.to_str().unwrap()).unwrap());
        Self {
            path: PathBuf::from(path.into_string().unwrap()),
            master: master.into(),
        }
    }

    pub fn say(&mut self, bytes: &[u8]) {
        self.master.write_all(bytes).unwrap();
    }

    /// Whether somebody has the port open.
    pub fn is_open(&self) -> bool {
        let mut polled = [PollFd::new(&self.master, PollFlags::OUT)];
        poll(&mut polled, Some(&Timespec::default())).unwrap();
        !polled[0].revents().contains(PollFlags::HUP)
    }

    /// Blocks until so many bytes came.
    pub fn hear(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.master.read_exact(&mut bytes).unwrap();
        bytes
    }
}
