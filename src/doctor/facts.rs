//! What no file tells: the time, and the room on disks. Tests make it up.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{StatVfsMountFlags, statvfs};
use rustix::time::{ClockId, clock_gettime};

use crate::config::History;

/// What the kernel was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// The wall clock, in seconds since 1970.
    pub now: i64,
    /// When this program's file was made or copied, in seconds since 1970.
    pub installed: Option<i64>,
    /// The disks of the folders that matter, each once; none that cannot be written to.
    pub disks: Vec<Disk>,
}

/// A file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Disk {
    /// A folder on it.
    pub folder: PathBuf,
    /// Bytes that an ordinary user may still write.
    pub free: u64,
    /// Bytes in all.
    pub size: u64,
}

impl Facts {
    /// Asks the kernel; of disks also that of the history.
    pub fn ask(root: &Path, history: Option<&History>) -> Self {
        let program = std::env::current_exe().and_then(fs::metadata);
        Self {
            now: clock_gettime(ClockId::Realtime).tv_sec,
            installed: program.ok().map(|file| file.mtime()),
            disks: disks(root, history),
        }
    }
}

/// Of the system, of the service's folder, of the history, and of the folder where this was
/// started.
fn disks(root: &Path, history: Option<&History>) -> Vec<Disk> {
    let mut folders = vec![root.to_owned(), root.join("var/lib/boardcast")];
    folders.extend(history.and_then(|history| history.path.parent().map(Path::to_owned)));
    folders.push(PathBuf::from("."));
    let mut seen = Vec::new();
    let new = |folder: &PathBuf| {
        let device = fs::metadata(folder).ok().map(|folder| folder.dev());
        let is_new = device.is_some() && !seen.contains(&device);
        seen.push(device);
        is_new
    };
    folders.into_iter().filter(new).filter_map(disk).collect()
}

fn disk(folder: PathBuf) -> Option<Disk> {
    let disk = statvfs(&folder).ok()?;
    // A read-only system is full by design, and the kernel's own have no room at all.
    if disk.f_flag.contains(StatVfsMountFlags::RDONLY) || disk.f_blocks == 0 {
        return None;
    }
    let bytes = |blocks: u64| blocks.saturating_mul(disk.f_frsize);
    Some(Disk {
        folder: folder.canonicalize().unwrap_or(folder),
        free: bytes(disk.f_bavail),
        size: bytes(disk.f_blocks),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_system_of_the_kernel_is_no_disk() {
        assert_eq!(disk("/proc".into()), None);
    }
}
