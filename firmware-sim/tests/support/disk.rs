//! A small disk over a folder, which only one gateway sees: a tmpfs in a mount namespace of
//! its own. It outlives the gateway, and ends with the test.

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::User;

/// A mounted disk. `sleep` holds its namespace.
pub struct Disk {
    holder: Child,
    folder: PathBuf,
}

const FILLER: &str = "filler";

/// What makes a namespace also where the tests are not run by root.
const MAPPED: &str = "--map-root-user";

impl Disk {
    /// Mounts a disk of so many KiB over this folder, for those who [`Disk::user`] starts.
    /// `None`, said loudly, where that is not allowed.
    pub fn over(folder: &Path, kib: u32) -> Option<Self> {
        let script =
            format!("mount -t tmpfs -o size={kib}k none \"$0\" && echo ready && exec sleep 600");
        let mut command = Command::new("unshare");
        if !is_root() {
            command.arg(MAPPED);
        }
        let started = command
            .args(["--mount", "--propagation", "private", "sh", "-c", &script])
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn();
        let mut holder = match started {
            Ok(holder) => holder,
            Err(error) => return skipped(&error.to_string()),
        };
        let mut said = String::new();
        let stdout = holder.stdout.take().expect("it was asked for");
        BufReader::new(stdout).read_line(&mut said).unwrap();
        let disk = Self {
            holder,
            folder: folder.to_owned(),
        };
        match said.trim() {
            "ready" => Some(disk),
            _ => skipped("unshare or mount is not allowed"),
        }
    }

    /// A gateway of this user sees the disk.
    pub fn user(&self) -> User {
        User::Beside(self.holder.id())
    }

    /// Where a file of the disk is seen from outside.
    pub fn file(&self, name: &str) -> PathBuf {
        let folder = self.folder.strip_prefix("/").unwrap();
        let root = PathBuf::from(format!("/proc/{}/root", self.holder.id()));
        root.join(folder).join(name)
    }

    /// Writes until nothing more fits.
    pub fn fill(&self) {
        let mut filler = File::options()
            .create(true)
            .append(true)
            .open(self.file(FILLER))
            .unwrap();
        let mut piece = 65536;
        while piece > 0 {
            match filler.write(&vec![0; piece]) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => piece /= 2,
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Makes room again.
    pub fn clear(&self) {
        std::fs::remove_file(self.file(FILLER)).unwrap();
    }

    /// Mounts it anew, `ro` or `rw`. Fails while files are open for writing.
    pub fn remount(&self, how: &str) {
        let mut command = enter(self.holder.id(), Path::new("/"));
        command.args(["mount", "-o", &format!("remount,{how}")]);
        let status = command.arg(&self.folder).status().unwrap();
        assert!(status.success(), "remount,{how}: {status}");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // One that has ended already is as good as ended.
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

/// A command that runs what is added to it among this process's mounts.
pub fn enter(process: u32, folder: &Path) -> Command {
    let mut command = Command::new("nsenter");
    command.args(["--mount", "--target", &process.to_string()]);
    if !is_root() {
        command.args(["--user", "--preserve-credentials"]);
    }
    let mut place = OsString::from("--wd=");
    place.push(folder);
    command.arg(place).arg("--");
    command
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn skipped(why: &str) -> Option<Disk> {
    eprintln!("!!! SKIPPED: no disk of its own can be mounted here ({why})");
    None
}
