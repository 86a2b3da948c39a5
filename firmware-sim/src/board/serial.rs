//! A board on a simulated serial port.

use std::io;
use std::path::Path;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::{Note, Tell};
use crate::clockwork::{Act, Clockwork};
use crate::pty::Port;

/// A board reads commands into a buffer of this size; what does not fit before a line
/// end is forgotten.
const COMMAND_BUFFER: usize = 256;

/// Runs a board on a port until `stop`. Like an Uno it starts over when its port is
/// opened, and its readings are lost while nobody has the port open. Fails if the board
/// cannot be plugged in again after a fault. Not cancel safe; use `stop`.
pub async fn run_serial(
    mut port: Port,
    board: Clockwork,
    stop: CancellationToken,
    tell: Tell,
) -> io::Result<()> {
    let mut board = Bench {
        board,
        start: Instant::now(),
        command: Vec::new(),
        tell,
    };
    let mut told = None;
    while !stop.is_cancelled() {
        if told.as_deref() != port.device() {
            board.plugged(&port);
            told = port.device().map(Path::to_owned);
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = port.opened() => board.session(&mut port, &stop).await?,
        }
    }
    Ok(())
}

struct Bench {
    board: Clockwork,
    start: Instant,
    command: Vec<u8>,
    tell: Tell,
}

impl Bench {
    fn plugged(&self, port: &Port) {
        let device = port
            .device()
            .map(|device| device.display().to_string())
            .unwrap_or_default();
        (self.tell)(&Note::Plugged(format!(
            "{} -> {device}",
            port.link().display()
        )));
    }

    /// From one opening to the next, or to closing, unplugging or `stop`.
    async fn session(&mut self, port: &mut Port, stop: &CancellationToken) -> io::Result<()> {
        (self.tell)(&Note::Opened);
        self.command.clear();
        let banner = self.board.reset(self.start.elapsed());
        print(port, &banner, stop).await?;
        let opening = port.openings();
        let mut buffer = [0; COMMAND_BUFFER];
        while port.is_open() && port.openings() == opening && !stop.is_cancelled() {
            let due = self.start + self.board.due();
            tokio::select! {
                () = stop.cancelled() => {}
                () = sleep_until(due) => self.turn(port, stop).await?,
                count = port.read_or_look(&mut buffer) => {
                    let heard = &buffer[..count?];
                    self.hear(port, heard, stop).await?;
                }
            }
        }
        (self.tell)(&Note::Closed);
        Ok(())
    }

    async fn turn(&mut self, port: &mut Port, stop: &CancellationToken) -> io::Result<()> {
        let now = self.start.elapsed();
        let (act, fault) = self.board.turn(now);
        if let Some(fault) = fault {
            (self.tell)(&Note::Fault(fault));
        }
        match act {
            Act::Print(bytes) => print(port, &bytes, stop).await,
            Act::Reset => print(port, &self.board.reset(now), stop).await,
            Act::Unplug(time) => unplug(port, time, stop).await,
        }
    }

    async fn hear(
        &mut self,
        port: &mut Port,
        bytes: &[u8],
        stop: &CancellationToken,
    ) -> io::Result<()> {
        for byte in bytes {
            match byte {
                b'\n' => self.obey(port, stop).await?,
                byte if self.command.len() < COMMAND_BUFFER => self.command.push(*byte),
                _ => {}
            }
        }
        Ok(())
    }

    async fn obey(&mut self, port: &mut Port, stop: &CancellationToken) -> io::Result<()> {
        let text = String::from_utf8_lossy(&self.command)
            .trim_end()
            .to_string();
        self.command.clear();
        let answer = self.board.answer(&text);
        let said = String::from_utf8_lossy(&answer).trim_end().to_string();
        (self.tell)(&Note::Command(text, said));
        print(port, &answer, stop).await
    }
}

async fn unplug(port: &mut Port, time: Duration, stop: &CancellationToken) -> io::Result<()> {
    port.unplug();
    tokio::select! {
        () = stop.cancelled() => Ok(()),
        () = tokio::time::sleep(time) => port.plug(),
    }
}

/// What is not taken, because the port was closed or `stop` came, is lost.
async fn print(port: &mut Port, bytes: &[u8], stop: &CancellationToken) -> io::Result<()> {
    tokio::select! {
        () = stop.cancelled() => Ok(()),
        sent = port.write(bytes) => sent.map(drop),
    }
}

#[cfg(test)]
mod tests;
