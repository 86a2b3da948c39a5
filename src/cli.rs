//! The command line: what may be asked for, and the exit status of the answer.
//! Knows neither boards nor sockets.

mod address;
mod ask;
mod check;
mod client;
#[cfg(feature = "demo")]
mod demo;
mod export;
mod logging;
mod ports;
#[cfg(feature = "demo")]
mod record;
mod release;
#[cfg(feature = "demo")]
mod replay;
mod send;
mod tail;

use std::error::Error;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::config::Config;
use crate::doctor;
use crate::gateway::{self, StartError};
use crate::name::{BoardName, Boards};
use address::Address;

/// As sysexits.h has it; systemd does not restart on it.
const CONFIG_ERROR: u8 = 78;

/// Arduino boards in by USB, WebSocket and HTTP; numbered readings out to every browser
/// at once.
#[derive(Debug, Parser)]
#[command(name = "boardcast", version)]
struct Arguments {
    /// The configuration [default: ./config.toml, else /etc/boardcast/config.toml, else
    /// this machine only and every USB serial port]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the gateway; also without any command
    Run,
    /// Run the gateway with simulated boards, without any hardware
    #[cfg(feature = "demo")]
    Demo(demo::Options),
    /// Say whether the configuration is right and what it does
    Check,
    /// List the USB serial ports of this machine
    Ports {
        /// Other serial ports, too
        #[arg(long)]
        all: bool,
        /// One JSON array
        #[arg(long)]
        json: bool,
    },
    /// Print what boards say, one line an event, times in UTC
    Tail {
        /// Names, or globs as in 'lab-*' [default: all boards]
        #[arg(value_name = "BOARD", value_parser = glob)]
        boards: Vec<String>,
        #[command(flatten)]
        gateway: Gateway,
    },
    /// Send a command to a board and wait for its result
    Send {
        /// The board's name
        #[arg(value_parser = BoardName::new)]
        board: BoardName,
        /// What to send, as in 'LED ON'; the line end is added
        #[arg(allow_hyphen_values = true)]
        text: String,
        #[command(flatten)]
        gateway: Gateway,
    },
    /// Write a board's history as CSV, from the running gateway or from its database
    Export(export::Options),
    /// Close a board's serial port, so that another program can flash the board
    Release {
        /// The board's name
        #[arg(value_parser = BoardName::new)]
        board: BoardName,
        /// How long, from 1s to 1h; `boardcast resume` takes the port back earlier
        #[arg(long = "for", value_name = "TIME", value_parser = release::span, default_value = "60s")]
        span: Duration,
        #[command(flatten)]
        gateway: Gateway,
    },
    /// Open a board's serial port again after `release`
    Resume {
        /// The board's name
        #[arg(value_parser = BoardName::new)]
        board: BoardName,
        #[command(flatten)]
        gateway: Gateway,
    },
    /// Write what a board says into a file, byte by byte with its times
    #[cfg(feature = "demo")]
    Record(record::Options),
    /// Run the gateway with a board that says what a recorded one said
    #[cfg(feature = "demo")]
    Replay(replay::Options),
    /// Look for what keeps boards and browsers from working, and say what helps
    Doctor {
        /// One JSON array
        #[arg(long)]
        json: bool,
    },
}

/// Which running gateway is meant.
#[derive(Debug, clap::Args)]
struct Gateway {
    /// The gateway, as in http://192.168.1.5:8080 [default: where the configuration listens]
    #[arg(long)]
    url: Option<Address>,
}

/// Reads the command line, does what it says, and returns the exit status: 0, 1 cannot
/// start or did not work, 2 usage, 78 configuration error.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let config = arguments.config.as_deref();
    match arguments.command.unwrap_or(Command::Run) {
        Command::Run => with_config(config, |config| serve(gateway::run, config)),
        #[cfg(feature = "demo")]
        Command::Demo(options) => demo::main(&options, config),
        Command::Check => with_config(config, |config| check::run(&config)),
        Command::Ports { all, json } => ports::run(config, all, json),
        Command::Tail { boards, gateway } => {
            with_gateway(gateway, config, |address| tail::run(address, &boards))
        }
        Command::Send {
            board,
            text,
            gateway,
        } => with_gateway(gateway, config, |address| {
            send::run(&address, &board, &text)
        }),
        Command::Export(options) => export::run(&options, config),
        Command::Release {
            board,
            span,
            gateway,
        } => with_gateway(gateway, config, |address| {
            release::release(&address, &board, span)
        }),
        Command::Resume { board, gateway } => {
            with_gateway(gateway, config, |address| release::resume(&address, &board))
        }
        #[cfg(feature = "demo")]
        Command::Record(options) => with_config(config, |config| record::run(&config, &options)),
        #[cfg(feature = "demo")]
        Command::Replay(options) => {
            demo::with_demo_config(config, |config| replay::run(config, &options))
        }
        Command::Doctor { json } => doctor::run(config, json),
    }
}

fn glob(text: &str) -> Result<String, String> {
    Boards::from_globs(std::iter::once(text)).map(|_| text.to_owned())
}

fn with_config(path: Option<&Path>, then: impl FnOnce(Config) -> ExitCode) -> ExitCode {
    match Config::load(path) {
        Ok(config) => then(config),
        Err(error) => {
            say(&error.to_string());
            ExitCode::from(CONFIG_ERROR)
        }
    }
}

fn with_gateway(
    gateway: Gateway,
    config: Option<&Path>,
    then: impl FnOnce(Address) -> ExitCode,
) -> ExitCode {
    if let Some(address) = gateway.url {
        return then(address);
    }
    with_config(config, |config| match Address::of(&config.server.listen) {
        Some(address) => then(address),
        None => {
            say("boardcast: the configuration leaves the port to chance: say --url");
            ExitCode::from(2)
        }
    })
}

fn serve(run: impl FnOnce(Config) -> Result<(), StartError>, config: Config) -> ExitCode {
    logging::start();
    match run(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("boardcast: {}", chain(&error)));
            ExitCode::FAILURE
        }
    }
}

/// An error and its causes on one line.
fn chain(error: &dyn Error) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// Tells the user on standard error; where that is closed, nobody listens.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// A runtime for the commands that talk to a running gateway. One thread is enough for them.
fn block_on<T>(future: impl Future<Output = T>) -> io::Result<T> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    Ok(builder.enable_all().build()?.block_on(future))
}

#[cfg(test)]
mod tests;
