//! The file that is written, and what is in it so far.
//! Knows nothing of ports.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::Duration;

use firmware_sim::log::{Entry, What, Writer};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::Instant;

/// A log that is being written.
pub struct Tape {
    log: Writer<BufWriter<Box<dyn Write>>>,
    /// To see it onto the disk; standard output has none.
    file: Option<File>,
    /// The last time it was seen onto the disk, which may be under way.
    saving: Option<JoinHandle<io::Result<()>>>,
    since: Instant,
    /// Bytes that the board sent.
    pub bytes: u64,
}

impl Tape {
    /// Begins a log; `-` is standard output. Time begins now.
    ///
    /// # Errors
    /// When the file is there already, or cannot be made.
    pub fn begin(path: &Path, title: &str) -> io::Result<Self> {
        let (out, file): (Box<dyn Write>, _) = match path == Path::new("-") {
            true => (Box::new(io::stdout()), None),
            false => {
                let file = File::create_new(path)?;
                (Box::new(file.try_clone()?), Some(file))
            }
        };
        let mut log = Writer::new(BufWriter::new(out), title)?;
        log.flush()?;
        Ok(Self {
            log,
            file,
            saving: None,
            since: Instant::now(),
            bytes: 0,
        })
    }

    /// Adds what happened just now.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&mut self, what: What) -> io::Result<()> {
        if let What::Bytes(bytes) = &what {
            self.bytes += bytes.len() as u64;
        }
        let at = self.since.elapsed();
        self.log.write(&Entry { at, what })
    }

    /// Hands everything so far to the system, and has the system write it to the disk
    /// meanwhile, unless it still does from last time. Needs a tokio runtime.
    ///
    /// # Errors
    /// When something cannot be written, or could not be last time.
    pub async fn save(&mut self) -> io::Result<()> {
        self.log.flush()?;
        let Some(file) = &self.file else {
            return Ok(());
        };
        if let Some(saving) = self.saving.take_if(|saving| saving.is_finished()) {
            saving.await.map_err(io::Error::other)??;
        }
        if self.saving.is_none() {
            let file = file.try_clone()?;
            self.saving = Some(spawn_blocking(move || file.sync_data()));
        }
        Ok(())
    }

    /// How long it is.
    pub fn length(&self) -> Duration {
        self.since.elapsed()
    }
}

impl fmt::Display for Tape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bytes, seconds) = (self.bytes, self.length().as_secs_f64());
        write!(f, "{bytes} bytes in {seconds:.1} s")
    }
}
