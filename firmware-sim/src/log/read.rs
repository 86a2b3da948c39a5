//! Reads logs, entry by entry, so that a file may be of any size.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::time::Duration;

use super::quote::{first_word, unquote};
use super::{Entry, MAGIC, MAX_LINE, MAX_PIECE, What};

/// The entries of a log in their order; nothing follows an error. The port is open before
/// bytes come and never opened twice: a log that begins with bytes, as one that was cut
/// out of a longer one does, begins with [`What::Open`] all the same. A last line that has no
/// line end and makes no sense is left out. Holds no more than one line.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    name: String,
    line: u64,
    /// The last entry's.
    at: Duration,
    state: State,
    /// Bytes that wait behind the opening they imply.
    waiting: Option<Entry>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The first line has not been read.
    Header,
    /// Neither opened nor closed yet.
    Begun,
    Open,
    Closed,
    /// At the end, or at an error.
    Done,
}

/// What is wrong with a log, where, and the cure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogError {
    /// The file, and the line where there is one.
    place: String,
    why: String,
}

impl Reader<BufReader<File>> {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path) -> Result<Self, LogError> {
        let name = path.display().to_string();
        match File::open(path) {
            Ok(file) => Ok(Self::new(&name, BufReader::new(file))),
            Err(why) => Err(LogError {
                place: name,
                why: unreadable(&why),
            }),
        }
    }
}

impl<R: BufRead> Reader<R> {
    /// Reads a log; the name is for messages.
    pub fn new(name: &str, input: R) -> Self {
        Self {
            input,
            name: name.to_owned(),
            line: 0,
            at: Duration::ZERO,
            state: State::Header,
            waiting: None,
        }
    }

    fn read(&mut self) -> Result<Option<Entry>, String> {
        if let Some(entry) = self.waiting.take() {
            return Ok(Some(entry));
        }
        if self.state == State::Header {
            self.header()?;
        }
        while self.state != State::Done {
            let Some(line) = self.next_line()? else { break };
            match self.entry(&line) {
                Ok(None) => {}
                // Where the power failed or the disk was full, the recording ends so.
                Err(_) if !line.ends_with(b"\n") => break,
                done => return done,
            }
        }
        Ok(None)
    }

    /// What a line stands for; nothing, if it is empty or a comment.
    fn entry(&mut self, line: &[u8]) -> Result<Option<Entry>, String> {
        let line = std::str::from_utf8(line)
            .map_err(|_| "not UTF-8 (write such bytes as \\xNN)")?
            .trim();
        if line.is_empty() || line.starts_with('#') {
            return Ok(None);
        }
        self.take(line).map(Some)
    }

    fn header(&mut self) -> Result<(), String> {
        let first = self.next_line()?.unwrap_or_default();
        let rest = first.strip_prefix(MAGIC.as_bytes());
        if rest.is_none_or(|rest| rest.first().is_some_and(u8::is_ascii_digit)) {
            return Err(format!("not a log (its first line would begin `{MAGIC}`)"));
        }
        self.state = State::Begun;
        Ok(())
    }

    fn next_line(&mut self) -> Result<Option<Vec<u8>>, String> {
        let mut line = Vec::new();
        let mut limited = (&mut self.input).take(MAX_LINE as u64 + 1);
        let read = limited.read_until(b'\n', &mut line);
        self.line += 1;
        match read {
            Err(why) => Err(unreadable(&why)),
            Ok(0) => Ok(None),
            Ok(count) if count > MAX_LINE => Err(format!(
                "longer than {MAX_LINE} bytes (break it into several, or repeat as in \"x\" * 1000)"
            )),
            Ok(_) => Ok(Some(line)),
        }
    }

    /// Takes a line that is no comment.
    fn take(&mut self, line: &str) -> Result<Entry, String> {
        let (time, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        let at = time_of(time)?;
        if at < self.at {
            return Err(format!(
                "{time} is before the line before (times never go back)"
            ));
        }
        self.at = at;
        let what = what_of(rest.trim_start())?;
        let was = self.state;
        self.state = match (was, &what) {
            (State::Begun | State::Closed, What::Open) => State::Open,
            (State::Open, What::Close) => State::Closed,
            (State::Begun | State::Open, What::Bytes(_)) => State::Open,
            (_, What::Open) => return Err("`open` of a port that is open already".to_owned()),
            (_, What::Close) => return Err("`close` of a port that is not open".to_owned()),
            (_, What::Bytes(_)) => {
                return Err("bytes while the port is closed (`open` is missing)".to_owned());
            }
        };
        let entry = Entry { at, what };
        if was == State::Begun && entry.what != What::Open {
            self.waiting = Some(entry);
            let what = What::Open;
            return Ok(Entry { at, what });
        }
        Ok(entry)
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Entry, LogError>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = self.read();
        if !matches!(read, Ok(Some(_))) {
            self.state = State::Done;
        }
        let placed = read.map_err(|why| LogError {
            place: format!("{}: line {}", self.name, self.line),
            why,
        });
        placed.transpose()
    }
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.why)
    }
}

impl std::error::Error for LogError {}

fn unreadable(why: &io::Error) -> String {
    match why.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::IsADirectory => "a folder, not a log".to_owned(),
        _ => format!("cannot be read: {why}"),
    }
}

/// Up to nine digits of seconds, which is thirty years, and six of microseconds.
fn time_of(text: &str) -> Result<Duration, String> {
    let (seconds, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = (1..=9).contains(&seconds.len()) && decimals.len() <= 6;
    let micros = format!("{seconds}{decimals:0<6}");
    match micros.parse() {
        Ok(micros) if fits && digits(seconds) && digits(decimals) => {
            Ok(Duration::from_micros(micros))
        }
        _ => Err(format!(
            "`{}` is no time (seconds with at most six decimals, as in 12.5)",
            first_word(text)
        )),
    }
}

fn what_of(text: &str) -> Result<What, String> {
    match text {
        "open" => return Ok(What::Open),
        "close" => return Ok(What::Close),
        _ if !text.starts_with('"') => {
            return Err(format!(
                "`{}` is not `open`, `close` or bytes in double quotes",
                first_word(text)
            ));
        }
        _ => {}
    }
    let (bytes, rest) = unquote(text)?;
    let times = times_of(rest.trim())?;
    match bytes.len().checked_mul(times) {
        Some(0) => Err("no bytes (leave the line out)".to_owned()),
        Some(..=MAX_PIECE) => Ok(What::Bytes(bytes.repeat(times))),
        _ => Err(format!(
            "more than {MAX_PIECE} bytes (break it into several lines)"
        )),
    }
}

fn times_of(text: &str) -> Result<usize, String> {
    if text.is_empty() {
        return Ok(1);
    }
    let times = text.strip_prefix('*').map(|times| times.trim().parse());
    match times {
        Some(Ok(times)) => Ok(times),
        _ => Err(format!(
            "`{}` behind the bytes (only `* 1000` may stand there, to repeat them)",
            first_word(text)
        )),
    }
}
