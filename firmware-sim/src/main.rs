//! The command: one simulated board, or an emulated one, as long as nobody presses Ctrl-C.

use std::fmt::Display;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use firmware_sim::board::{Address, Note, run_http, run_serial, run_websocket};
use firmware_sim::clockwork::{Clockwork, Settings};
use firmware_sim::faults::Script;
use firmware_sim::firmware::Sketch;
use firmware_sim::pty::Port;
use tokio_util::sync::CancellationToken;

mod emulated;
mod typed;

/// A simulated board.
///
/// For example a greenhouse on a serial port that loses its plug every minute:
///   firmware-sim greenhouse --port /tmp/ttyGREEN --fault "every 60s unplug 3s"
#[derive(Parser, Debug)]
#[command(version, verbatim_doc_comment)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(group(clap::ArgGroup::new("link").required(true).args(["port", "ws", "http"])))]
struct Arguments {
    #[command(subcommand)]
    emulated: Option<Emulated>,

    /// What the board runs
    #[arg(required = true)]
    sketch: Option<Sketch>,

    /// Plug it in: link a simulated serial port here
    #[arg(long, value_name = "PATH")]
    port: Option<PathBuf>,

    /// Connect it by WebSocket, such as ws://127.0.0.1:8080/board/greenhouse
    #[arg(long, value_name = "ADDRESS")]
    ws: Option<Address>,

    /// Post each reading, such as to http://127.0.0.1:8080/board/greenhouse
    #[arg(long, value_name = "ADDRESS")]
    http: Option<Address>,

    /// Readings a second [default: the sketch's own]
    #[arg(long, value_name = "HZ", value_parser = rate)]
    rate: Option<f64>,

    /// The same seed measures the same and fails the same
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// What goes wrong, and when: rules `after|every TIME FAULT` between `;`, with the
    /// faults reset, half, garbage [BYTES], long [BYTES], flood [LINES], silence TIME,
    /// unplug TIME; for example "after 10s unplug 3s; every 60s garbage 200"
    #[arg(
        long,
        value_name = "SCRIPT",
        default_value = "",
        hide_default_value = true
    )]
    fault: Script,
}

#[derive(Subcommand, Debug)]
enum Emulated {
    /// An emulated Arduino Uno that runs a real sketch
    ///
    /// It prints what happens to it, and obeys what is typed: plug, unplug, reset,
    /// reset midline, analog CHANNEL MILLIVOLTS, stat.
    Uno {
        /// A sketch that comes with the program (serial-json, serial-plotter, serial-csv,
        /// commands, greenhouse), or a file
        #[arg(default_value = "serial-json")]
        sketch: String,
        /// Where its serial port is linked
        #[arg(long, value_name = "PATH", default_value = "/tmp/ttyUNO")]
        port: PathBuf,
    },
    /// A board on a serial port that prints each line that is typed
    ///
    /// It tells what happens to it and what it receives. Two lines are not printed but
    /// done: plug, unplug.
    Typed {
        /// Where its serial port is linked
        #[arg(long, value_name = "PATH")]
        port: PathBuf,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match &arguments.emulated {
        Some(Emulated::Uno { sketch, port }) => return emulated::run(sketch, port).await,
        Some(Emulated::Typed { port }) => return typed::run(port).await,
        None => {}
    }
    let Some(sketch) = arguments.sketch else {
        unreachable!("clap asks for one where no other command is given");
    };
    let stop = CancellationToken::new();
    let board = run(sketch, &arguments, stop.clone());
    let interrupt = async {
        // Without a handler Ctrl-C still ends the program, only less politely.
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.cancel();
        }
        std::future::pending().await
    };
    tokio::select! {
        ended = board => ended,
        ended = interrupt => ended,
    }
}

async fn run(sketch: Sketch, arguments: &Arguments, stop: CancellationToken) -> ExitCode {
    let board = Clockwork::new(Settings {
        sketch,
        rate: arguments.rate.unwrap_or(sketch.usual_rate()),
        seed: arguments.seed,
        script: arguments.fault.clone(),
    });
    if let Some(path) = &arguments.port {
        return serial(path.clone(), board, stop).await;
    }
    if let Some(gateway) = arguments.ws.clone() {
        say(format_args!("connects to {gateway}; Ctrl-C stops it"));
        run_websocket(gateway, board, stop, tell).await;
    } else if let Some(gateway) = arguments.http.clone() {
        say(format_args!("posts to {gateway}; Ctrl-C stops it"));
        run_http(gateway, board, stop, tell).await;
    }
    say("stopped");
    ExitCode::SUCCESS
}

async fn serial(path: PathBuf, board: Clockwork, stop: CancellationToken) -> ExitCode {
    let ended = match Port::plug_in(&path) {
        Ok(port) => {
            say("waits for somebody to open its port; Ctrl-C unplugs it");
            run_serial(port, board, stop, tell).await
        }
        Err(error) => Err(error),
    };
    match ended {
        Ok(()) => {
            say("unplugged");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!(
                "firmware-sim: cannot plug in at {}: {error}",
                path.display()
            );
            ExitCode::FAILURE
        }
    }
}

fn tell(note: &Note) {
    say(note);
}

fn say(text: impl Display) {
    println!("the board {text}");
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (0.001..=100_000.0).contains(&rate) => Ok(rate),
        _ => Err("a rate is from 0.001 to 100000 readings a second".into()),
    }
}
