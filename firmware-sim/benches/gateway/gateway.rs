//! The gateway, with a configuration and a directory of its own.

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::Outcome;
use crate::process::Process;

/// A running gateway; killed when dropped.
pub struct Gateway {
    pub process: Process,
    config: String,
    folder: TempDir,
}

/// The load generator answers no pings, so that it has time for what it measures.
const CONFIG: &str = r#"
[server]
listen = "127.0.0.1:0"
[discovery]
serial = false
[wifi]
ping_interval = "30m"
silent_after = "60m"
"#;

impl Gateway {
    /// Starts a gateway; `more` is added to its configuration.
    pub fn start(more: &str) -> Outcome<Self> {
        Self::start_in(tempfile::tempdir()?, format!("{CONFIG}{more}"))
    }

    /// Starts a gateway in this directory, with this and no other configuration.
    pub fn start_in(folder: TempDir, config: String) -> Outcome<Self> {
        let process = launch(folder.path(), &config)?;
        Ok(Self {
            process,
            config,
            folder,
        })
    }

    /// Kills it as a power cut would, and starts it again where it was.
    pub fn restart(&mut self) -> Outcome {
        self.process.kill()?;
        self.come_back()
    }

    /// Stops it as systemd would, and starts it again where it was.
    pub fn restart_in_order(&mut self) -> Outcome {
        self.process.stop()?;
        self.come_back()
    }

    /// A file in its directory.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn come_back(&mut self) -> Outcome {
        let address = self.process.address();
        let any_port = format!("{}:0", address.ip());
        let config = self.config.replace(&any_port, &address.to_string());
        self.process = launch(self.folder.path(), &config)?;
        Ok(())
    }

    /// The number behind this name and these labels in `/metrics`.
    pub fn metric(&self, name: &str) -> Outcome<u64> {
        let mut socket = TcpStream::connect(self.process.address())?;
        socket
            .write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        socket.read_to_string(&mut answer)?;
        let number = answer.lines().find_map(|line| line.strip_prefix(name));
        Ok(number
            .ok_or_else(|| format!("no {name} in /metrics"))?
            .trim()
            .parse()?)
    }
}

fn launch(folder: &Path, config: &str) -> Outcome<Process> {
    std::fs::write(folder.join("config.toml"), config)?;
    let stderr = folder.join("stderr");
    let mut command = Command::new(binary()?);
    command
        .args(["--config", "config.toml"])
        .current_dir(folder)
        .stderr(File::create(&stderr)?);
    Process::start(&mut command).map_err(|error| {
        let said = std::fs::read_to_string(&stderr).unwrap_or_default();
        format!("{error}; it said:\n{said}").into()
    })
}

/// `$BOARDCAST_BIN`, or the program that was built beside this one, which is
/// `target/release/deps/gateway-HASH`.
pub fn binary() -> Outcome<PathBuf> {
    if let Some(path) = std::env::var_os("BOARDCAST_BIN") {
        return Ok(path.into());
    }
    let this = std::env::current_exe()?;
    let found = this
        .ancestors()
        .nth(2)
        .map(|folder| folder.join("boardcast"));
    match found.filter(|path| path.exists()) {
        Some(path) => Ok(path),
        None => Err("the gateway is not built (run `make bench`)".into()),
    }
}
