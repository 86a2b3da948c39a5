//! Plays a log on a simulated port, in its own rhythm.

use std::io;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

use super::{Entry, LogError, What};
use crate::pty::Port;

/// What was printed just before the plug is pulled is read by then.
const LAST_WORDS: Duration = Duration::from_millis(20);

/// Plays entries on a port, `speed` times as fast as they were recorded: plugs the board in,
/// waits until somebody opens the port, prints, and pulls the plug. Time stands still while
/// it waits. What is sent to the board is forgotten. Leaves the port as the last entry does.
///
/// Fails at the first entry that is an error, and if the board cannot be plugged in. Cancel
/// safe in that nothing outlives it.
pub async fn play(
    port: &mut Port,
    entries: impl Iterator<Item = Result<Entry, LogError>>,
    speed: f64,
) -> io::Result<()> {
    // A moment and the log's time then.
    let mut clock = None;
    for entry in entries {
        let Entry { at, what } = entry.map_err(io::Error::other)?;
        let (moment, then) = *clock.get_or_insert((Instant::now(), at));
        listen(port, moment + (at - then).div_f64(speed)).await?;
        match what {
            What::Open => {
                port.plug()?;
                port.opened().await;
                clock = Some((Instant::now(), at));
            }
            What::Bytes(bytes) => {
                port.write(&bytes).await?;
            }
            What::Close => {
                sleep(LAST_WORDS).await;
                port.unplug();
            }
        }
    }
    Ok(())
}

/// Reads what the board is told until then: unread, it would fill the port.
async fn listen(port: &mut Port, until: Instant) -> io::Result<()> {
    let mut buffer = [0; 256];
    loop {
        tokio::select! {
            () = sleep_until(until) => return Ok(()),
            count = port.read_or_look(&mut buffer) => count?,
        };
    }
}
