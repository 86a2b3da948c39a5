//! Which programs have what open, as /proc tells it.
//! Sees other users' programs only as root. Knows nothing of boards.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

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

/// The programs that run, and which of them have something open that was asked for.
#[derive(Debug, Default)]
pub struct Processes {
    open: Vec<(String, Process)>,
    all: Vec<Process>,
    /// Some programs are another user's and keep to themselves what they have open.
    pub some_hidden: bool,
}

impl Processes {
    /// Looks for programs other than this one that have one of these open: paths without
    /// links, or `socket:[inode]`. Reads all of `proc` under `root`: a few milliseconds, so
    /// not for a hot path. A path may begin with `root`, as it does for whoever looks at
    /// another machine's tree, or be as that machine's programs see it.
    pub fn with(root: &Path, wanted: &BTreeSet<String>) -> Self {
        Self::look(root, wanted, |pid| pid != std::process::id())
    }

    /// As [`Processes::with`], and this program, too.
    pub fn all_with(root: &Path, wanted: &BTreeSet<String>) -> Self {
        Self::look(root, wanted, |_| true)
    }

    fn look(root: &Path, wanted: &BTreeSet<String>, counts: impl Fn(u32) -> bool) -> Self {
        let mut processes = Self::default();
        let entries = fs::read_dir(root.join("proc")).into_iter().flatten();
        for entry in entries.flatten() {
            let name = entry.file_name();
            let pid = name.to_str().and_then(|name| name.parse().ok());
            if let Some(pid) = pid.filter(|pid| counts(*pid)) {
                processes.look_at(pid, &entry.path(), |open| as_wanted(open, root, wanted));
            }
        }
        processes.all.sort_unstable_by_key(|process| process.pid);
        processes.open.sort_by_key(|(_, process)| process.pid);
        processes
    }

    /// Who has this open, in the order of their numbers.
    pub fn holders<'a>(&'a self, what: &'a str) -> impl Iterator<Item = &'a Process> {
        let holders = self.open.iter().filter(move |(open, _)| open == what);
        holders.map(|(_, process)| process)
    }

    /// The first running program of this name, also another user's.
    pub fn named(&self, name: &str) -> Option<&Process> {
        self.all.iter().find(|process| process.name == name)
    }

    fn look_at(&mut self, pid: u32, folder: &Path, wanted: impl Fn(PathBuf) -> Option<String>) {
        // Whoever has no name has ended since.
        let Ok(name) = fs::read_to_string(folder.join("comm")) else {
            return;
        };
        let name = name.trim().to_owned();
        let process = Process { name, pid };
        match open_files(folder, wanted) {
            Ok(files) => {
                let files = files.into_iter().map(|file| (file, process.clone()));
                self.open.extend(files);
            }
            Err(why) if why.kind() == io::ErrorKind::PermissionDenied => self.some_hidden = true,
            // It has ended since, or is a thread of the kernel in a made-up tree.
            Err(_) => {}
        }
        self.all.push(process);
    }
}

fn open_files(
    process: &Path,
    wanted: impl Fn(PathBuf) -> Option<String>,
) -> io::Result<BTreeSet<String>> {
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(process.join("fd"))? {
        let target = fs::read_link(entry?.path());
        files.extend(target.ok().and_then(&wanted));
    }
    Ok(files)
}

fn as_wanted(open: PathBuf, root: &Path, wanted: &BTreeSet<String>) -> Option<String> {
    let below = open.strip_prefix("/").ok().map(|path| root.join(path));
    let names = [Some(open), below].into_iter().flatten();
    let mut names = names.filter_map(|name| name.into_os_string().into_string().ok());
    names.find(|name| wanted.contains(name))
}
