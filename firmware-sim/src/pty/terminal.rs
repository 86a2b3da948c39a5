//! One pseudo-terminal, from plugging in to unplugging.

use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::{Mode, OFlags};
use rustix::pty::OpenptFlags;
use rustix::termios::{OptionalActions, QueueSelector};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// A pseudo-terminal in raw mode. Dropping it hangs up whoever has it open.
#[derive(Debug)]
pub struct Terminal {
    master: OwnedFd,
    device: PathBuf,
    /// The master on the reactor, while somebody has the device open. A new one for each
    /// opening: the reactor never forgets that a descriptor was hung up.
    session: Option<AsyncFd<OwnedFd>>,
}

/// What a look at the device's other users found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// Nobody has it open.
    Closed,
    /// Somebody has it open, and had not at the last look.
    JustOpened,
    /// Somebody still has it open.
    Open,
}

impl Terminal {
    /// A new one, which nobody has open. Fails if the system has no more of them.
    pub fn new() -> io::Result<Self> {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let master = rustix::pty::openpt(flags)?;
        rustix::pty::grantpt(&master)?;
        rustix::pty::unlockpt(&master)?;
        rustix::fs::fcntl_setfl(&master, OFlags::RDWR | OFlags::NONBLOCK)?;
        let name = rustix::pty::ptsname(&master, Vec::new())?;
        let device = PathBuf::from(name.to_string_lossy().into_owned());
        // The master is hung up, which is how it knows, only once the device was closed
        // again; its settings stay.
        let slave = open(&device)?;
        let mut termios = rustix::termios::tcgetattr(&slave)?;
        termios.make_raw();
        rustix::termios::tcsetattr(&slave, OptionalActions::Now, &termios)?;
        Ok(Self {
            master,
            device,
            session: None,
        })
    }

    /// Such as `/dev/pts/7`.
    pub fn device(&self) -> &Path {
        &self.device
    }

    /// The rate that its device is set to; a terminal and its master share one setting.
    pub fn baud(&self) -> Option<u32> {
        let settings = rustix::termios::tcgetattr(&self.master).ok()?;
        Some(settings.output_speed())
    }

    /// Whether somebody has it open. Never waits.
    pub fn look(&mut self) -> Looked {
        if self.is_hung_up() {
            if self.session.take().is_some() {
                self.forget_unread();
            }
            return Looked::Closed;
        }
        if self.session.is_some() {
            return Looked::Open;
        }
        self.session = self.master.try_clone().and_then(on_reactor).ok();
        match &self.session {
            Some(_) => Looked::JustOpened,
            // Out of descriptors: as good as closed, and tried again at the next look.
            None => Looked::Closed,
        }
    }

    /// Writes some bytes; 0 if it was closed meanwhile, waits for ever while closed. Cancel safe.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.when(Interest::WRITABLE, |fd| rustix::io::write(fd, bytes))
            .await
    }

    /// Reads some bytes; 0 if it was closed meanwhile, waits for ever while closed. Cancel safe.
    pub async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.when(Interest::READABLE, |fd| rustix::io::read(fd, &mut *buffer))
            .await
    }

    async fn when(
        &mut self,
        interest: Interest,
        mut transfer: impl FnMut(&OwnedFd) -> rustix::io::Result<usize>,
    ) -> io::Result<usize> {
        let Some(session) = &self.session else {
            return std::future::pending().await;
        };
        loop {
            let mut ready = session.ready(interest).await?;
            let was_closed = ready.ready().is_read_closed() || ready.ready().is_write_closed();
            match ready.try_io(|fd| Ok(transfer(fd.get_ref())?)) {
                Ok(Err(error)) if error.raw_os_error() == Some(EIO) => break,
                Ok(done) => return done,
                // Closed, and opened again already: a new session at the next look.
                Err(_) if was_closed => break,
                Err(_) => {}
            }
        }
        self.session = None;
        Ok(0)
    }

    fn is_hung_up(&self) -> bool {
        let mut polled = [PollFd::new(&self.master, PollFlags::OUT)];
        // Without an answer the terminal counts as open, as it was.
        let answer = rustix::event::poll(&mut polled, Some(&Timespec::default()));
        answer.is_ok() && polled[0].revents().contains(PollFlags::HUP)
    }

    /// A real port forgets at its last close what was not read; a pseudo-terminal keeps
    /// it. Failing is harmless: the next reader sees what is left.
    fn forget_unread(&self) {
        if let Ok(slave) = open(&self.device) {
            let _ = rustix::termios::tcflush(&slave, QueueSelector::IFlush);
        }
    }
}

/// What reading a master gives while nobody has its device open.
const EIO: i32 = rustix::io::Errno::IO.raw_os_error();

fn open(device: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    Ok(rustix::fs::open(device, flags, Mode::empty())?)
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
