//! `boardcast record`: writes what a board says into a log, byte by byte with its times,
//! for as long as it is plugged in, and again when it comes back.

mod date;

mod tape;

mod target;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use firmware_sim::log::What;
use tokio::io::AsyncReadExt;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{interval, sleep};
use tokio_util::sync::CancellationToken;

use super::{block_on, say};
use crate::boards::Reason;
use crate::boards::backoff::{Backoff, random};
use crate::boards::discovery::Ports;
use crate::boards::serial::{self, Refusal};
use crate::clock::Clock;
use crate::config::Config;
use crate::config::units::parse_duration;
use crate::system::system_root;
use tape::Tape;
use target::{Target, target};

/// More than the kernel hands over at once (4 kB).
const BUFFER: usize = 16 * 1024;

/// A machine that loses its power loses no more than this.
const SAVE_EVERY: Duration = Duration::from_secs(1);

/// A person who frees the port waits for this; a look costs next to nothing.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

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

/// Why a recording ends before its time.
enum End {
    /// Waiting does not help.
    Port(String),
    /// The log cannot be written.
    Log(io::Error),
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
        None => format!("{name}-{}.log", date::for_a_file(now)).into(),
    };
    let title = format!(
        "{name} on {}, {baud} baud, {}",
        target.board.port,
        date::rfc3339(now)
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

fn unwritable(file: &Path, why: &io::Error) -> String {
    let file = file.display();
    match why.kind() {
        io::ErrorKind::AlreadyExists => {
            format!("{file} is there already, and is left as it is (name another file)")
        }
        _ => format!("cannot write {file}: {why}"),
    }
}

struct Recorder {
    target: Target,
    file: PathBuf,
    has_opened: bool,
    /// The last refusal, and whether the user knows of it.
    refused: Option<(Reason, bool)>,
    /// A live count is shown.
    is_live: bool,
}

impl Recorder {
    fn new(target: Target, file: &Path) -> Self {
        let is_own_screen = file != Path::new("-") || !io::stdout().is_terminal();
        Self {
            target,
            file: file.to_owned(),
            has_opened: false,
            refused: None,
            is_live: io::stderr().is_terminal() && is_own_screen,
        }
    }

    /// Records one opening after the other. Cancel safe: what was read is in the tape.
    async fn run(&mut self, tape: &mut Tape) -> End {
        let (ports, watcher) = Ports::new(&system_root());
        let mut watching = JoinSet::new();
        watching.spawn(watcher.run(CancellationToken::new()));
        let mut changes = ports.changes();
        let mut backoff = Backoff::default();
        loop {
            changes.forget();
            let (board, root) = (self.target.board.clone(), ports.clone());
            let opened = spawn_blocking(move || serial::open_once(&board, &root));
            let recorded = match opened.await {
                Ok(Ok(port)) => {
                    backoff.reset();
                    self.opening(port, tape).await.map_err(End::Log)
                }
                Ok(Err(refusal)) => self.refused(&refusal),
                Err(error) => Err(End::Port(error.to_string())),
            };
            if let Err(end) = recorded {
                return end;
            }
            changes.wait(backoff.next(random()).min(LONGEST_WAIT)).await;
        }
    }

    /// From open to closed.
    async fn opening(&mut self, port: serial::Port, tape: &mut Tape) -> io::Result<()> {
        let serial::Port { mut stream, device } = port;
        let (name, baud) = (&self.target.board.board, self.target.board.line.baud);
        let (device, file) = (device.display(), self.file.display());
        say(&format!(
            "recording {name} ({device} at {baud} baud) into {file}; Ctrl-C ends"
        ));
        (self.has_opened, self.refused) = (true, None);
        tape.write(What::Open)?;
        let mut saves = interval(SAVE_EVERY);
        let mut buffer = vec![0; BUFFER];
        loop {
            let read = tokio::select! {
                read = stream.read(&mut buffer) => read,
                _ = saves.tick() => {
                    tape.save().await?;
                    self.show(tape);
                    continue;
                }
            };
            match read {
                Ok(count) if count > 0 => tape.write(What::Bytes(buffer[..count].to_vec()))?,
                // Whatever the reason: the port is no more, and another one may come.
                _ => break,
            }
        }
        tape.write(What::Close)?;
        tape.save().await?;
        self.clear_line();
        say(&format!(
            "{device} is gone after {tape}; waiting for {name}"
        ));
        self.refused = Some((Reason::Absent, true));
        Ok(())
    }

    /// Says why it waits, once; a moment later where udev may still be at work. What does
    /// not pass by itself is an error, unless something is recorded already.
    fn refused(&mut self, refusal: &Refusal) -> Result<(), End> {
        let Refusal { reason, .. } = *refusal;
        let detail = self.with_cure(refusal);
        let passes = matches!(reason, Reason::Absent | Reason::Busy);
        let is_first = self.refused.is_none();
        if is_first && !passes {
            return Err(End::Port(detail));
        }
        let (again, known) = match self.refused {
            Some((last, known)) if last == reason => (true, known),
            _ => (false, false),
        };
        let tell = !known && (is_first || again || passes);
        if tell {
            say(&format!("{detail}; waiting for it"));
        }
        self.refused = Some((reason, known || tell));
        Ok(())
    }

    fn with_cure(&self, refusal: &Refusal) -> String {
        let detail = &refusal.detail;
        if refusal.reason != Reason::Busy || !detail.contains(" boardcast (") {
            return detail.clone();
        }
        let name = match self.target.is_known {
            true => self.target.board.board.as_str(),
            false => "NAME",
        };
        format!("{detail} (`boardcast release {name}` makes the gateway let go of it)")
    }

    fn show(&self, tape: &Tape) {
        if self.is_live {
            let _ = write!(io::stderr(), "\r{tape} ");
        }
    }

    fn clear_line(&self) {
        if self.is_live {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }

    fn say_done(&self, tape: &Tape) {
        let file = self.file.display();
        match self.file == Path::new("-") {
            true => say(&format!("recorded {tape}")),
            false => say(&format!(
                "recorded {tape}; to see it: boardcast replay {file}"
            )),
        }
    }
}
