//! Notices who opens and closes a device node, without polling.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};
use tokio::io::unix::AsyncFd;

/// Counts how many times a device is open, apart from those who had it open before.
/// The kernel tells of two openings in a row as one if nobody looked in between.
#[derive(Debug)]
pub struct Watch {
    events: AsyncFd<OwnedFd>,
    open: usize,
    openings: u64,
}

/// What happened since the last look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nothing that ended.
    Nothing,
    /// Somebody who was the last to have it open has closed it; perhaps somebody has
    /// opened it since.
    Closed,
}

/// Room for some hundred events; more are read in the next round.
const BUFFER: usize = 4096;

impl Watch {
    /// Watches a device that exists.
    pub fn new(device: &Path) -> io::Result<Self> {
        let events = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)?;
        let flags = WatchFlags::OPEN | WatchFlags::CLOSE_WRITE | WatchFlags::CLOSE_NOWRITE;
        inotify::add_watch(&events, device, flags)?;
        Ok(Self {
            events: super::on_reactor(events)?,
            open: 0,
            openings: 0,
        })
    }

    /// Whether somebody had it open at the last look.
    pub fn is_open(&self) -> bool {
        self.open > 0
    }

    /// How many times somebody opened it while nobody had it open, up to the last look.
    pub fn openings(&self) -> u64 {
        self.openings
    }

    /// Takes note of all that has happened so far. Never waits.
    pub fn look(&mut self) -> Seen {
        let mut buffer = [MaybeUninit::uninit(); BUFFER];
        let mut reader = Reader::new(self.events.get_ref(), &mut buffer);
        let mut seen = Seen::Nothing;
        // The only error is that there is nothing more to read.
        while let Ok(event) = reader.next() {
            if event.events().contains(ReadFlags::OPEN) {
                self.openings += u64::from(self.open == 0);
                self.open += 1;
            } else {
                self.open = self.open.saturating_sub(1);
                if self.open == 0 {
                    seen = Seen::Closed;
                }
            }
        }
        seen
    }

    /// Waits until there is something to [`look`](Self::look) at. Cancel safe.
    pub async fn changed(&mut self) {
        // Readiness is only a hint: it is cleared here, and kept if an event came since.
        if let Ok(mut ready) = self.events.readable().await
            && !is_readable(ready.get_inner())
        {
            ready.clear_ready();
        }
    }
}

fn is_readable(fd: &OwnedFd) -> bool {
    rustix::io::ioctl_fionread(fd).is_ok_and(|bytes| bytes > 0)
}
