//! A folder for the time of one run, which nobody else can have prepared or look into.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// A folder of its own, with all that is put into it; gone when dropped.
#[derive(Debug)]
pub struct Folder(PathBuf);

/// Earlier runs with the same number that were killed, and people with bad intentions.
const ATTEMPTS: u32 = 100;

impl Folder {
    /// Makes one among the system's temporary files; its name begins with `name`. What is
    /// there already is never taken: programs that are built in it are run.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(name: &str) -> io::Result<Self> {
        Self::within(&std::env::temp_dir(), name)
    }

    fn within(parent: &Path, name: &str) -> io::Result<Self> {
        let pid = std::process::id();
        let mut attempts = (0..ATTEMPTS).map(|attempt| {
            let path = parent.join(format!("{name}-{pid}-{attempt}"));
            let made = DirBuilder::new().mode(0o700).create(&path);
            made.map(|()| Self(path))
        });
        let is_taken = |made: &io::Result<Self>| matches!(made, Err(why) if why.kind() == io::ErrorKind::AlreadyExists);
        let made = attempts.find(|made| !is_taken(made));
        made.unwrap_or_else(|| Err(io::ErrorKind::AlreadyExists.into()))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn what_somebody_has_prepared_is_never_taken() {
        let parent = tempfile::tempdir().unwrap();
        let pid = std::process::id();
        let prepared = parent.path().join(format!("x-{pid}-0"));
        fs::create_dir(&prepared).unwrap();
        symlink(&prepared, parent.path().join(format!("x-{pid}-1"))).unwrap();
        let folder = Folder::within(parent.path(), "x").unwrap();
        let path = folder.path().to_owned();
        assert_eq!(path, parent.path().join(format!("x-{pid}-2")));
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        fs::write(path.join("file"), "").unwrap();
        drop(folder);
        assert!(!path.exists() && prepared.exists());
        assert!(Folder::within(Path::new("/nowhere"), "x").is_err());
    }
}
