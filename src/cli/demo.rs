//! `boardcast demo`: the gateway with simulated boards, two of them on real
//! pseudo-terminals.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

use firmware_sim::demo::Demo;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, PortMatch, SerialBoard};
use crate::gateway::{Gateway, StartError, block_on};
use crate::name::BoardName;

/// Runs the gateway with simulated boards until it is told to stop.
///
/// # Errors
/// When it cannot start, or there can be no pseudo-terminals.
pub fn run(mut config: Config) -> Result<(), StartError> {
    let folder = Folder::new()?;
    config.discovery.serial = false;
    block_on(async {
        let demo = Demo::plug_in(&folder.0)?;
        for (name, link) in demo.ports() {
            let board = BoardName::new(name).map_err(std::io::Error::other)?;
            config
                .serial
                .push(SerialBoard::new(board, PortMatch::Path(link.to_owned())));
        }
        let gateway = start(config).await?;
        let stop = CancellationToken::new();
        let Some(&address) = gateway.addresses().first() else {
            return gateway.until_stopped().await;
        };
        eprintln!(
            "five simulated boards are on http://{address} - open it in a browser; Ctrl-C ends"
        );
        let boards = demo.run(address, stop.clone());
        let gateway = async {
            let done = gateway.until_stopped().await;
            stop.cancel();
            done
        };
        let (boards, gateway) = tokio::join!(boards, gateway);
        boards?;
        gateway
    })
}

/// Somebody who tries the program may have the usual port in use: then any port will do.
pub(super) async fn start(mut config: Config) -> Result<Gateway, StartError> {
    let is_default = config.server.listen == Config::default().server.listen;
    match Gateway::start(config.clone()).await {
        Err(StartError::Listen(address, _)) if is_default => {
            eprintln!("port {} is in use, so another is taken", address.port());
            config.server.listen = vec![SocketAddr::new(address.ip(), 0)];
            Gateway::start(config).await
        }
        done => done,
    }
}

/// Where the simulated ports are; gone with the demonstration.
pub(super) struct Folder(pub PathBuf);

impl Folder {
    pub(super) fn new() -> std::io::Result<Self> {
        let path = std::env::temp_dir().join(format!("boardcast-demo-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
