//! Which file the history is in: whether it is still the same one, and putting a broken one
//! out of the way. Never opens it: closing it again would take SQLite's locks away.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::clock::Timestamp;

/// A file shorter than a page is no database.
const PAGE: u64 = 4096;

/// A file as it was last seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    device: u64,
    inode: u64,
    bytes: u64,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing, as far as can be seen.
    Same,
    /// It is not there any more.
    Removed,
    /// Another one is there.
    Replaced,
    /// It has lost its end.
    Cut,
}

impl Identity {
    /// The file as it is now.
    ///
    /// # Errors
    /// When it is not there, or its directory may not be read.
    pub fn of(path: &Path) -> io::Result<Self> {
        let file = fs::metadata(path)?;
        Ok(Self {
            device: file.dev(),
            inode: file.ino(),
            bytes: file.len(),
        })
    }

    /// Whether both are one file.
    pub fn is(&self, other: &Self) -> bool {
        (self.device, self.inode) == (other.device, other.inode)
    }

    /// What became of the file since; `bytes` says how long it must be at the least if it
    /// has become shorter, for another program may have packed it.
    pub fn fate(&self, path: &Path, bytes: impl FnOnce() -> u64) -> Fate {
        match Self::of(path) {
            Ok(now) if !now.is(self) => Fate::Replaced,
            Ok(now) if now.bytes < PAGE => Fate::Cut,
            Ok(now) if now.bytes < self.bytes && now.bytes < bytes() => Fate::Cut,
            Err(why) if why.kind() == io::ErrorKind::NotFound => Fate::Removed,
            // Writing it will say better what is wrong.
            Ok(_) | Err(_) => Fate::Same,
        }
    }
}

/// Renames a database, its log and the log's index, as far as they are there; gives the
/// database's new name, dated with `now`.
///
/// # Errors
/// When one may not be renamed.
pub fn set_aside(path: &Path, now: Timestamp) -> io::Result<Option<PathBuf>> {
    let aside = free_name(path, now);
    // The log first: if the database goes and its log stays, a new one would take it over.
    for end in ["-wal", "-shm"] {
        rename(&with_end(path, end), &with_end(&aside, end))?;
    }
    Ok(rename(path, &aside)?.then_some(aside))
}

/// The path with something behind it, as SQLite names what belongs to a database.
pub fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut whole = OsString::from(path);
    whole.push(end);
    whole.into()
}

/// Whether there was such a file.
fn rename(from: &Path, to: &Path) -> io::Result<bool> {
    match fs::rename(from, to) {
        Ok(()) => Ok(true),
        Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(why) => Err(why),
    }
}

fn free_name(path: &Path, now: Timestamp) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let end = path.extension().unwrap_or("db".as_ref()).to_string_lossy();
    // Sorts as text, and may be part of a file's name everywhere.
    let date = now.utc("%Y-%m-%dT%H-%M-%SZ");
    let name = |more: &str| path.with_file_name(format!("{stem}-broken-{date}{more}.{end}"));
    let first = name("");
    let others = (2..100).map(|n| name(&format!("-{n}")));
    let mut names = [first.clone()].into_iter().chain(others);
    names.find(|name| !name.exists()).unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_415_126_000_000);

    #[test]
    fn names_are_dated_and_never_taken_twice() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("history.db");
        let mut names = Vec::new();
        for _ in 0..2 {
            fs::write(&path, "x").unwrap();
            fs::write(with_end(&path, "-wal"), "y").unwrap();
            names.push(set_aside(&path, NOW).unwrap().unwrap());
        }
        assert_eq!(set_aside(&path, NOW).unwrap(), None);
        let wanted = ["", "-2"].map(|more| format!("history-broken-2026-11-23T06-25-26Z{more}.db"));
        assert_eq!(names, wanted.map(|name| directory.path().join(name)));
        assert_eq!(fs::read(with_end(&names[1], "-wal")).unwrap(), b"y");
    }

    #[test]
    fn what_became_of_a_file_is_seen() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("history.db");
        fs::write(&path, [0; 3 * PAGE as usize]).unwrap();
        let before = Identity::of(&path).unwrap();
        let cut = |bytes| fs::File::options().write(true).open(&path)?.set_len(bytes);
        assert_eq!(before.fate(&path, || 0), Fate::Same);
        cut(2 * PAGE).unwrap();
        assert_eq!(before.fate(&path, || 2 * PAGE), Fate::Same);
        assert_eq!(before.fate(&path, || 3 * PAGE), Fate::Cut);
        cut(0).unwrap();
        assert_eq!(before.fate(&path, || 0), Fate::Cut);
        let other = directory.path().join("other");
        fs::write(&other, [0; PAGE as usize]).unwrap();
        fs::rename(&other, &path).unwrap();
        assert_eq!(before.fate(&path, || 0), Fate::Replaced);
        fs::remove_file(&path).unwrap();
        assert_eq!(before.fate(&path, || 0), Fate::Removed);
    }
}
