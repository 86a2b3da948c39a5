//! A gateway that runs for one test, in a directory of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::{Pid, Signal};
use tempfile::TempDir;
use tokio::process::Child;

use super::process::{User, completed, folder, listening, said, spawn};
use super::{Answer, Raw, Socket, Subscriber, Value, soon, until};

/// A running gateway; killed when dropped. Prints what it said if the test fails.
pub struct Gateway {
    child: Child,
    address: SocketAddr,
    folder: TempDir,
}

/// How a gateway ended that would not start.
pub struct Refusal {
    pub code: Option<i32>,
    pub said: String,
}

/// What `/metrics` said.
pub struct Metrics(pub String);

impl Metrics {
    /// How much of what a board sent was dropped for this reason; 0 if it is not counted.
    pub fn dropped(&self, board: &str, reason: &str) -> u64 {
        let labels = [format!("board=\"{board}\""), format!("reason=\"{reason}\"")];
        let line = self
            .0
            .lines()
            .find(|line| labels.iter().all(|label| line.contains(label)));
        let value = line.and_then(|line| line.rsplit_once(' '));
        value.map_or(0, |(_, value)| value.parse().unwrap())
    }
}

impl Gateway {
    /// Starts a gateway and waits until it listens. `config` is the TOML file; a loopback
    /// address with a free port and `discovery.serial = false` are added where it does
    /// not say otherwise. Fails the test if the gateway does not come up.
    pub async fn start(config: &str) -> Self {
        Self::start_as(User::Tester, config).await
    }

    pub async fn start_as(user: User, config: &str) -> Self {
        Self::start_in(folder(), user, config).await
    }

    /// Starts a gateway in the directory of an earlier one.
    pub async fn start_in(folder: TempDir, user: User, config: &str) -> Self {
        std::fs::write(folder.path().join("config.toml"), completed(config)).unwrap();
        let mut child = spawn(folder.path(), user, &["--config", "config.toml"]);
        match soon("`listening on …`", listening(&mut child)).await {
            Some(address) => Self {
                child,
                address,
                folder,
            },
            None => {
                let status = child.wait().await.unwrap();
                panic!(
                    "the gateway did not start ({status}):\n{}",
                    said(folder.path())
                );
            }
        }
    }

    /// Starts a gateway that is expected not to start.
    pub async fn refused(config: &str) -> Refusal {
        let folder = folder();
        std::fs::write(folder.path().join("config.toml"), completed(config)).unwrap();
        Self::refused_with(&folder, &["--config", "config.toml"]).await
    }

    /// Runs the program with these arguments in `folder` until it ends by itself.
    pub async fn refused_with(folder: &TempDir, arguments: &[&str]) -> Refusal {
        let mut child = spawn(folder.path(), User::Tester, arguments);
        let status = soon("the program to end", child.wait()).await.unwrap();
        Refusal {
            code: status.code(),
            said: said(folder.path()),
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn pid(&self) -> u32 {
        self.child.id().expect("it has not been waited for")
    }

    /// What it has written to standard error so far.
    pub fn said(&self) -> String {
        said(self.folder.path())
    }

    /// Waits until standard error holds this text.
    pub async fn until_said(&self, text: &str) {
        until(text, || self.said().contains(text)).await;
    }

    /// Replaces the configuration file; `signal(Signal::HUP)` makes the gateway read it.
    /// Listens where it did.
    pub fn rewrite(&self, config: &str) {
        let config = completed(config).replace("127.0.0.1:0", &self.address.to_string());
        std::fs::write(self.folder.path().join("config.toml"), config).unwrap();
    }

    /// Lists an origin in the configuration, which is otherwise as it comes, and waits until
    /// the gateway knows it.
    pub async fn allow_origin(&self, origin: &str) {
        self.rewrite(&format!("[server]\nallowed_origins = [\"{origin}\"]\n"));
        self.signal(Signal::HUP);
        self.until_said("configuration reloaded").await;
    }

    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.pid() as i32).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// Waits for it to end by itself.
    pub async fn wait_exit(&mut self, patience: Duration) -> ExitStatus {
        match tokio::time::timeout(patience, self.child.wait()).await {
            Ok(status) => status.unwrap(),
            Err(_) => panic!("still running after {patience:?}"),
        }
    }

    /// Kills it as a power cut would, and gives its directory.
    pub async fn kill(mut self) -> TempDir {
        self.child.kill().await.unwrap();
        self.into_folder()
    }

    /// The directory of a gateway that has ended.
    pub fn into_folder(mut self) -> TempDir {
        std::mem::replace(&mut self.folder, folder())
    }

    /// A file in its directory.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Memory it holds, in kB.
    pub fn rss_kb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    pub async fn metrics(&self) -> Metrics {
        let answer = self.http("GET", "/metrics", &[], "").await;
        assert_eq!(answer.status, 200, "{}", answer.head);
        Metrics(answer.text())
    }

    /// How much of what a board sent was dropped for this reason.
    pub async fn dropped(&self, board: &str, reason: &str) -> u64 {
        self.metrics().await.dropped(board, reason)
    }

    /// A device or file that it has open, by the path that the kernel gives.
    pub fn has_open(&self, path: &Path) -> bool {
        let descriptors = std::fs::read_dir(format!("/proc/{}/fd", self.pid())).unwrap();
        descriptors
            .filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok())
            .any(|target| target == path)
    }

    pub async fn http(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl AsRef<[u8]>,
    ) -> Answer {
        Answer::to(self.address, method, path, headers, body.as_ref()).await
    }

    /// Fails the test unless the answer is 200 with JSON.
    pub async fn get_json(&self, path: &str) -> Value {
        let answer = self.http("GET", path, &[], "").await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    /// Posts readings for a board and gives the last one's `seq`.
    pub async fn post(&self, board: &str, body: &str) -> u64 {
        let answer = self
            .http("POST", &format!("/board/{board}"), &[], body)
            .await;
        assert_eq!(answer.status, 202, "{body}: {}", answer.text());
        answer.json()["seq"].as_u64().unwrap()
    }

    /// Asks for an upgrade that is refused, and reads until the gateway closes.
    pub async fn refused_upgrade(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut raw = Raw::connect(self.address).await;
        raw.send(raw.upgrade(path, headers)).await;
        Answer::parse(&raw.until_end().await)
    }

    /// `query` is what stands behind `/ws`, such as `?boards=a`, or nothing.
    pub async fn subscriber(&self, query: &str) -> Subscriber {
        Subscriber::connect(self.address, query).await
    }

    /// A board, or whoever else opens a WebSocket.
    pub async fn ws(&self, path: &str, headers: &[(&str, &str)]) -> Socket {
        Socket::connect(self.address, path, headers).await
    }

    pub async fn raw(&self) -> Raw {
        Raw::connect(self.address).await
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- the gateway said:\n{}---", self.said());
        }
    }
}
