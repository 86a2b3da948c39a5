//! Opens a port raw and to ourselves, and says why it could not.
//! Knows nothing of boards.

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use rustix::fs::{FlockOperation, Mode, OFlags, flock};
use rustix::io::Errno;
use rustix::termios::{
    ControlModes, OptionalActions, QueueSelector, tcflush, tcgetattr, tcsetattr,
};
use tokio_serial::{
    ClearBuffer, DataBits, ErrorKind, FlowControl, SerialPort, SerialPortBuilderExt, SerialStream,
    StopBits,
};
use tracing::debug;

use crate::boards::Reason;
use crate::boards::serial::{Failure, holder, low_latency};
use crate::config::{Flow, Line, Parity, Reset};
use crate::system::system_root;

/// How long DTR is low for `reset = "always"`: an auto-reset circuit needs some
/// microseconds, a slow adapter some milliseconds.
const RESET_PULSE: Duration = Duration::from_millis(100);

/// How often, and how many times, closing looks whether the last command has gone out:
/// 200 ms are 190 bytes at 9600 baud.
const DRAIN_EVERY: Duration = Duration::from_millis(20);
const DRAIN_TIMES: u32 = 10;

/// Opens a device node for ourselves alone, raw, with the line set. Blocks: the driver may
/// take its time. Needs a tokio runtime.
///
/// Bytes that arrived before stay readable: they are whole lines as often as not, and what
/// is torn is marked as `partial` anyway.
///
/// # Errors
/// `absent`, `denied`, `busy` or `error`, each with the likely cure.
pub(super) fn open(device: &Path, line: &Line, reset: Reset) -> Result<SerialStream, Failure> {
    let text = device.to_str().ok_or_else(|| Failure {
        reason: Reason::Error,
        detail: format!("{} is not a name in UTF-8", device.display()),
    })?;
    // Held open until tokio-serial has it too: a last close in between would lower DTR.
    let quiet = quiet(device, reset).map_err(|errno| failure(device, &errno.into()))?;
    let opened = builder(text, line).open_native_async();
    let mut stream = opened.map_err(|error| match error.kind {
        // tokio-serial says so for a port that another program has locked.
        ErrorKind::NoDevice => locked(device),
        ErrorKind::Io(kind) => failure(device, &io::Error::new(kind, error.description)),
        _ => failure(device, &io::Error::other(error.description)),
    })?;
    // A pseudo-terminal and many drivers have nothing to be asked; the port works anyway.
    if let Err(error) = low_latency::ask(&quiet) {
        debug!(port = text, %error, "the driver keeps its latency");
    }
    drop(quiet);
    if reset == Reset::Always {
        pulse(&mut stream);
    }
    Ok(stream)
}

/// Closes a port, and discards what its board has not taken after a moment: the kernel
/// would wait for it up to 30 s. Blocks for that moment.
pub(super) fn close(stream: SerialStream) {
    for _ in 0..DRAIN_TIMES {
        // A port that is gone has nothing to wait for.
        if stream.bytes_to_write().unwrap_or(0) == 0 {
            return;
        }
        sleep(DRAIN_EVERY);
    }
    let _ = stream.clear(ClearBuffer::Output);
}

/// What is said of a port that `who` has open.
pub(super) fn busy(device: &Path, who: &str) -> Failure {
    let device = device.display();
    Failure {
        reason: Reason::Busy,
        // Who programs Arduinos knows the programs by these names, and not as a pid.
        detail: format!(
            "{device} is open in {who}, and this board comes back when that closes it \
             (in the Arduino IDE: close the Serial Monitor and the Serial Plotter)"
        ),
    }
}

/// Opens the port raw before anything else is done with it, because tokio-serial would not
/// tell `denied` from `busy`, would lift the other program's exclusive access when it gives
/// up, and knows nothing of `HUPCL`.
fn quiet(device: &Path, reset: Reset) -> Result<OwnedFd, Errno> {
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let port = rustix::fs::open(device, flags, Mode::empty())?;
    let mut settings = tcgetattr(&port)?;
    // Exclusive access does not keep root out; the lock keeps out who asks for it, as
    // pyserial's `exclusive=True` and other gateways do.
    flock(&port, FlockOperation::NonBlockingLockExclusive)?;
    settings.make_raw();
    settings.control_modes |= ControlModes::CREAD | ControlModes::CLOCAL;
    // Linux raises DTR at every open; a board sees an edge there only if the last close
    // lowered it. So `never` and `once` are one here: what can be refused is the next one.
    settings
        .control_modes
        .set(ControlModes::HUPCL, reset == Reset::Always);
    tcsetattr(&port, OptionalActions::Now, &settings)?;
    // What the terminal had echoed until now would reach the board as a command. What was
    // echoed on the way to here has: the kernel echoes at the first opening of a number since
    // it started, and nothing can be set before that. On a USB adapter it was nothing, unless
    // the machine stood still in between.
    tcflush(&port, QueueSelector::OFlush)?;
    flock(&port, FlockOperation::Unlock)?;
    Ok(port)
}

fn builder(device: &str, line: &Line) -> tokio_serial::SerialPortBuilder {
    let data_bits = match line.data_bits {
        5 => DataBits::Five,
        6 => DataBits::Six,
        7 => DataBits::Seven,
        _ => DataBits::Eight,
    };
    let stop_bits = match line.stop_bits {
        2 => StopBits::Two,
        _ => StopBits::One,
    };
    let parity = match line.parity {
        Parity::None => tokio_serial::Parity::None,
        Parity::Even => tokio_serial::Parity::Even,
        Parity::Odd => tokio_serial::Parity::Odd,
    };
    let flow = match line.flow {
        Flow::None => FlowControl::None,
        Flow::Software => FlowControl::Software,
        Flow::Hardware => FlowControl::Hardware,
    };
    tokio_serial::new(device, line.baud)
        .data_bits(data_bits)
        // A pseudo-terminal stays exclusive when its user is killed, and nobody but root could
        // open it again; for others, the kernel forgets. The lock is taken either way.
        .exclusive(!Path::new(device).starts_with("/dev/pts"))
        .stop_bits(stop_bits)
        .parity(parity)
        .flow_control(flow)
}

/// Lowers DTR and raises it, which resets a board also if it was high before the opening.
/// A pseudo-terminal has no such line (ENOTTY), and no board to reset.
fn pulse(stream: &mut SerialStream) {
    if stream.write_data_terminal_ready(false).is_ok() {
        sleep(RESET_PULSE);
        let _ = stream.write_data_terminal_ready(true);
    }
}

fn failure(device: &Path, error: &io::Error) -> Failure {
    let name = device.display();
    let errno = Errno::from_io_error(error);
    let (reason, detail) = match errno {
        Some(Errno::BUSY | Errno::WOULDBLOCK) => return locked(device),
        Some(Errno::ACCESS | Errno::PERM | Errno::ROFS) => (
            Reason::Denied,
            format!("may not open {name} (is this user in the group `dialout`?)"),
        ),
        Some(Errno::NOTTY) => (Reason::Error, format!("{name} is not a serial port")),
        // A node may outlive its device for a moment, and the device its node.
        Some(Errno::NXIO | Errno::NODEV | Errno::NOENT) => return went_away(device),
        _ if !device.exists() => return went_away(device),
        _ => (Reason::Error, format!("cannot open {name}: {error}")),
    };
    Failure { reason, detail }
}

/// The device node is another's now, or nobody's.
pub(super) fn went_away(device: &Path) -> Failure {
    Failure {
        reason: Reason::Absent,
        detail: format!("{} went away while it was opened", device.display()),
    }
}

/// Another program has locked the port, and is named if it can be seen; or we have, because
/// two ways to name a port lead to one.
fn locked(device: &Path) -> Failure {
    if holder::is_ours(device) {
        let device = device.display();
        let detail = format!(
            "{device} is open in this gateway, for another board (remove one of the two from the configuration)"
        );
        return Failure {
            reason: Reason::Busy,
            detail,
        };
    }
    let who = holder::who(device, false, &system_root());
    busy(device, who.as_deref().unwrap_or("another program"))
}

#[cfg(test)]
mod tests;
