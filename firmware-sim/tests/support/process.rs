//! The gateway's process: its directory, its configuration file, and what it says.

use std::ffi::OsString;
use std::fs::{File, Permissions};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::machine::MACHINE;
use super::{binary, disk, soon};

/// Who runs the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum User {
    /// Who runs the tests.
    Tester,
    /// Somebody who may open nothing: `nobody`. Needs tests run by root.
    Nobody,
    /// Who runs the tests, with at most 40 files open.
    Poor,
    /// Who runs the tests, with standard error on a disk that is full.
    Unheard,
    /// systemd, which listens on a socket `notify` in the directory, and whose watchdog
    /// wants to be fed every five seconds.
    Systemd,
    /// Who runs the tests, among the mounts of this process: see [`super::Disk`].
    Beside(u32),
}

impl User {
    fn environment(self, folder: &Path) -> Vec<(&'static str, OsString)> {
        match self {
            Self::Systemd => vec![
                ("NOTIFY_SOCKET", folder.join("notify").into_os_string()),
                ("WATCHDOG_USEC", "5000000".into()),
            ],
            _ => Vec::new(),
        }
    }
}

/// A directory of its own for a gateway.
pub fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    // So that `nobody` may read its configuration.
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    folder
}

/// Adds a loopback address with a free port and `discovery.serial = false`, where the
/// file does not say otherwise.
pub fn completed(config: &str) -> String {
    let mut text = String::new();
    if !config.contains("[server]") {
        text.push_str("[server]\n");
    }
    text.push_str(config);
    if !config.contains("listen =") {
        text = text.replacen("[server]\n", "[server]\nlisten = \"127.0.0.1:0\"\n", 1);
    }
    if !config.contains("[discovery]") {
        text.push_str("\n[discovery]\nserial = false\n");
    }
    text
}

/// Starts the program in a directory, with its standard error in a file there.
pub fn spawn(folder: &Path, user: User, arguments: &[&str]) -> Child {
    let stderr = File::options()
        .create(true)
        .append(true)
        .open(stderr_of(folder))
        .unwrap();
    let mut command = match user {
        User::Tester | User::Systemd => Command::new(binary::boardcast()),
        User::Nobody => as_nobody(folder),
        User::Beside(process) => disk::enter(process, folder).into(),
        User::Poor => through_a_shell("ulimit -n 40; exec \"$0\" \"$@\""),
        User::Unheard => through_a_shell("exec \"$0\" \"$@\" 2>/dev/full"),
    };
    if matches!(user, User::Beside(_)) {
        command.arg(binary::boardcast());
    }
    command
        .args(arguments)
        .current_dir(folder)
        .env("BOARDCAST_LOG", "debug")
        .envs(user.environment(folder))
        .envs(machine(folder))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(stderr)
        .kill_on_drop(true);
    command.spawn().unwrap()
}

/// Runs the program with these arguments, as one types them, to its end.
pub async fn run(arguments: &[&str]) -> Output {
    let ended = Command::new(binary::boardcast())
        .args(arguments)
        .kill_on_drop(true)
        .output();
    soon("the program to end", ended).await.unwrap()
}

/// A made-up machine in this directory takes the place of the real one.
fn machine(folder: &Path) -> Option<(&'static str, PathBuf)> {
    let root = folder.join(MACHINE);
    root.is_dir().then_some(("BOARDCAST_ROOT", root))
}

/// The shell changes something of its own, such as its limits, and becomes the program.
fn through_a_shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]).arg(binary::boardcast());
    command
}

/// The program may lie where `nobody` cannot reach it.
fn as_nobody(folder: &Path) -> Command {
    const NOBODY: u32 = 65534;
    let copy = folder.join("boardcast");
    std::fs::copy(binary::boardcast(), &copy).unwrap();
    let mut command = Command::new(copy);
    command.uid(NOBODY).gid(NOBODY);
    command
}

/// Waits for the line that says where it listens; `None` if it ends instead.
pub async fn listening(child: &mut Child) -> Option<SocketAddr> {
    let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some(address) = line.strip_prefix("listening on http://") {
            return Some(address.parse().unwrap());
        }
    }
    None
}

/// What the program in this directory has said.
pub fn said(folder: &Path) -> String {
    std::fs::read_to_string(stderr_of(folder)).unwrap_or_default()
}

fn stderr_of(folder: &Path) -> PathBuf {
    folder.join("stderr")
}
