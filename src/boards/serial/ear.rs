//! Listens to an open port: hands on what makes sense, and says when it does not.
//! Knows nothing of how that is told, nor of what lines mean.

use std::path::Path;

use tokio::time::Instant;
use tokio_serial::{ClearBuffer, SerialPort, SerialStream};
use tracing::{debug, info, warn};

use crate::boards::serial::garbled::{Change, Garbled};
use crate::boards::serial::rates::{Heard, Rates};
use crate::boards::session::Session;

/// What the detail of a configured board says at a wrong rate.
const GARBLED: &str = "garbled: is the baud rate right?";

/// What it says where discovery tried them all.
const HOPELESS: &str =
    "garbled: no usual baud rate makes sense of it (a [[serial]] with `baud` sets another)";

/// One opening of a port, as its bytes are judged.
#[derive(Debug)]
pub(super) struct Ear<'a> {
    device: &'a Path,
    rate: Rate<'a>,
}

/// At which rate a port is read.
#[derive(Debug)]
enum Rate<'a> {
    /// The file says so.
    Given { baud: u32, garbled: Garbled },
    /// Nobody knows yet.
    Sought(&'a mut Rates),
}

impl<'a> Ear<'a> {
    /// For a port that is open at the rate of the file.
    pub(super) fn at(device: &'a Path, baud: u32) -> Self {
        let garbled = Garbled::default();
        let rate = Rate::Given { baud, garbled };
        Self { device, rate }
    }

    /// For a port that is open at the rate that the search is at.
    pub(super) fn searching(device: &'a Path, rates: &'a mut Rates) -> Self {
        rates.opened();
        let rate = Rate::Sought(rates);
        Self { device, rate }
    }

    /// The port's node.
    pub(super) fn device(&self) -> &Path {
        self.device
    }

    /// What the board's detail says while nothing is wrong.
    pub(super) fn place(&self) -> String {
        match &self.rate {
            Rate::Given { .. } => self.device.display().to_string(),
            Rate::Sought(rates) => rates.place(self.device),
        }
    }

    /// When to call [`Ear::late`] if no bytes come before.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match &self.rate {
            Rate::Given { .. } => None,
            Rate::Sought(rates) => rates.deadline(),
        }
    }

    /// Takes what one read of the port brought.
    pub(super) fn hear(&mut self, bytes: &[u8], session: &mut Session, port: &mut SerialStream) {
        match &mut self.rate {
            Rate::Given { baud, garbled } => {
                let (baud, change) = (*baud, garbled.feed(bytes, Instant::now()));
                session.bytes(bytes);
                self.given(baud, change, session);
            }
            Rate::Sought(rates) => {
                let heard = rates.feed(bytes, Instant::now());
                self.sought(heard, bytes, session, port);
            }
        }
    }

    /// The rate that is tried has had its time.
    pub(super) fn late(&mut self, session: &mut Session, port: &mut SerialStream) {
        if let Rate::Sought(rates) = &mut self.rate {
            let heard = rates.judge(Instant::now());
            self.sought(heard, &[], session, port);
        }
    }

    /// The port is closed.
    pub(super) fn end(self, session: &mut Session) {
        if let Rate::Sought(rates) = self.rate {
            session.garbled(rates.closed());
        }
    }

    fn given(&self, baud: u32, change: Option<Change>, session: &mut Session) {
        match change {
            None => {}
            Some(Change::Clear) => session.makes_sense(&self.place()),
            Some(Change::Garbled) => {
                let (board, port) = (session.board(), self.device.display());
                warn!(%board, %port, baud, "what this board sends is no text: is its baud rate right?");
                session.makes_no_sense(GARBLED);
            }
        }
    }

    fn sought(
        &mut self,
        heard: Heard,
        bytes: &[u8],
        session: &mut Session,
        port: &mut SerialStream,
    ) {
        match heard {
            Heard::Wait => {}
            Heard::Read => session.bytes(bytes),
            Heard::Skip => session.garbled(bytes.len()),
            Heard::Found { held, news } => self.found(&held, news, session),
            Heard::Turn { lost, exhausted } => {
                session.garbled(lost);
                self.turn(port);
                if exhausted {
                    self.give_up(session);
                }
            }
        }
    }

    fn found(&self, held: &[u8], news: bool, session: &mut Session) {
        if let (true, Rate::Sought(rates)) = (news, &self.rate) {
            let (board, port) = (session.board(), self.device.display());
            info!(%board, %port, baud = rates.baud(), "baud rate found");
        }
        session.makes_sense(&self.place());
        session.bytes(held);
    }

    fn give_up(&self, session: &mut Session) {
        let (board, port) = (session.board(), self.device.display());
        warn!(%board, %port, "at no usual baud rate is what this board sends text: a [[serial]] with `baud` sets another");
        session.makes_no_sense(HOPELESS);
    }

    /// Sets the port to the next rate, without closing it: that would reset the board. One
    /// control transfer, and only until the rate is found.
    fn turn(&self, port: &mut SerialStream) {
        let Rate::Sought(rates) = &self.rate else {
            return;
        };
        let (name, baud) = (self.device.display(), rates.baud());
        // An adapter may not know a rate, and fails at the next one or is read as it is; that
        // a port is gone is seen when it is read.
        let set = port.set_baud_rate(baud);
        // What came at the last rate would speak against this one.
        match set.and_then(|()| port.clear(ClearBuffer::Input)) {
            Ok(()) => debug!(port = %name, baud, "trying this baud rate"),
            Err(error) => debug!(port = %name, baud, %error, "cannot set this baud rate"),
        }
    }
}
