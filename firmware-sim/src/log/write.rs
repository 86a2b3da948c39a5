//! Writes logs.

use std::io::{self, Write};

use super::quote::quote;
use super::{Entry, MAGIC, What};

/// A piece is written in lines of at most so many bytes each, which stay well below
/// [`MAX_LINE`](super::MAX_LINE) when every byte is escaped.
const LONGEST: usize = 64 * 1024;

/// A log that is being written.
#[derive(Debug)]
pub struct Writer<W>(W);

impl<W: Write> Writer<W> {
    /// Begins a log with its first line. `title` says what is recorded; a line end in it
    /// becomes a space.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn new(mut out: W, title: &str) -> io::Result<Self> {
        let title = title.replace(['\r', '\n'], " ");
        writeln!(out, "{MAGIC}: {title}")?;
        Ok(Self(out))
    }

    /// Adds what happened. The caller sees to the order of the times. Bytes above 64 KiB
    /// become several entries of the same time; none at all are left out.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&mut self, entry: &Entry) -> io::Result<()> {
        let (seconds, micros) = (entry.at.as_secs(), entry.at.subsec_micros());
        let mut line = |what: &str| writeln!(self.0, "{seconds}.{micros:06} {what}");
        match &entry.what {
            What::Open => line("open"),
            What::Close => line("close"),
            What::Bytes(bytes) => bytes
                .chunks(LONGEST)
                .try_for_each(|piece| line(&quote(piece))),
        }
    }

    /// Hands everything so far to the system.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
