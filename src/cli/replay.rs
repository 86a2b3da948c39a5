//! `boardcast replay`: the gateway with one board, which says what a recorded one said.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use firmware_sim::folder::Folder;
use firmware_sim::log::{LogError, Reader, play};
use firmware_sim::pty::Port;
use tokio::time::sleep;

use super::demo::start;
use super::{say, serve};
use crate::config::{Config, PortMatch, SerialBoard};
use crate::gateway::{StartError, block_on};
use crate::name::{BoardName, MAX_NAME};

/// Between the end and the beginning of what is repeated: long enough to see it.
const INTERVAL: Duration = Duration::from_secs(1);

/// What to play, and how.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// What `boardcast record` has written
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The board's name; its settings in the configuration hold [default: the file's name]
    #[arg(long, value_parser = BoardName::new)]
    board: Option<BoardName>,
    /// How many times faster, from 0.01 to 1000
    #[arg(long, default_value_t = 1.0, value_parser = speed)]
    speed: f64,
    /// Begin again at the end
    #[arg(long)]
    repeat: bool,
}

/// Plays the log until the gateway is told to stop. Fails before it starts where the log has
/// a mistake.
pub(super) fn run(config: Config, options: &Options) -> ExitCode {
    match length(&options.file) {
        Ok(length) => {
            let length = length.div_f64(options.speed);
            serve(|config| show(config, options, length), config)
        }
        Err(why) => {
            say(&format!("boardcast: {why}"));
            ExitCode::FAILURE
        }
    }
}

/// From the first entry to the last. Reads all of it, so that a mistake is told at once.
fn length(file: &Path) -> Result<Duration, LogError> {
    let (mut first, mut last) = (None, Duration::ZERO);
    for entry in Reader::open(file)? {
        last = entry?.at;
        first.get_or_insert(last);
    }
    Ok(last - first.unwrap_or_default())
}

fn show(mut config: Config, options: &Options, length: Duration) -> Result<(), StartError> {
    let folder = Folder::new("boardcast-replay")?;
    let board = options.board.clone();
    let board = board.unwrap_or_else(|| named_after(&options.file));
    config.discovery.serial = false;
    // What is told once more is not to be stored once more.
    config.history = None;
    block_on(async {
        let mut port = Port::plug_in(folder.path().join("ttyREPLAY"))?;
        config.serial = vec![on_port(&config, &board, port.link())];
        let gateway = start(config).await?;
        let file = options.file.display();
        let (seconds, where_) = (length.as_secs_f64(), gateway.addresses().first());
        let where_ = where_.map_or(String::new(), |address| format!(" on http://{address}"));
        say(&format!(
            "{file} ({seconds:.1} s) is board {board}{where_} - open it in a browser; Ctrl-C ends"
        ));
        tokio::select! {
            done = gateway.until_stopped() => done,
            broken = play_on(&mut port, options) => Err(broken.into()),
        }
    })
}

/// The settings of the configuration, if it has this board; other boards of it are left out,
/// since their ports are real.
fn on_port(config: &Config, board: &BoardName, link: &Path) -> SerialBoard {
    let port = PortMatch::Path(link.to_owned());
    let known = config.serial.iter().find(|known| known.board == *board);
    match known.cloned() {
        Some(known) => SerialBoard { port, ..known },
        None => SerialBoard::new(board.clone(), port),
    }
}

/// Ends only if it fails. Cancel safe as [`play`] is.
async fn play_on(port: &mut Port, options: &Options) -> std::io::Error {
    let file = options.file.display();
    loop {
        let entries = match Reader::open(&options.file) {
            Ok(entries) => entries,
            Err(why) => return std::io::Error::other(why),
        };
        if let Err(why) = play(port, entries, options.speed).await {
            return why;
        }
        if !options.repeat {
            say(&format!(
                "{file} has ended; the gateway serves until Ctrl-C"
            ));
            return std::future::pending().await;
        }
        sleep(INTERVAL).await;
        // What the end has left open must not be glued to the beginning.
        port.unplug();
    }
}

/// `logs/my lab.log` is `my-lab`.
fn named_after(file: &Path) -> BoardName {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let name = stem.chars().map(|c| if fits(c) { c } else { '-' });
    let name = name.skip_while(|c| !c.is_ascii_alphanumeric());
    let name: String = name.take(MAX_NAME).collect();
    BoardName::new(&name)
        .or_else(|_| BoardName::new("log"))
        .expect("`log` is a name")
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(speed) if (0.01..=1000.0).contains(&speed) => Ok(speed),
        _ => Err("must be from 0.01 to 1000, as in 10".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_board_is_named_after_the_file() {
        let check = |file: &str, wanted: &str| {
            assert_eq!(named_after(Path::new(file)).as_str(), wanted, "{file}");
        };
        check("greenhouse.log", "greenhouse");
        check("logs/my lab (2).log", "my-lab--2-");
        check("uno-2026-01-02-153012.log", "uno-2026-01-02-153012");
        check("_ä.log", "log");
        check(&"a".repeat(100), &"a".repeat(64));
    }

    #[test]
    fn a_board_of_the_configuration_keeps_its_settings() {
        let text = "[[serial]]\nboard = \"a\"\nport = \"/dev/ttyACM0\"\nstale_after = \"7s\"\n";
        let config = Config::parse(text, "test").unwrap();
        let link = Path::new("/tmp/x");
        let known = on_port(&config, &BoardName::new("a").unwrap(), link);
        let other = on_port(&config, &BoardName::new("b").unwrap(), link);
        assert_eq!(known.port, other.port);
        assert_eq!(known.reading, config.serial[0].reading);
        assert_ne!(other.reading, config.serial[0].reading);
    }

    #[test]
    fn the_length_is_from_the_first_entry_to_the_last() {
        let folder = tempfile::tempdir().unwrap();
        let check = |body: &str, wanted: &str| {
            let file = folder.path().join("x.log");
            std::fs::write(&file, format!("# boardcast log 1\n{body}")).unwrap();
            let shown = match length(&file) {
                Ok(length) => format!("{length:?}"),
                Err(why) => why.to_string().replace(folder.path().to_str().unwrap(), ""),
            };
            assert_eq!(shown, wanted, "{body}");
        };
        check("", "0ns");
        check("3600 open\n3601.5 \"a\"\n", "1.5s");
        check(
            "0 open\n0 up\n",
            "/x.log: line 3: `up` is not `open`, `close` or bytes in double quotes",
        );
    }
}
