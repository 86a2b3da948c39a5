//! The way to an open port: find it, see that nobody has it, open it. All of it away from
//! the reactor: an adapter that hangs may keep `open` waiting for seconds.

use std::panic::resume_unwind;
use std::sync::Arc;

use tokio::task::spawn_blocking;

use crate::boards::Reason;
use crate::boards::discovery::Ports;
use crate::boards::serial::others::Others;
use crate::boards::serial::rates::Rates;
use crate::boards::serial::{Failure, Opened, holder, locate, open};
use crate::config::SerialBoard;

/// Finds the port and opens it, at the rate that is to be tried where one is looked for. A
/// port that another program has is not touched, or a board that is being flashed would
/// lose bytes; `others` then wakes who waits for it. Cancel safe: what is opened meanwhile
/// is closed again.
pub(super) async fn reach(
    config: &Arc<SerialBoard>,
    ports: &Ports,
    rates: Option<&Rates>,
    others: &mut Others,
) -> Result<Opened, Failure> {
    let device = {
        let (config, ports) = (config.clone(), ports.clone());
        blocking(move || locate::find(&config.port, &ports)).await?
    };
    let opened = others.watches(&device) && others.have_it_open();
    let (node, root) = (device.clone(), ports.clone());
    let who = blocking(move || Ok(holder::who(&node, opened, root.root()))).await?;
    if let Some(who) = who {
        if !others.watches(&device) {
            *others = Others::of(&device);
        }
        return Err(open::busy(&device, &who));
    }
    // Our own opening is not another's.
    *others = Others::default();
    let (config, ports) = (config.clone(), ports.clone());
    let mut line = config.line.clone();
    line.baud = rates.map_or(line.baud, Rates::baud);
    blocking(move || {
        let locate = || locate::locate(&config.port, ports.root());
        let open = |device: &_| open::open(device, &line, config.reset);
        let stream = locate::open_located(&device, locate, open)?;
        Ok(Opened { stream, device })
    })
    .await
}

/// Does what blocks in a thread of its own; a panic in there goes on in here.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    match spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
        // Only a runtime that shuts down cancels it.
        Err(error) => Err(Failure {
            reason: Reason::Error,
            detail: error.to_string(),
        }),
    }
}
