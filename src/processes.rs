//! Which programs have what open, as /proc tells it.
//! Sees other users' programs only as root. Knows nothing of boards.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

/// A running program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// As the kernel shortens it.
    pub name: String,
    /// Its number.
    pub pid: u32,
}

impl fmt::Display for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (pid {})", self.name, self.pid)
    }
}

/// The programs that have something open that was asked for.
#[derive(Debug, Default)]
pub struct Processes {
    open: Vec<(String, Process)>,
    /// Some programs are another user's and keep to themselves what they have open.
    pub some_hidden: bool,
}

impl Processes {
    /// Looks for programs other than this one that have one of these open: paths without
    /// links, or `socket:[inode]`. Reads all of `proc` under `root`: a few milliseconds, so
    /// not for a hot path.
    pub fn with(root: &Path, wanted: &BTreeSet<String>) -> Self {
        let mut processes = Self::default();
        for entry in fs::read_dir(root.join("proc"))
            .into_iter()
            .flatten()
            .flatten()
        {
            let name = entry.file_name();
            let pid = name.to_str().and_then(|name| name.parse().ok());
            let Some(pid) = pid.filter(|pid| *pid != std::process::id()) else {
                continue;
            };
            match open_files(&entry.path(), wanted) {
                Ok(files) => processes.add(pid, &entry.path(), files),
                Err(why) if why.kind() == io::ErrorKind::PermissionDenied => {
                    processes.some_hidden = true;
                }
                // It has ended since.
                Err(_) => {}
            }
        }
        processes
    }

    /// Who has this open.
    pub fn holders<'a>(&'a self, what: &'a str) -> impl Iterator<Item = &'a Process> {
        let holders = self.open.iter().filter(move |(open, _)| open == what);
        holders.map(|(_, process)| process)
    }

    fn add(&mut self, pid: u32, folder: &Path, files: BTreeSet<String>) {
        if files.is_empty() {
            return;
        }
        let name = fs::read_to_string(folder.join("comm")).unwrap_or_default();
        let name = name.trim().to_owned();
        let process = Process { name, pid };
        self.open
            .extend(files.into_iter().map(|file| (file, process.clone())));
    }
}

fn open_files(process: &Path, wanted: &BTreeSet<String>) -> io::Result<BTreeSet<String>> {
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(process.join("fd"))? {
        let target = fs::read_link(entry?.path());
        let target = target
            .ok()
            .and_then(|target| target.into_os_string().into_string().ok());
        files.extend(target.filter(|target| wanted.contains(target)));
    }
    Ok(files)
}
