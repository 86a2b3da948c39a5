//! The program as a command that runs for a while.

use std::net::SocketAddr;
use std::path::PathBuf;

use rustix::process::{Pid, Signal};
use tempfile::TempDir;
use tokio::process::Child;

use super::process::{User, listening, said, spawn};
use super::{soon, until};

/// A running command in a directory of its own; killed when dropped.
pub struct Program {
    child: Child,
    folder: TempDir,
}

impl Program {
    pub fn start(folder: TempDir, arguments: &[&str]) -> Self {
        let child = spawn(folder.path(), User::Tester, arguments);
        Self { child, folder }
    }

    /// A file in its directory.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What it has written to standard error so far.
    pub fn said(&self) -> String {
        said(self.folder.path())
    }

    /// Waits until standard error holds this text so many times.
    pub async fn until_said(&self, text: &str, times: usize) {
        until(text, || self.said().matches(text).count() >= times).await;
    }

    /// Where it listens, if it is a gateway.
    pub async fn listening(&mut self) -> SocketAddr {
        let address = soon("`listening on …`", listening(&mut self.child)).await;
        address.unwrap_or_else(|| panic!("it ended:\n{}", self.said()))
    }

    /// Presses Ctrl-C, and gives the exit status.
    pub async fn interrupt(&mut self) -> Option<i32> {
        let pid = self.child.id().expect("it has not been waited for");
        let pid = Pid::from_raw(pid as i32).unwrap();
        rustix::process::kill_process(pid, Signal::INT).unwrap();
        let status = soon("the program to end", self.child.wait()).await;
        status.unwrap().code()
    }
}
