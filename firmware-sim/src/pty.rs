//! A simulated serial port: a pseudo-terminal with a link to it, that can be plugged
//! in and out. Knows nothing of what is sent through it.

use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use rustix::pty::OpenptFlags;
use rustix::termios::{OptionalActions, QueueSelector};
use tokio::io::unix::AsyncFd;

mod watch;

use watch::Watch;

/// A board's port as its owner sees it. The link is there while the board is plugged in.
/// Must be made, used and dropped inside a tokio runtime; dropping it unplugs the board.
#[derive(Debug)]
pub struct Port {
    link: PathBuf,
    /// Where the board was last, so that it never comes back under the same number.
    last: Option<PathBuf>,
    plugged: Option<Plugged>,
}

#[derive(Debug)]
struct Plugged {
    master: AsyncFd<OwnedFd>,
    /// Kept open, because the master is hung up while nobody has the slave open; and
    /// dropped together with the master, because an unplugged board is gone.
    slave: OwnedFd,
    device: PathBuf,
    watch: Watch,
}

impl Port {
    /// A board that is plugged in, its port linked at `link`. What is at `link` already
    /// is replaced if it is a link. Fails if `link` cannot be made, or the system has no
    /// more pseudo-terminals.
    pub fn plug_in(link: impl Into<PathBuf>) -> io::Result<Self> {
        let mut port = Self::absent(link);
        port.plug()?;
        Ok(port)
    }

    /// A board that is not plugged in yet.
    pub fn absent(link: impl Into<PathBuf>) -> Self {
        Self {
            link: link.into(),
            last: None,
            plugged: None,
        }
    }

    /// Plugs the board in, under another number than last time. Does nothing if it is
    /// plugged in. Fails as [`plug_in`](Self::plug_in) does.
    pub fn plug(&mut self) -> io::Result<()> {
        if self.plugged.is_some() {
            return Ok(());
        }
        let mut plugged = Plugged::new()?;
        if Some(&plugged.device) == self.last.as_ref() {
            // The kernel gives the lowest free number: hold this one and take another.
            plugged = Plugged::new()?;
        }
        if self.link.is_symlink() {
            std::fs::remove_file(&self.link)?;
        }
        std::os::unix::fs::symlink(&plugged.device, &self.link)?;
        self.last = Some(plugged.device.clone());
        self.plugged = Some(plugged);
        Ok(())
    }

    /// Pulls the plug: the link goes, who reads gets end of file (or `EIO`, if the
    /// reading began before), who writes an error.
    /// Does nothing if the board is not plugged in.
    pub fn unplug(&mut self) {
        if self.plugged.is_some() {
            // A link that somebody else has removed is as good as removed.
            let _ = std::fs::remove_file(&self.link);
            self.plugged = None;
        }
    }

    /// Where the link is, whether or not the board is plugged in.
    pub fn link(&self) -> &Path {
        &self.link
    }

    /// What the link leads to, such as `/dev/pts/7`; `None` while unplugged.
    pub fn device(&self) -> Option<&Path> {
        self.plugged
            .as_ref()
            .map(|plugged| plugged.device.as_path())
    }

    /// Whether somebody has the port open at this moment.
    pub fn is_open(&mut self) -> bool {
        self.plugged.as_mut().is_some_and(Plugged::is_open)
    }

    /// How many times the port was opened since it was plugged in, counting who comes
    /// while another has it open as none; 0 while unplugged. A board that resets when it
    /// is opened compares this, since closing and opening may come together.
    pub fn openings(&mut self) -> u64 {
        self.plugged.as_mut().map_or(0, |plugged| {
            plugged.is_open();
            plugged.watch.openings()
        })
    }

    /// Waits until somebody has the port open; at once if so already, for ever while
    /// unplugged. Cancel safe.
    pub async fn opened(&mut self) {
        self.until(true).await;
    }

    /// Waits until nobody has the port open; at once if so already or while unplugged.
    /// Cancel safe.
    pub async fn closed(&mut self) {
        if self.plugged.is_some() {
            self.until(false).await;
        }
    }

    /// Sends bytes and gives how many of them were taken. What is sent while nobody has
    /// the port open is lost, as it is with a board; a reader that is too slow makes this
    /// wait. Fails if the board is not plugged in. Not cancel safe: some of the bytes may
    /// be sent.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let plugged = self.plugged.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        let mut sent = 0;
        while sent < bytes.len() && plugged.is_open() {
            let Plugged { master, watch, .. } = &mut *plugged;
            tokio::select! {
                taken = write_some(master, &bytes[sent..]) => sent += taken?,
                () = watch.changed() => {}
            }
        }
        Ok(sent)
    }

    /// Reads what the other side wrote, at least one byte. Waits for ever while unplugged.
    /// Cancel safe: dropping it loses nothing.
    pub async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &self.plugged {
            Some(plugged) => read_some(&plugged.master, buffer).await,
            None => std::future::pending().await,
        }
    }

    /// Reads like [`read`](Self::read), but gives 0 when somebody may have opened or closed
    /// the port. Cancel safe.
    pub async fn read_or_change(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(Plugged { master, watch, .. }) = &mut self.plugged else {
            return std::future::pending().await;
        };
        tokio::select! {
            read = read_some(master, buffer) => read,
            () = watch.changed() => Ok(0),
        }
    }

    async fn until(&mut self, open: bool) {
        let Some(plugged) = &mut self.plugged else {
            return std::future::pending().await;
        };
        while plugged.is_open() != open {
            plugged.watch.changed().await;
        }
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        self.unplug();
    }
}

impl Plugged {
    fn new() -> io::Result<Self> {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let master = rustix::pty::openpt(flags)?;
        rustix::pty::grantpt(&master)?;
        rustix::pty::unlockpt(&master)?;
        rustix::fs::fcntl_setfl(&master, OFlags::RDWR | OFlags::NONBLOCK)?;
        let name = rustix::pty::ptsname(&master, Vec::new())?;
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let slave = rustix::fs::open(name.as_c_str(), flags, Mode::empty())?;
        let mut termios = rustix::termios::tcgetattr(&slave)?;
        termios.make_raw();
        rustix::termios::tcsetattr(&slave, OptionalActions::Now, &termios)?;
        let device = PathBuf::from(name.to_string_lossy().into_owned());
        let watch = Watch::new(&device)?;
        Ok(Self {
            master: on_reactor(master)?,
            slave,
            device,
            watch,
        })
    }

    fn is_open(&mut self) -> bool {
        if self.watch.look() == watch::Seen::Closed {
            self.forget_last_owner();
        }
        self.watch.is_open()
    }

    /// A real port forgets unread bytes and exclusive use (TIOCEXCL) at its last close; a
    /// pseudo-terminal does not while its slave is kept open here. Failing is harmless:
    /// the next owner sees what is left.
    fn forget_last_owner(&self) {
        let _ = rustix::termios::tcflush(&self.slave, QueueSelector::IFlush);
        let _ = rustix::termios::ioctl_tiocnxcl(&self.slave);
    }
}

/// The successor of `AsyncFd::new` is unsafe, because a type could give another
/// descriptor each time it is asked; an `OwnedFd` cannot.
#[allow(
    deprecated,
    reason = "its successor is unsafe, and gains nothing for an OwnedFd"
)]
fn on_reactor(fd: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::new(fd)
}

async fn write_some(master: &AsyncFd<OwnedFd>, bytes: &[u8]) -> io::Result<usize> {
    loop {
        let mut ready = master.writable().await?;
        if let Ok(done) = ready.try_io(|fd| Ok(rustix::io::write(fd, bytes)?)) {
            return done;
        }
    }
}

async fn read_some(master: &AsyncFd<OwnedFd>, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        let mut ready = master.readable().await?;
        if let Ok(done) = ready.try_io(|fd| Ok(rustix::io::read(fd, &mut *buffer)?)) {
            return done;
        }
    }
}

#[cfg(test)]
mod tests;
