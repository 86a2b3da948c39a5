//! Which programs have a device open, as /proc tells it.
//! Sees other users' programs only as root.

use std::fs;
use std::path::Path;
use std::process;

/// Programs other than this one that have `device` open, as `minicom (1234)`, in the order
/// of their ids; empty where there is none or none may be seen. Reads all of /proc: a few
/// milliseconds, so not for a hot path.
pub fn holders(device: &Path) -> Vec<String> {
    let Ok(device) = device.canonicalize() else {
        return Vec::new();
    };
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let ids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let mut ids: Vec<u32> = ids.filter(|id| *id != process::id()).collect();
    ids.sort_unstable();
    ids.retain(|id| has_open(*id, &device));
    ids.into_iter().map(describe).collect()
}

fn has_open(id: u32, device: &Path) -> bool {
    let Ok(open) = fs::read_dir(format!("/proc/{id}/fd")) else {
        return false;
    };
    let mut targets = open.filter_map(|entry| entry.ok()?.path().read_link().ok());
    targets.any(|target| target == device)
}

fn describe(id: u32) -> String {
    let name = fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
    format!("{} ({id})", name.trim())
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn the_program_that_has_it_open_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(holders(file.path()), Vec::<String>::new());
        let mut cat = Command::new("cat")
            .stdin(Stdio::piped())
            .stdout(file.reopen().unwrap())
            .spawn()
            .unwrap();
        let found = holders(file.path());
        drop(cat.stdin.take());
        let id = cat.id();
        cat.wait().unwrap();
        assert_eq!(found, [format!("cat ({id})")]);
    }
}
