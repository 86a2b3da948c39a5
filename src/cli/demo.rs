//! `boardcast demo`: the gateway with simulated boards, two of them on real
//! pseudo-terminals, and on request an emulated Uno.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use firmware_sim::demo::Demo;
use firmware_sim::folder::Folder;
use firmware_sim::uno::{Opening, Sketch, Uno, Workshop};
use regex::Regex;
use tokio_util::sync::CancellationToken;

use super::{say, serve, with_config};
use crate::config::{Config, History, Pattern, PortMatch, SerialBoard};
use crate::gateway::{Gateway, StartError, block_on};
use crate::name::BoardName;

/// What `boardcast demo` may be asked for.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// With an emulated Arduino Uno, too, that runs a real sketch
    #[arg(long)]
    uno: bool,
}

/// Units and answers of the simulated boards, as their owner would configure them.
const BOARDS: &str = include_str!("demo/boards.toml");

/// Does what was asked for, and gives the exit status.
pub fn main(options: &Options, path: Option<&Path>) -> ExitCode {
    with_demo_config(path, |config| serve(|config| run(options, config), config))
}

/// A demonstration shows no real boards, unless a file is given that names some.
pub(super) fn with_demo_config(
    path: Option<&Path>,
    then: impl FnOnce(Config) -> ExitCode,
) -> ExitCode {
    match path {
        Some(_) => with_config(path, then),
        None => then(Config::default()),
    }
}

/// Runs the gateway with simulated boards until it is told to stop. Fails when it cannot
/// start, there can be no pseudo-terminals, or the Uno cannot be built.
fn run(options: &Options, mut config: Config) -> Result<(), StartError> {
    let folder = Folder::new("boardcast-demo")?;
    config.discovery.serial = false;
    // Of its own, also where a file is given: what simulated boards say is not to be kept.
    config.history = Some(History {
        path: folder.path().join("history.db"),
        ..History::default()
    });
    block_on(async {
        let demo = Demo::plug_in(folder.path())?;
        own(&demo, &mut config)?;
        // Held until the end: dropping it unplugs it.
        let uno = match options.uno {
            true => Some(plug_in_uno(folder.path()).await?),
            false => None,
        };
        if let Some(uno) = &uno {
            config.serial.push(answering("uno", uno.link())?);
        }
        let gateway = start(config).await?;
        let stop = CancellationToken::new();
        let Some(&address) = gateway.addresses().first() else {
            return gateway.until_stopped().await;
        };
        let boards = match &uno {
            None => "five simulated boards",
            Some(_) => "five simulated boards and an emulated Uno",
        };
        say(&format!(
            "{boards} are on http://{address} - open it in a browser; Ctrl-C ends"
        ));
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

/// Enters the simulated boards; what the user's own file says of one of them counts more.
fn own(demo: &Demo, config: &mut Config) -> io::Result<()> {
    let boards = Config::parse(BOARDS, "boards.toml").map_err(io::Error::other)?;
    let mut boards = boards.boards;
    for (name, link) in demo.ports() {
        let mut board = on_port(name, link)?;
        if let Some(at) = boards.iter().position(|other| other.board == board.board) {
            board.reading = boards.swap_remove(at).reading;
        }
        config.serial.push(board);
    }
    boards.retain(|board| config.boards.iter().all(|other| other.board != board.board));
    config.boards.extend(boards);
    Ok(())
}

fn on_port(name: &str, link: &Path) -> io::Result<SerialBoard> {
    let board = BoardName::new(name).map_err(io::Error::other)?;
    Ok(SerialBoard::new(board, PortMatch::Path(link.to_owned())))
}

/// A board on a port that answers commands as the sketch `commands` does.
fn answering(name: &str, link: &Path) -> io::Result<SerialBoard> {
    let pattern = |text| Regex::new(text).map(Pattern).map_err(io::Error::other);
    let mut board = on_port(name, link)?;
    board.reading.ack = Some(pattern("^ok")?);
    board.reading.nack = Some(pattern("^err")?);
    Ok(board)
}

/// An Uno that runs the sketch `commands`, with half of its 5 V at A0.
async fn plug_in_uno(folder: &Path) -> io::Result<Uno> {
    let workshop = Workshop::open(folder.join("uno")).map_err(io::Error::other)?;
    say("building a sketch and an Uno to run it on");
    let link = folder.join("ttyUNO");
    let uno = Uno::start(&workshop, &Sketch::COMMANDS, link, Opening::Resets).await;
    let mut uno = uno.map_err(io::Error::other)?;
    uno.analog(0, 2500).await.map_err(io::Error::other)?;
    Ok(uno)
}

/// Somebody who tries the program may have the usual port in use: then any port will do.
pub(super) async fn start(mut config: Config) -> Result<Gateway, StartError> {
    let is_default = config.server.listen == Config::default().server.listen;
    match Gateway::start(config.clone()).await {
        Err(StartError::Listen(address, _)) if is_default => {
            say(&format!(
                "port {} is in use, so another is taken",
                address.port()
            ));
            config.server.listen = vec![SocketAddr::new(address.ip(), 0)];
            Gateway::start(config).await
        }
        done => done,
    }
}
