//! Opens a board's port again and again, and writes what comes to the tape.
//! Knows nothing of the command line.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use firmware_sim::log::What;
use tokio::io::AsyncReadExt;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::interval;
use tokio_util::sync::CancellationToken;

use super::is_stdout;
use super::tape::Tape;
use super::target::Target;
use crate::boards::Reason;
use crate::boards::backoff::{Backoff, random};
use crate::boards::discovery::Ports;
use crate::boards::serial::{self, Failure};
use crate::cli::say;
use crate::system::system_root;

/// More than the kernel hands over at once (4 kB).
const BUFFER: usize = 16 * 1024;

/// A machine that loses its power loses no more than this.
const SAVE_EVERY: Duration = Duration::from_secs(1);

/// A person who frees the port waits for this; a look costs next to nothing.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Why a recording ends before its time.
pub enum End {
    /// Waiting does not help.
    Port(String),
    /// The log cannot be written.
    Log(io::Error),
}

/// Keeps a board's port open while it is there, and tells the user what happens.
pub struct Recorder {
    target: Target,
    file: PathBuf,
    /// The port was open at least once.
    pub has_opened: bool,
    /// The last refusal, and whether the user knows of it.
    refused: Option<(Reason, bool)>,
    /// A live count is shown.
    is_live: bool,
}

impl Recorder {
    /// Nothing is opened yet. The file is for messages.
    pub fn new(target: Target, file: &Path) -> Self {
        let is_own_screen = !is_stdout(file) || !io::stdout().is_terminal();
        Self {
            target,
            file: file.to_owned(),
            has_opened: false,
            refused: None,
            is_live: io::stderr().is_terminal() && is_own_screen,
        }
    }

    /// Records one opening after the other. Cancel safe: what was read is in the tape.
    pub async fn run(&mut self, tape: &mut Tape) -> End {
        let (ports, watcher) = Ports::new(&system_root());
        let mut watching = JoinSet::new();
        watching.spawn(watcher.run(CancellationToken::new()));
        let mut changes = ports.changes();
        let mut backoff = Backoff::default();
        loop {
            changes.forget();
            let (board, root) = (self.target.board.clone(), ports.clone());
            let opened = spawn_blocking(move || serial::open_once(&board, &root));
            let recorded = match opened.await {
                Ok(Ok(port)) => {
                    backoff.reset();
                    self.opening(port, tape).await.map_err(End::Log)
                }
                Ok(Err(refusal)) => self.refused(&refusal),
                Err(error) => Err(End::Port(error.to_string())),
            };
            if let Err(end) = recorded {
                return end;
            }
            changes.wait(backoff.next(random()).min(LONGEST_WAIT)).await;
        }
    }

    /// From open to closed.
    async fn opening(&mut self, port: serial::Opened, tape: &mut Tape) -> io::Result<()> {
        let serial::Opened { mut stream, device } = port;
        let (name, baud) = (&self.target.board.board, self.target.board.line.baud);
        let device = device.display();
        let file = match is_stdout(&self.file) {
            true => "standard output".to_owned(),
            false => self.file.display().to_string(),
        };
        say(&format!(
            "recording {name} ({device} at {baud} baud) into {file}; Ctrl-C ends"
        ));
        (self.has_opened, self.refused) = (true, None);
        tape.write(What::Open)?;
        let mut saves = interval(SAVE_EVERY);
        let mut buffer = vec![0; BUFFER];
        loop {
            let read = tokio::select! {
                read = stream.read(&mut buffer) => read,
                _ = saves.tick() => {
                    tape.save().await?;
                    self.show(tape);
                    continue;
                }
            };
            match read {
                Ok(count) if count > 0 => tape.write(What::Bytes(buffer[..count].to_vec()))?,
                // Whatever the reason: the port is no more, and another one may come.
                _ => break,
            }
        }
        tape.write(What::Close)?;
        tape.save().await?;
        self.clear_line();
        say(&format!(
            "{device} is gone after {tape}; waiting for {name}"
        ));
        self.refused = Some((Reason::Absent, true));
        Ok(())
    }

    /// Says why it waits, once; a moment later where udev may still be at work. What does
    /// not pass by itself is an error, unless something is recorded already.
    fn refused(&mut self, refusal: &Failure) -> Result<(), End> {
        let Failure { reason, .. } = *refusal;
        let detail = self.with_cure(refusal);
        let passes = matches!(reason, Reason::Absent | Reason::Busy);
        let is_first = self.refused.is_none();
        if is_first && !passes {
            return Err(End::Port(detail));
        }
        let (again, known) = match self.refused {
            Some((last, known)) if last == reason => (true, known),
            _ => (false, false),
        };
        let tell = !known && (is_first || again || passes);
        if tell {
            say(&format!("{detail}; waiting for it"));
        }
        self.refused = Some((reason, known || tell));
        Ok(())
    }

    fn with_cure(&self, refusal: &Failure) -> String {
        let detail = &refusal.detail;
        if refusal.reason != Reason::Busy || !detail.contains(" boardcast (") {
            return detail.clone();
        }
        let name = match self.target.is_known {
            true => self.target.board.board.as_str(),
            false => "NAME",
        };
        format!("{detail} (`boardcast release {name}` makes the gateway let go of it)")
    }

    fn show(&self, tape: &Tape) {
        if self.is_live {
            let _ = write!(io::stderr(), "\r{tape} ");
        }
    }

    /// Makes room for a message.
    pub fn clear_line(&self) {
        if self.is_live {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }

    /// The recording is over.
    pub fn say_done(&self, tape: &Tape) {
        let file = self.file.display();
        match is_stdout(&self.file) {
            true => say(&format!("recorded {tape}")),
            false => say(&format!(
                "recorded {tape}; to see it: boardcast replay {file}"
            )),
        }
    }
}
