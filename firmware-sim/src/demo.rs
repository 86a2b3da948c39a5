//! Five boards to look at without any hardware: two on serial ports, of which one
//! loses its plug every minute, two on WebSockets, and one that posts.

use std::io;
use std::net::SocketAddr;
use std::path::Path;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::board::{Address, run_http, run_serial, run_websocket};
use crate::clockwork::{Clockwork, Settings};
use crate::firmware::Sketch;
use crate::pty::Port;

/// The demonstration's boards, the serial ones plugged in already.
#[derive(Debug)]
pub struct Demo {
    serial: [(Sketch, Port); 2],
}

/// What goes wrong with the board that is not well plugged in.
const LOOSE_PLUG: &str = "after 20s unplug 5s; every 60s unplug 5s";

impl Demo {
    /// Plugs in the two serial boards, their ports linked inside `folder`, which must
    /// exist. They say nothing before [`run`](Self::run). Must be called inside a tokio
    /// runtime; fails as [`Port::plug_in`] does. Dropping it unplugs them.
    pub fn plug_in(folder: &Path) -> io::Result<Self> {
        let port = |name: &str| Port::plug_in(folder.join(name));
        let greenhouse = (Sketch::Greenhouse, port("ttyGREENHOUSE")?);
        let weather = (Sketch::Weather, port("ttyWEATHER")?);
        Ok(Self {
            serial: [greenhouse, weather],
        })
    }

    /// The names of the serial boards and the links of their ports, for the
    /// gateway's configuration.
    pub fn ports(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        self.serial
            .iter()
            .map(|(sketch, port)| (sketch.name(), port.link()))
    }

    /// Runs all five boards until `stop`; those with WiFi connect to `gateway` as
    /// `porch`, `shed` and `mailbox`, and try again while it does not listen. Fails if a
    /// board cannot be plugged in again. Cancel safe in that nothing outlives it: dropping
    /// it unplugs and disconnects all boards.
    pub async fn run(self, gateway: SocketAddr, stop: CancellationToken) -> io::Result<()> {
        let mut boards = JoinSet::new();
        for (seed, (sketch, port)) in self.serial.into_iter().enumerate() {
            let board = serial_board(sketch, seed as u64);
            boards.spawn(run_serial(port, board, stop.clone(), |_| ()));
        }
        for (seed, sketch) in [(2, Sketch::Porch), (3, Sketch::Shed)] {
            let board = Clockwork::new(Settings::of(sketch, seed));
            let address = Address::of_board("ws", gateway, sketch.name());
            let stop = stop.clone();
            boards.spawn(async {
                run_websocket(address, board, stop, |_| ()).await;
                Ok(())
            });
        }
        let board = Clockwork::new(Settings::of(Sketch::Mailbox, 4));
        let address = Address::of_board("http", gateway, Sketch::Mailbox.name());
        boards.spawn(async {
            run_http(address, board, stop, |_| ()).await;
            Ok(())
        });
        while let Some(ended) = boards.join_next().await {
            ended.map_err(io::Error::other)??;
        }
        Ok(())
    }
}

fn serial_board(sketch: Sketch, seed: u64) -> Clockwork {
    let mut settings = Settings::of(sketch, seed);
    if sketch == Sketch::Weather {
        settings.script = LOOSE_PLUG.parse().expect("a test runs this script");
    }
    Clockwork::new(settings)
}

#[cfg(test)]
mod tests;
