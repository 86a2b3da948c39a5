//! Opens a port for a program that is no gateway.
//! Knows nothing of boards.

use std::path::PathBuf;

use tokio_serial::SerialStream;

use crate::boards::Reason;
use crate::boards::discovery::Ports;
use crate::boards::serial::{holder, locate, open};
use crate::config::SerialBoard;

/// An open port, and its node: not the link that led to it.
#[derive(Debug)]
pub struct Port {
    /// What the board sends. Dropping it closes the port.
    pub stream: SerialStream,
    /// Such as `/dev/ttyACM0`.
    pub device: PathBuf,
}

/// Why a port could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// In a word.
    pub reason: Reason,
    /// In a sentence, with the likely cure.
    pub detail: String,
}

/// Finds a board's port and opens it for ourselves alone, as the gateway does. One that
/// another program has open is not touched. Blocks: the driver may take its time. Needs a
/// tokio runtime, and wakes [`Ports::changes`] from here on when the port appears.
///
/// # Errors
/// `absent`, `ambiguous`, `denied`, `busy` or `error`.
pub fn open_once(board: &SerialBoard, ports: &Ports) -> Result<Port, Refusal> {
    // Before the look, so that what appears after it wakes.
    ports.watch(&board.port);
    let refusal = |failure: super::Failure| Refusal {
        reason: failure.reason,
        detail: failure.detail,
    };
    let locate = || locate::locate(&board.port, ports.root());
    let device = locate().map_err(refusal)?;
    let holders = holder::holders(&device, ports.root()).join(", ");
    if !holders.is_empty() {
        return Err(Refusal {
            reason: Reason::Busy,
            detail: format!("{} is open in {holders}", device.display()),
        });
    }
    let open = |device: &_| open::open(device, &board.line, board.reset);
    let stream = locate::open_located(&device, locate, open).map_err(refusal)?;
    Ok(Port { stream, device })
}
