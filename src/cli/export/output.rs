//! Where an export goes: a file that is whole or not there, or standard output.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Failure;
use crate::cli::say;

/// Something to write to. Dropped before [`Output::finish`], it takes its file away.
pub(super) struct Output {
    to: Box<dyn Write>,
    /// As the user called it.
    name: String,
    /// What is not whole yet, and what it will be called.
    half: Option<(PathBuf, PathBuf)>,
}

impl Output {
    /// A new file, or standard output for none and `-`. A file that is there is an error,
    /// or with `force` replaced once the new one is whole.
    pub fn open(file: Option<&Path>, force: bool) -> Result<Self, Failure> {
        let Some(file) = file.filter(|file| *file != Path::new("-")) else {
            return Ok(Self {
                to: Box::new(io::stdout().lock()),
                name: "standard output".to_owned(),
                half: None,
            });
        };
        let name = file.display().to_string();
        let failed = |why| Failure::Output(name.clone(), why);
        let (to, half) = begin(file, force).map_err(failed)?;
        Ok(Self {
            to: Box::new(to),
            name,
            half,
        })
    }

    /// Writes some more.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let written = self.to.write_all(bytes);
        written.map_err(|why| Failure::Output(self.name.clone(), why))
    }

    /// Everything is written.
    pub fn finish(mut self) -> Result<(), Failure> {
        let mut finish = || {
            self.to.flush()?;
            match self.half.take() {
                Some((half, whole)) if half != whole => fs::rename(half, whole),
                _ => Ok(()),
            }
        };
        finish().map_err(|why| Failure::Output(self.name.clone(), why))
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Some((half, _)) = self.half.take()
            && let Err(why) = fs::remove_file(&half)
        {
            let half = half.display();
            say(&format!(
                "boardcast: {half} is not whole, and cannot be removed: {why}"
            ));
        }
    }
}

/// Why a file cannot be written.
pub(super) fn unwritable(file: &str, why: &io::Error) -> String {
    match why.kind() {
        io::ErrorKind::AlreadyExists => {
            format!("{file} is there already, and is left as it is (--force replaces it)")
        }
        _ => format!("cannot write {file}: {why}"),
    }
}

type Half = Option<(PathBuf, PathBuf)>;

fn begin(file: &Path, force: bool) -> io::Result<(File, Half)> {
    let there = fs::metadata(file);
    if there.as_ref().is_ok_and(|there| !there.is_file()) {
        // A pipe or a device is neither replaced nor removed.
        return Ok((OpenOptions::new().write(true).open(file)?, None));
    }
    let half = match force && there.is_ok() {
        true => beside(file),
        false => file.to_owned(),
    };
    let to = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&half)?;
    Ok((to, Some((half, file.to_owned()))))
}

/// In the same folder, so that it can take the other's place at once.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    file.with_file_name(name)
}
