//! Which programs have a device open, in words.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::processes::{Process, Processes};

/// Who else has `device` open, as `minicom (1234)`, in the order of their ids; `None` where
/// nobody has. `opened` says that
/// somebody has opened it and not closed it, and is believed where this user may not see
/// all programs. Takes as long as [`Processes::with`].
pub(super) fn who(device: &Path, opened: bool, root: &Path) -> Option<String> {
    words(&look(device, root), opened)
}

/// Whether this program has `device`, a path without links, open itself.
pub(super) fn is_ours(device: &Path) -> bool {
    let files = fs::read_dir("/proc/self/fd").into_iter().flatten();
    let mut open = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
    open.any(|open| open == device)
}

#[derive(Debug, Default)]
struct Found {
    names: Vec<String>,
    some_hidden: bool,
}

fn words(found: &Found, opened: bool) -> Option<String> {
    match &found.names[..] {
        [] if opened && found.some_hidden => Some("another program".to_owned()),
        [] => None,
        names => Some(names.join(", ")),
    }
}

fn look(device: &Path, root: &Path) -> Found {
    let device = device.canonicalize().ok();
    let Some(device) = device.as_deref().and_then(Path::to_str) else {
        return Found::default();
    };
    let processes = Processes::with(root, &BTreeSet::from([device.to_owned()]));
    let holders = processes
        .holders(device)
        .filter(|holder| !is_its_board(holder, device, root));
    let words = holders.map(|holder| format!("{} ({})", holder.name, holder.pid));
    Found {
        names: words.collect(),
        some_hidden: processes.some_hidden || !sees_all(root),
    }
}

/// Whether this program's view of processes is the machine's: a container has its own.
fn sees_all(root: &Path) -> bool {
    // PROC_PID_INIT_INO of linux/proc_ns.h: the namespace that the machine began with.
    let first = Path::new("pid:[4026531836]");
    fs::read_link(root.join("proc/self/ns/pid")).is_ok_and(|namespace| namespace == first)
}

/// Whether a program is the other end of a pseudo-terminal: a simulated board, or socat.
/// Such a one often keeps the device open, too, so that it survives its users.
fn is_its_board(program: &Process, device: &str, root: &Path) -> bool {
    let Some(number) = device.strip_prefix("/dev/pts/") else {
        return false;
    };
    let folder = root.join(format!("proc/{}/fdinfo", program.pid));
    let infos = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut texts = infos.filter_map(|info| fs::read_to_string(info.path()).ok());
    // Only the file of a master has this line.
    texts.any(|text| {
        let index = text
            .lines()
            .find_map(|line| line.strip_prefix("tty-index:"));
        index.is_some_and(|index| index.trim() == number)
    })
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn the_program_that_has_it_open_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut tee = Command::new("tee")
            .arg(file.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // Only when it answers is it surely no half-started copy of this program, which
        // has another name, and which the kernel hides from who is not root.
        let (mut input, mut output) = tee.stdin.take().zip(tee.stdout.take()).unwrap();
        input.write_all(b"x").unwrap();
        output.read_exact(&mut [0]).unwrap();
        let root = Path::new("/");
        let found = look(file.path(), root).names;
        drop(input);
        let name = format!("tee ({})", tee.id());
        tee.wait().unwrap();
        // A program that another test starts has everything open for a moment.
        assert!(found.contains(&name), "{found:?}");
        assert!(!look(file.path(), root).names.contains(&name));
    }

    #[test]
    fn an_opening_is_believed_only_where_programs_are_hidden() {
        let found = |names: &[&str], some_hidden| Found {
            names: names.iter().copied().map(str::to_owned).collect(),
            some_hidden,
        };
        let cases = [
            (found(&[], false), false, None),
            (found(&[], false), true, None),
            (found(&[], true), false, None),
            (found(&[], true), true, Some("another program")),
            (
                found(&["a (1)", "b (2)"], true),
                false,
                Some("a (1), b (2)"),
            ),
        ];
        for (found, opened, wanted) in cases {
            assert_eq!(
                words(&found, opened).as_deref(),
                wanted,
                "{found:?} {opened}"
            );
        }
    }

    #[test]
    fn a_container_does_not_see_all_programs() {
        let check = |namespace: Option<&str>, wanted| {
            let root = tempfile::tempdir().unwrap();
            let folder = root.path().join("proc/self/ns");
            fs::create_dir_all(&folder).unwrap();
            if let Some(namespace) = namespace {
                std::os::unix::fs::symlink(namespace, folder.join("pid")).unwrap();
            }
            assert_eq!(sees_all(root.path()), wanted, "{namespace:?}");
        };
        check(Some("pid:[4026531836]"), true);
        check(Some("pid:[4026532201]"), false);
        check(None, false);
    }

    #[test]
    fn the_other_end_of_a_pseudo_terminal_is_nobody() {
        let root = tempfile::tempdir().unwrap();
        let device = Path::new("/dev/null");
        for (pid, info) in [("7", "pos:\t0\ntty-index:\t5\n"), ("8", "pos:\t0\n")] {
            let folder = root.path().join("proc").join(pid);
            fs::create_dir_all(folder.join("fd")).unwrap();
            fs::create_dir(folder.join("fdinfo")).unwrap();
            fs::write(folder.join("comm"), "socat\n").unwrap();
            fs::write(folder.join("fdinfo/3"), info).unwrap();
            std::os::unix::fs::symlink(device, folder.join("fd/3")).unwrap();
        }
        let holder = |pid| Process {
            name: "socat".to_owned(),
            pid,
        };
        let cases = [
            (7, "/dev/pts/5", true),
            (7, "/dev/pts/6", false),
            (7, "/dev/ttyS5", false),
            (8, "/dev/pts/5", false),
        ];
        for (pid, device, wanted) in cases {
            let is_board = is_its_board(&holder(pid), device, root.path());
            assert_eq!(is_board, wanted, "{pid} {device}");
        }
        assert_eq!(look(device, root.path()).names, ["socat (7)", "socat (8)"]);
    }
}
