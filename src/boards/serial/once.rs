//! Opens a port for a program that is no gateway.
//! Knows nothing of boards.

use crate::boards::Reason;
use crate::boards::discovery::Ports;
use crate::boards::serial::{Failure, Opened, holder, locate, open};
use crate::config::SerialBoard;

/// Finds a board's port and opens it for ourselves alone, as the gateway does. One that
/// another program has open is not touched. Blocks: the driver may take its time. Needs a
/// tokio runtime, and wakes [`Ports::changes`] from here on when the port appears.
///
/// # Errors
/// `absent`, `ambiguous`, `denied`, `busy` or `error`.
pub fn open_once(board: &SerialBoard, ports: &Ports) -> Result<Opened, Failure> {
    let device = locate::find(&board.port, ports)?;
    if let Some(who) = holder::who(&device, false, ports.root()) {
        return Err(Failure {
            reason: Reason::Busy,
            detail: format!("{} is open in {who}", device.display()),
        });
    }
    let locate = || locate::locate(&board.port, ports.root());
    let open = |device: &_| open::open(device, &board.line, board.reset);
    let stream = locate::open_located(&device, locate, open)?;
    Ok(Opened { stream, device })
}
