//! A simulated serial port: a pseudo-terminal with a link to it, that can be plugged
//! in and out. Knows nothing of what is sent through it.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

mod terminal;

use terminal::{Looked, Terminal};

/// A board's port as its owner sees it. The link is there while the board is plugged in.
/// Must be made, used and dropped inside a tokio runtime; dropping it unplugs the board.
#[derive(Debug)]
pub struct Port {
    link: PathBuf,
    /// Where the board was last, so that it never comes back under the same number.
    last: Option<PathBuf>,
    plugged: Option<Terminal>,
    openings: u64,
}

/// The kernel tells nobody that the other end of a pseudo-terminal was opened, so a port
/// that waits for it asks this often.
const LOOK_EVERY: Duration = Duration::from_millis(5);

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
            openings: 0,
        }
    }

    /// Plugs the board in, under another number than last time. Does nothing if it is
    /// plugged in. Fails as [`plug_in`](Self::plug_in) does.
    pub fn plug(&mut self) -> io::Result<()> {
        if self.plugged.is_some() {
            return Ok(());
        }
        let mut terminal = Terminal::new()?;
        if Some(terminal.device()) == self.last.as_deref() {
            // The kernel gives the lowest free number: hold this one and take another.
            terminal = Terminal::new()?;
        }
        if self.link.is_symlink() {
            std::fs::remove_file(&self.link)?;
        }
        std::os::unix::fs::symlink(terminal.device(), &self.link)?;
        self.last = Some(terminal.device().to_owned());
        self.plugged = Some(terminal);
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
        self.plugged.as_ref().map(Terminal::device)
    }

    /// The baud rate that was set last, by whoever had the port open; `None` while
    /// unplugged. A pseudo-terminal carries every byte as it is: who plays a board at another
    /// rate garbles them itself.
    pub fn baud(&self) -> Option<u32> {
        self.plugged.as_ref()?.baud()
    }

    /// Whether somebody has the port open at this moment.
    pub fn is_open(&mut self) -> bool {
        let looked = self.plugged.as_mut().map_or(Looked::Closed, Terminal::look);
        self.openings += u64::from(looked == Looked::JustOpened);
        looked != Looked::Closed
    }

    /// How many times the port was opened so far, counting who comes while another has it
    /// open as none, and who comes and goes unseen within milliseconds perhaps as none. A
    /// board that resets when it is opened compares this.
    pub fn openings(&mut self) -> u64 {
        self.is_open();
        self.openings
    }

    /// Waits until somebody has the port open; at once if so already, for ever while
    /// unplugged. Cancel safe.
    pub async fn opened(&mut self) {
        while !self.is_open() {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Waits until nobody has the port open; at once if so already or while unplugged.
    /// Cancel safe.
    pub async fn closed(&mut self) {
        while self.is_open() {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Sends bytes and gives how many of them were taken. What is sent while nobody has
    /// the port open is lost, as it is with a board; a reader that is too slow makes this
    /// wait. Fails if the board is not plugged in. Not cancel safe: some of the bytes may
    /// be sent.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut sent = 0;
        while sent < bytes.len() && self.is_open() {
            let Some(terminal) = &mut self.plugged else {
                break;
            };
            tokio::select! {
                taken = terminal.write(&bytes[sent..]) => sent += taken?,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
        match &self.plugged {
            Some(_) => Ok(sent),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// Reads what the other side wrote, at least one byte. Waits for ever while unplugged.
    /// Cancel safe: dropping it loses nothing.
    pub async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.read_or_look(buffer).await?;
            if count > 0 {
                return Ok(count);
            }
        }
    }

    /// Reads like [`read`](Self::read), but gives 0 when it is time to see whether
    /// somebody has opened or closed the port. Cancel safe.
    pub async fn read_or_look(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.is_open();
        let Some(terminal) = &mut self.plugged else {
            return std::future::pending().await;
        };
        tokio::select! {
            count = terminal.read(buffer) => count,
            () = tokio::time::sleep(LOOK_EVERY) => Ok(0),
        }
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        self.unplug();
    }
}

#[cfg(test)]
mod tests;
