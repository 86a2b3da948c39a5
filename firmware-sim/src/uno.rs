//! An emulated Arduino Uno: a real sketch, compiled for its processor, that runs in real
//! time behind a pseudo-terminal. A [`Workshop`] builds, an [`Uno`] runs.
//! Knows nothing of what a sketch prints.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

mod error;

mod sketch;

mod told;

mod workshop;

pub use error::UnoError;
pub use sketch::Sketch;
pub use told::{Board, Level, Pin, Stat};
pub use workshop::Workshop;

use told::Answer;

/// Whether opening the port resets the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// As on every Uno: the computer raises DTR, which resets the processor.
    Resets,
    /// An Uno whose RESET-EN trace is cut.
    Quiet,
}

/// A running board, its port linked while it is plugged in. Dropping it unplugs it and
/// ends the emulator. Must be used inside a tokio runtime, with processes enabled.
#[derive(Debug)]
pub struct Uno {
    link: PathBuf,
    commands: ChildStdin,
    answers: mpsc::Receiver<Answer>,
    board: watch::Receiver<Board>,
    // Dropped after its standard input, whose end it takes for its own.
    _emulator: Child,
    _reader: JoinSet<()>,
}

/// The emulator answers within milliseconds, unless the machine is very busy.
const PATIENCE: Duration = Duration::from_secs(10);

/// One answer is awaited at a time; what comes on top, after somebody has stopped waiting,
/// is dropped.
const ANSWERS: usize = 4;

impl Uno {
    /// Builds what is not built yet, and plugs a board in that runs `sketch`. A link that
    /// is at `link` already is replaced. Fails if it cannot be built or started. Not cancel safe
    /// in that building goes on.
    pub async fn start(
        workshop: &Workshop,
        sketch: &Sketch,
        link: impl Into<PathBuf>,
        opening: Opening,
    ) -> Result<Self, UnoError> {
        let link = link.into();
        let mut command = command(workshop, sketch, &link, opening).await?;
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // Ctrl-C is for who started it, who may want to unplug it in order.
            .process_group(0)
            .kill_on_drop(true);
        let failed = |error| UnoError::Io("the emulator".into(), error);
        let mut emulator = command.spawn().map_err(failed)?;
        let (commands, events) = emulator
            .stdin
            .take()
            .zip(emulator.stdout.take())
            .expect("both are pipes");
        let (said, board) = watch::channel(Board::default());
        let (answer, answers) = mpsc::channel(ANSWERS);
        let mut reader = JoinSet::new();
        reader.spawn(told::listen(events, said, answer));
        let uno = Self {
            link,
            commands,
            answers,
            board,
            _emulator: emulator,
            _reader: reader,
        };
        uno.until("it to be plugged in", |board| board.device.is_some())
            .await?;
        Ok(uno)
    }

    /// Where the link is, whether or not the board is plugged in.
    pub fn link(&self) -> &Path {
        &self.link
    }

    /// How the board is at this moment.
    pub fn board(&self) -> Board {
        self.board.borrow().clone()
    }

    /// The level that the sketch gives a pin: what it last wrote to the port's register.
    pub fn pin(&self, pin: Pin) -> Level {
        self.board.borrow().level(pin)
    }

    /// Waits until the board is so, at most ten seconds; `what` names it in the error.
    /// Cancel safe.
    pub async fn until(
        &self,
        what: &str,
        mut holds: impl FnMut(&Board) -> bool,
    ) -> Result<(), UnoError> {
        let mut board = self.board.clone();
        let found = board.wait_for(|board| board.failed.is_some() || holds(board));
        match timeout(PATIENCE, found).await {
            Ok(Ok(board)) => match &board.failed {
                Some(why) => Err(UnoError::Refused(why.clone())),
                None => Ok(()),
            },
            Ok(Err(_)) => Err(UnoError::Ended),
            Err(_) => Err(UnoError::Silent(what.into())),
        }
    }

    /// Pulls the plug: the link goes, the board loses its power, who reads gets end of
    /// file. Does nothing if it is not plugged in. Cancel safe in that it may happen later.
    pub async fn unplug(&mut self) -> Result<(), UnoError> {
        self.ask("unplug").await.map(drop)
    }

    /// Plugs it in, under another number than last time. Does nothing if it is plugged in.
    /// Cancel safe in that it may happen later.
    pub async fn plug(&mut self) -> Result<(), UnoError> {
        self.ask("plug").await.map(drop)
    }

    /// Presses the reset button. Fails if it is unplugged. Cancel safe in that it may
    /// happen later.
    pub async fn reset(&mut self) -> Result<(), UnoError> {
        self.ask("reset").await.map(drop)
    }

    /// Resets it after the eighth byte of a line, and waits until that has happened. Fails
    /// if it is unplugged, or prints no such line for ten seconds. Cancel safe in that it
    /// may happen later.
    pub async fn reset_midline(&mut self) -> Result<(), UnoError> {
        let before = self.board().resets;
        self.ask("reset midline").await?;
        self.until("a line to be reset in", |board| board.resets > before)
            .await
    }

    /// Puts a voltage at an analog input, A0 being 0; it stays until it is changed. Fails
    /// above input 7 or 5000 mV. Cancel safe in that it may happen later.
    pub async fn analog(&mut self, input: u8, millivolts: u32) -> Result<(), UnoError> {
        self.ask(&format!("analog {input} {millivolts}"))
            .await
            .map(drop)
    }

    /// What it has counted since it was started. Cancel safe.
    pub async fn stat(&mut self) -> Result<Stat, UnoError> {
        let stat = self.ask("stat").await?;
        stat.ok_or_else(|| UnoError::Silent("its counters".into()))
    }

    async fn ask(&mut self, command: &str) -> Result<Option<Stat>, UnoError> {
        // Of somebody who did not wait for it.
        while self.answers.try_recv().is_ok() {}
        let line = format!("{command}\n");
        let asked = async {
            self.commands
                .write_all(line.as_bytes())
                .await
                .map_err(|_| UnoError::Ended)?;
            self.answers.recv().await.ok_or(UnoError::Ended)
        };
        match timeout(PATIENCE, asked).await {
            Ok(answer) => answer?.map_err(UnoError::Refused),
            Err(_) => Err(UnoError::Silent(format!("an answer to `{command}`"))),
        }
    }
}

/// The emulator's command line, for who wants its events as they are: commands go to its
/// standard input (`plug`, `unplug`, `reset`, `reset midline`, `analog 0 2500`, `stat`).
/// Builds what is not built yet. Not cancel safe in that building goes on.
pub async fn command(
    workshop: &Workshop,
    sketch: &Sketch,
    link: &Path,
    opening: Opening,
) -> Result<Command, UnoError> {
    let (workshop, sketch) = (workshop.clone(), sketch.clone());
    let build = move || Ok::<_, UnoError>((workshop.emulator()?, workshop.firmware(&sketch)?));
    let built = tokio::task::spawn_blocking(build).await;
    let (emulator, firmware) =
        built.map_err(|error| UnoError::Io("building".into(), error.into()))??;
    let mut command = Command::new(emulator);
    if opening == Opening::Quiet {
        command.arg("--no-reset");
    }
    command.arg(firmware).arg(link);
    Ok(command)
}

impl Drop for Uno {
    fn drop(&mut self) {
        // The emulator is killed before it can do so; unplugged, there is none.
        if self.board.borrow().device.is_some() {
            let _ = std::fs::remove_file(&self.link);
        }
    }
}

#[cfg(test)]
mod tests;
