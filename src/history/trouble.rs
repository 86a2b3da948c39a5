//! What keeps events from being stored: one word for machines, and a text with the cure.
//! Knows nothing of what is done about it.

use std::path::Path;

use rusqlite::ErrorCode;
use rustix::fs::{Access, StatVfsMountFlags, access, statvfs};
use rustix::io::Errno;

/// Whether events are being stored, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// They are.
    Ok,
    /// There is no room.
    Full,
    /// The file, or all of its file system, may only be read.
    ReadOnly,
    /// Another program holds the file.
    Locked,
    /// What the file holds makes no sense.
    Corrupt,
    /// Anything else.
    Error,
}

impl State {
    /// Every state, for counting.
    pub const ALL: [Self; 6] = [
        Self::Ok,
        Self::Full,
        Self::ReadOnly,
        Self::Locked,
        Self::Corrupt,
        Self::Error,
    ];

    /// As it is told.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Full => "full",
            Self::ReadOnly => "read_only",
            Self::Locked => "locked",
            Self::Corrupt => "corrupt",
            Self::Error => "error",
        }
    }
}

/// Why events are not being stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// In one word; never [`State::Ok`].
    pub state: State,
    /// For people: which file, what is wrong, and the cure.
    pub detail: String,
}

impl Trouble {
    /// Says what an error of SQLite is for this file. Where SQLite does not know, the file
    /// system is asked.
    pub fn of(why: &rusqlite::Error, path: &Path) -> Self {
        let state = state_of(why);
        let cause = match state {
            State::Error => return Self::unclear(why, path),
            State::Corrupt => format!("damaged: {why}"),
            State::Full => return Self::full(path),
            State::ReadOnly => return Self::read_only(path),
            State::Locked | State::Ok => {
                "locked by another program (close it; `fuser` says which it is)".to_owned()
            }
        };
        Self::new(state, path, &cause)
    }

    /// One with a text.
    pub fn new(state: State, path: &Path, cause: &str) -> Self {
        let detail = format!("{}: {cause}", path.display());
        Self { state, detail }
    }

    /// The file may be read, and no more.
    pub fn read_only(path: &Path) -> Self {
        let cause = if is_on(path, StatVfsMountFlags::RDONLY) {
            "its file system is read-only (mount it for writing, or choose another `path` in [history])"
        } else {
            "may only be read (give this user the right to write the file and its directory)"
        };
        Self::new(State::ReadOnly, path, cause)
    }

    fn full(path: &Path) -> Self {
        let cause = "no room left on the disk (free some, or lower `max_size` in [history])";
        Self::new(State::Full, path, cause)
    }

    /// SQLite says little where a file cannot be opened or written.
    fn unclear(why: &rusqlite::Error, path: &Path) -> Self {
        if let Some(cause) = place(path).or_else(|| forbidden(path)) {
            return Self::new(State::Error, path, &cause);
        }
        if is_on(path, StatVfsMountFlags::RDONLY) {
            return Self::read_only(path);
        }
        if statvfs(directory(path)).is_ok_and(|disk| disk.f_bavail == 0) {
            return Self::full(path);
        }
        let cause = format!("{why} (see what the kernel says of the disk: `dmesg`)");
        Self::new(State::Error, path, &cause)
    }
}

fn state_of(why: &rusqlite::Error) -> State {
    let rusqlite::Error::SqliteFailure(code, text) = why else {
        // A row that is missing, or is of another type than it was written with.
        return State::Corrupt;
    };
    match code.code {
        ErrorCode::DiskFull => State::Full,
        // The index of the log is made as large as is needed at once, so this is no room.
        _ if code.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE => State::Full,
        ErrorCode::ReadOnly => State::ReadOnly,
        ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::FileLockingProtocolFailed => State::Locked,
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::ConstraintViolation => {
            State::Corrupt
        }
        ErrorCode::Unknown
            if text
                .as_ref()
                .is_some_and(|text| text.starts_with("no such")) =>
        {
            State::Corrupt
        }
        _ => State::Error,
    }
}

/// What is wrong with where the file is to be.
fn place(path: &Path) -> Option<String> {
    let directory = directory(path);
    if path.is_dir() {
        return Some("is a directory (name a file as `path` in [history])".to_owned());
    }
    match std::fs::metadata(directory) {
        Ok(place) if place.is_dir() => None,
        Ok(_) => Some(format!(
            "{} is not a directory (choose another `path` in [history])",
            directory.display()
        )),
        Err(why) => Some(format!(
            "{}: {why} (create this directory for this user, or choose another `path` in [history])",
            directory.display()
        )),
    }
}

/// What this user may not do there.
fn forbidden(path: &Path) -> Option<String> {
    let may = |what: &Path, how| access(what, how) != Err(Errno::ACCESS);
    let directory = directory(path);
    if !may(directory, Access::WRITE_OK | Access::EXEC_OK) {
        return Some(format!(
            "may not write in {} (give this user the right to, or choose another `path` in [history])",
            directory.display()
        ));
    }
    if !may(path, Access::READ_OK | Access::WRITE_OK) {
        let cure = "give this user the right to read and write the file";
        return Some(format!("permission denied ({cure})"));
    }
    None
}

fn directory(path: &Path) -> &Path {
    path.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

fn is_on(path: &Path, flag: StatVfsMountFlags) -> bool {
    statvfs(directory(path)).is_ok_and(|disk| disk.f_flag.contains(flag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_apart() {
        use rusqlite::ffi;
        let cases = [
            (ffi::SQLITE_FULL, State::Full),
            (ffi::SQLITE_IOERR_SHMSIZE, State::Full),
            (ffi::SQLITE_READONLY, State::ReadOnly),
            (ffi::SQLITE_READONLY_DBMOVED, State::ReadOnly),
            (ffi::SQLITE_BUSY, State::Locked),
            (ffi::SQLITE_BUSY_RECOVERY, State::Locked),
            (ffi::SQLITE_CORRUPT, State::Corrupt),
            (ffi::SQLITE_NOTADB, State::Corrupt),
            (ffi::SQLITE_IOERR_FSYNC, State::Error),
            (ffi::SQLITE_CANTOPEN, State::Error),
        ];
        let path = std::env::temp_dir().join("history.db");
        for (code, state) in cases {
            let why = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            assert_eq!(Trouble::of(&why, &path).state, state, "{code}");
        }
    }

    #[test]
    fn each_has_a_cure() {
        let directory = tempfile::tempdir().unwrap();
        let why = rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CANTOPEN),
            None,
        );
        for (path, wanted) in [
            (directory.path().to_owned(), "is a directory (name a file"),
            (directory.path().join("no/h.db"), "(create this directory"),
        ] {
            let trouble = Trouble::of(&why, &path);
            assert_eq!(trouble.state, State::Error);
            assert!(trouble.detail.contains(wanted), "{}", trouble.detail);
        }
    }
}
