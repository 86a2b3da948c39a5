//! `boardcast export`: a board's history as a file, from the running gateway, or from its
//! database where none is running.

mod direct;

mod output;

#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};

use super::address::Address;
use super::client::{ClientError, Download};
use super::{CONFIG_ERROR, Gateway, block_on, chain, say};
use crate::config::Config;
use crate::name::BoardName;
use output::Output;

/// What to export, and where to.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The board's name
    #[arg(value_parser = BoardName::new)]
    board: BoardName,
    /// The first time: ms since 1970, a date as in 2026-01-31T15:30:00Z, or -24h
    /// [default: the oldest there is]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    from: Option<String>,
    /// The time behind the last [default: now]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    to: Option<String>,
    /// Which channels, as in temperature,humidity [default: all]
    #[arg(long, value_name = "NAMES", allow_hyphen_values = true)]
    channels: Option<String>,
    /// Mean, smallest and largest of each such time, as in 10s [default: every reading]
    #[arg(long, value_name = "TIME", conflicts_with = "points")]
    every: Option<String>,
    /// The same, in at most so many rows
    #[arg(long, value_name = "N")]
    points: Option<usize>,
    /// One JSON object, in columns; at most 10000 points
    #[arg(long)]
    json: bool,
    /// A new file [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long, requires = "output")]
    force: bool,
    /// Read this database, whether a gateway runs or not
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    db: Option<PathBuf>,
    #[command(flatten)]
    gateway: Gateway,
}

/// Why there is no file, or not a whole one.
#[derive(Debug)]
enum Failure {
    Client(ClientError),
    Output(String, io::Error),
    /// The database, or what was asked of it.
    Direct(String),
    Interrupted,
}

/// Exports. Success is a whole answer, or a reader of standard output that wants no more.
pub(super) fn run(options: &Options, config: Option<&Path>) -> ExitCode {
    if let Some(db) = &options.db {
        return report(block_on(interruptible(direct::export(db, options))));
    }
    if let Some(address) = &options.gateway.url {
        return report(block_on(interruptible(download(address, options))));
    }
    let config = match Config::load(config) {
        Ok(config) => config,
        Err(error) => {
            say(&error.to_string());
            return ExitCode::from(CONFIG_ERROR);
        }
    };
    report(block_on(interruptible(nearest(&config, options))))
}

/// From the gateway that this configuration describes, or else from its database.
async fn nearest(config: &Config, options: &Options) -> Result<(), Failure> {
    let from_gateway = match Address::of(&config.server.listen) {
        Some(address) => download(&address, options).await,
        None => Err(Failure::Direct(
            "the configuration leaves the port to chance: say --url".to_owned(),
        )),
    };
    match (from_gateway, &config.history) {
        (
            Err(Failure::Client(ClientError::Unreachable(..)) | Failure::Direct(_)),
            Some(history),
        ) => direct::export(&history.path, options).await,
        (done, _) => done,
    }
}

async fn download(address: &Address, options: &Options) -> Result<(), Failure> {
    let path = format!("/api/boards/{}/history?{}", options.board, query(options));
    let begun = Download::begin(address, &path).await;
    let mut download = begun.map_err(Failure::Client)?;
    let mut output = Output::open(options.output.as_deref(), options.force)?;
    while let Some(bytes) = download.next().await.map_err(Failure::Client)? {
        output.write(&bytes)?;
    }
    output.finish()
}

/// What is asked, as the gateway reads it.
fn query(options: &Options) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("format", if options.json { "json" } else { "csv" });
    let points = options.points.map(|points| points.to_string());
    let pairs = [
        ("from", &options.from),
        ("to", &options.to),
        ("channels", &options.channels),
        ("every", &options.every),
        ("points", &points),
    ];
    for (name, value) in pairs {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    query.finish()
}

/// Ends with an error at Ctrl-C and `SIGTERM`, so that no half file is left.
async fn interruptible(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let signals = signal(SignalKind::interrupt()).and_then(|interrupt| {
        let terminate = signal(SignalKind::terminate())?;
        Ok((interrupt, terminate))
    });
    let Ok((mut interrupt, mut terminate)) = signals else {
        return work.await;
    };
    tokio::select! {
        done = work => done,
        _ = interrupt.recv() => Err(Failure::Interrupted),
        _ = terminate.recv() => Err(Failure::Interrupted),
    }
}

fn report(done: io::Result<Result<(), Failure>>) -> ExitCode {
    let why = match done {
        Ok(Ok(())) => return ExitCode::SUCCESS,
        Ok(Err(Failure::Output(_, why))) if why.kind() == io::ErrorKind::BrokenPipe => {
            return ExitCode::SUCCESS;
        }
        Ok(Err(Failure::Client(why))) => chain(&why),
        Ok(Err(Failure::Output(file, why))) => output::unwritable(&file, &why),
        Ok(Err(Failure::Direct(why))) => why,
        Ok(Err(Failure::Interrupted)) => "interrupted".to_owned(),
        Err(why) => why.to_string(),
    };
    say(&format!("boardcast: {why}"));
    ExitCode::FAILURE
}
