//! Servers that somebody could use instead: one JSON object in, an event that holds it
//! with its number and time out to everybody.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Command;

use clap::ValueEnum;

use crate::gateway::{self, Gateway};
use crate::load::Door;
use crate::process::Process;
use crate::{Outcome, limit};

mod workshop;

pub use workshop::Workshop;

use workshop::said;

/// A server that is measured, in the order of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Peer {
    /// Bare sockets, writes joined
    Limit,
    /// Bare sockets, one write a message
    LimitSingle,
    /// The gateway
    Boardcast,
    /// Bun's WebSocket server
    Bun,
    /// axum with a tokio broadcast channel
    Axum,
    /// ws on Node.js
    Ws,
    /// Socket.IO on Node.js
    SocketIo,
    /// Python's websockets
    Websockets,
    /// Mosquitto, plain MQTT
    Mosquitto,
}

/// A server that runs; killed when dropped.
pub enum Server {
    Gateway(Gateway),
    Other(Process),
}

impl Server {
    /// Its process.
    pub fn process(&self) -> &Process {
        match self {
            Self::Gateway(gateway) => &gateway.process,
            Self::Other(process) => process,
        }
    }
}

impl Peer {
    /// The name in tables and pictures.
    pub fn name(self) -> &'static str {
        match self {
            Self::Limit => "joined limit",
            Self::LimitSingle => "unjoined limit",
            Self::Boardcast => "boardcast",
            Self::Bun => "Bun",
            Self::Axum => "axum",
            Self::Ws => "ws",
            Self::SocketIo => "Socket.IO",
            Self::Websockets => "websockets",
            Self::Mosquitto => "Mosquitto",
        }
    }

    /// Whether it is needed to say how the others do.
    pub fn is_yardstick(self) -> bool {
        matches!(self, Self::Limit | Self::Boardcast)
    }

    /// Makes sure that it can be started. Fails with what is missing.
    pub fn bring(self, workshop: &Workshop) -> Outcome {
        match self {
            Self::Limit | Self::LimitSingle | Self::Boardcast => Ok(()),
            Self::Bun | Self::Ws | Self::SocketIo => workshop.bring_node_modules(),
            Self::Axum => workshop.bring_axum(),
            Self::Websockets => workshop.bring_python(),
            Self::Mosquitto => workshop.mosquitto().map(drop),
        }
    }

    /// What runs, with its version.
    pub fn version(self, workshop: &Workshop) -> Outcome<String> {
        match self {
            Self::Limit => Ok("a loop that forwards bytes, one write for all it has".into()),
            Self::LimitSingle => Ok("the same, one write for each message".into()),
            Self::Boardcast => said(Command::new(gateway::binary()?).arg("--version")),
            Self::Bun => Ok(format!("Bun {}", workshop.module("bun")?)),
            Self::Axum => Ok(format!("axum {}, tokio broadcast", workshop.axum_version()?)),
            Self::Ws => node(format!("ws {}", workshop.module("ws")?)),
            Self::SocketIo => node(format!("Socket.IO {}", workshop.module("socket.io")?)),
            Self::Websockets => said(workshop.python().args([
                "-c",
                "import platform, importlib.metadata as m; \
                 print('websockets', m.version('websockets') + ', Python', platform.python_version())",
            ])),
            // With an unknown option it says its version and how it is used.
            Self::Mosquitto => said(Command::new(workshop.mosquitto()?).arg("-h")),
        }
    }

    /// Starts it, for so many subscribers if it must know.
    pub fn start(self, workshop: &Workshop, subscribers: usize, length: usize) -> Outcome<Server> {
        let process = match self {
            Self::Boardcast => return Gateway::start("").map(Server::Gateway),
            Self::Limit => limit::start(subscribers),
            Self::LimitSingle => limit::start_single(subscribers, length),
            Self::Bun => Process::start(&mut workshop.bun()),
            Self::Axum => Process::start(&mut workshop.axum()),
            Self::Ws => Process::start(&mut workshop.node("ws.js")),
            Self::SocketIo => Process::start(&mut workshop.node("socketio.js")),
            Self::Websockets => Process::start(workshop.python().arg(workshop.source("python.py"))),
            Self::Mosquitto => mosquitto(workshop),
        };
        process.map(Server::Other)
    }

    /// How the load comes to it, with messages as long as the gateway's where the load
    /// itself writes what is delivered.
    pub fn door(self, address: SocketAddr, length: usize) -> Door {
        match self {
            Self::Limit | Self::LimitSingle => Door::Limit(address, length),
            Self::Boardcast => Door::Gateway(address),
            Self::Bun | Self::Axum | Self::Ws | Self::Websockets => Door::WebSocket(address),
            Self::SocketIo => Door::SocketIo(address),
            Self::Mosquitto => Door::Mqtt(address, length),
        }
    }
}

fn node(library: String) -> Outcome<String> {
    let version = said(Command::new("node").arg("--version"))?;
    Ok(format!(
        "{library}, Node.js {}",
        version.trim_start_matches('v')
    ))
}

/// It can neither choose a port nor say which.
fn mosquitto(workshop: &Workshop) -> Outcome<Process> {
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
    let mut command = Command::new(workshop.mosquitto()?);
    command.arg("-c").arg(workshop.source("mosquitto.conf"));
    command.args(["-p", &address.port().to_string()]);
    Process::start_at(&mut command, address)
}
