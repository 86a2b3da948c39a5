//! `boardcast record`: writes what a board says into a log, byte by byte with its times,
//! for as long as it is plugged in, and again when it comes back.

mod recorder;

mod tape;

mod target;

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::time::sleep;

use super::{block_on, say};
use crate::clock::Clock;
use crate::config::Config;
use crate::config::units::parse_duration;
use crate::system::system_root;
use recorder::{End, Recorder};
use tape::Tape;
use target::{Target, target};

/// What to record, and where to.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// A port, as in /dev/ttyACM0, or a board's name
    #[arg(value_name = "PORT|BOARD")]
    source: String,
    /// A new file, or - for standard output [default: its name and the date]
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Bits a second [default: as in the configuration, else 115200]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=20_000_000))]
    baud: Option<u32>,
    /// End after this time, as in 60s [default: at Ctrl-C]
    #[arg(long = "for", value_name = "TIME", value_parser = parse_duration)]
    time: Option<Duration>,
}

/// Records until Ctrl-C, or for as long as it was told to. Fails if the board never came.
pub(super) fn run(config: &Config, options: &Options) -> ExitCode {
    let done = target(&options.source, config, &system_root()).and_then(|mut target| {
        target.board.line.baud = options.baud.unwrap_or(target.board.line.baud);
        block_on(record(target, options)).map_err(|why| why.to_string())?
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            say(&format!("boardcast: {why}"));
            ExitCode::FAILURE
        }
    }
}

async fn record(target: Target, options: &Options) -> Result<(), String> {
    let now = Clock::default().now(|_, _| ());
    let (name, baud) = (&target.board.board, target.board.line.baud);
    let file = match &options.file {
        Some(file) => file.clone(),
        None => format!("{name}-{}.log", now.utc("%Y-%m-%d-%H%M%S")).into(),
    };
    let title = format!(
        "{name} on {}, {baud} baud, {}",
        target.board.port,
        now.utc("%Y-%m-%dT%H:%M:%SZ")
    );
    let mut tape = Tape::begin(&file, &title).map_err(|why| unwritable(&file, &why))?;
    let stop = stop(options.time).map_err(|why| why.to_string())?;
    let mut recorder = Recorder::new(target, &file);
    let ended = tokio::select! {
        () = stop => Ok(()),
        end = recorder.run(&mut tape) => Err(end),
    };
    recorder.clear_line();
    let ended = match ended {
        Ok(()) => tape.save().await.map_err(End::Log),
        ended => ended,
    };
    if !recorder.has_opened && !is_stdout(&file) {
        // Or the next attempt would find the file there already.
        let _ = std::fs::remove_file(&file);
    }
    match ended {
        // Who reads standard output has seen enough.
        Err(End::Log(why)) if why.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(End::Log(why)) => Err(unwritable(&file, &why)),
        Err(End::Port(why)) => Err(why),
        Ok(()) if !recorder.has_opened => Err(format!(
            "{} never came, nothing is recorded",
            options.source
        )),
        Ok(()) => {
            recorder.say_done(&tape);
            Ok(())
        }
    }
}

/// Completes at Ctrl-C, at `SIGTERM`, or after this time.
fn stop(after: Option<Duration>) -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        let time = async {
            match after {
                Some(after) => sleep(after).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            () = time => {}
        }
    })
}

fn is_stdout(file: &Path) -> bool {
    file == Path::new("-")
}

fn unwritable(file: &Path, why: &io::Error) -> String {
    let file = file.display();
    match why.kind() {
        io::ErrorKind::AlreadyExists => {
            format!("{file} is there already, and is left as it is (name another file)")
        }
        _ => format!("cannot write {file}: {why}"),
    }
}
