//! Which programs have a device open, in words.

use std::collections::BTreeSet;
use std::path::Path;

use crate::processes::Processes;
use crate::system::system_root;

/// Programs other than this one that have `device` open, as `minicom (1234)`, in the order
/// of their ids; empty where there is none or none may be seen. Takes as long as
/// [`Processes::with`].
pub fn holders(device: &Path) -> Vec<String> {
    let device = device.canonicalize().ok();
    let Some(device) = device.as_deref().and_then(Path::to_str) else {
        return Vec::new();
    };
    let processes = Processes::with(&system_root(), &BTreeSet::from([device.to_owned()]));
    let mut holders: Vec<_> = processes.holders(device).collect();
    holders.sort_unstable_by_key(|holder| holder.pid);
    let words = holders
        .iter()
        .map(|holder| format!("{} ({})", holder.name, holder.pid));
    words.collect()
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
