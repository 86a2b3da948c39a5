//! A board on a serial port that prints its counter. Nobody acknowledges what it prints: a
//! loss shows only by what is seen after it.

use std::io;
use std::time::Duration;

use firmware_sim::pty::Port;
use tokio_util::sync::CancellationToken;

use super::{Books, Shared, line};

/// What is printed while a port is being opened may be thrown away with what an earlier
/// owner has left there, as it is on real ports.
const SETTLE: Duration = Duration::from_millis(500);

/// Counts until `stop`, once in `pace`, while somebody has the port open. Fails if the
/// port does.
pub async fn board(
    mut port: Port,
    name: String,
    pace: Duration,
    books: Shared<Books>,
    stop: CancellationToken,
) -> io::Result<()> {
    let mut ticks = tokio::time::interval(pace);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut opening = 0;
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = port.opened() => {}
        }
        if port.openings() != opening {
            opening = port.openings();
            tokio::time::sleep(SETTLE).await;
        }
        ticks.tick().await;
        count(&mut port, &name, opening, &books).await?;
    }
    Ok(())
}

async fn count(port: &mut Port, name: &str, opening: u64, books: &Shared<Books>) -> io::Result<()> {
    let session = opening as u32;
    let n = books.lock().send(name, session);
    let line = line(n, session) + "\n";
    let written = port.write(line.as_bytes()).await?;
    if written < line.len() || !port.is_open() || port.openings() != opening {
        books.lock().unsure(name, n);
    }
    Ok(())
}
