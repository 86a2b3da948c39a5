//! Brings what the peers need, on demand, into the directory where cargo builds. Nothing
//! is put into the source tree or into the system.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::Outcome;

/// Where the peers' sources are, and where they are built.
pub struct Workshop {
    sources: PathBuf,
    folder: PathBuf,
}

/// Where Debian has what only root starts; not in everybody's PATH.
const SYSTEM: &str = "/usr/sbin";

impl Workshop {
    /// `benches/peers/`, and `target/peers/` beside this program, which is
    /// `target/release/deps/gateway-HASH`.
    pub fn open() -> Outcome<Self> {
        let this = std::env::current_exe()?;
        let target = this.ancestors().nth(3).ok_or("no target directory")?;
        let folder = target.join("peers");
        fs::create_dir_all(&folder)?;
        Ok(Self {
            sources: concat!(env!("CARGO_MANIFEST_DIR"), "/../benches/peers").into(),
            folder,
        })
    }

    /// A file of the sources.
    pub fn source(&self, name: &str) -> PathBuf {
        self.sources.join(name)
    }

    /// Bun, ws and Socket.IO, as the lock file says.
    pub fn bring_node_modules(&self) -> Outcome {
        self.brought("node", "package-lock.json", |folder| {
            for file in ["package.json", "package-lock.json"] {
                fs::copy(self.source(file), folder.join(file))?;
            }
            let mut npm = Command::new("npm");
            run(npm
                .args(["ci", "--no-audit", "--no-fund"])
                .current_dir(folder))
        })
    }

    /// A virtual environment with what the requirements say.
    pub fn bring_python(&self) -> Outcome {
        self.brought("python", "requirements.txt", |folder| {
            run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
            let mut pip = self.python();
            pip.args(["-m", "pip", "install", "--quiet", "--requirement"]);
            run(pip.arg(self.source("requirements.txt")))
        })
    }

    /// Builds it, if cargo finds that it must be.
    pub fn bring_axum(&self) -> Outcome {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        let mut build = Command::new(cargo);
        build.args([
            "build",
            "--release",
            "--locked",
            "--quiet",
            "--manifest-path",
        ]);
        build.arg(self.source("axum/Cargo.toml"));
        run(build.arg("--target-dir").arg(self.folder.join("axum")))
    }

    /// Mosquitto of the system: installing it may start it as a service, which is for the
    /// owner of a machine to decide.
    pub fn mosquitto(&self) -> Outcome<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::env::split_paths(&path).chain([SYSTEM.into()]);
        let mut found = folders.map(|folder| folder.join("mosquitto"));
        let found = found.find(|program| program.exists());
        Ok(found.ok_or("mosquitto is not installed (apt install mosquitto)")?)
    }

    /// A script of the sources in Bun.
    pub fn bun(&self) -> Command {
        let mut command = Command::new(self.modules().join(".bin/bun"));
        command.arg(self.source("bun.js"));
        command
    }

    /// A script of the sources in Node.js.
    pub fn node(&self, script: &str) -> Command {
        let mut command = Command::new("node");
        // The scripts are not beside their modules.
        command.env("NODE_PATH", self.modules());
        command.arg(self.source(script));
        command
    }

    /// Python with the requirements.
    pub fn python(&self) -> Command {
        Command::new(self.folder.join("python/bin/python"))
    }

    /// The server of axum.
    pub fn axum(&self) -> Command {
        Command::new(self.folder.join("axum/release/axum-peer"))
    }

    /// The version of a module of Node.js.
    pub fn module(&self, name: &str) -> Outcome<String> {
        let about = fs::read_to_string(self.modules().join(name).join("package.json"))?;
        let about: Value = serde_json::from_str(&about)?;
        Ok(about["version"].as_str().ok_or("no version")?.to_owned())
    }

    /// The version of axum.
    pub fn axum_version(&self) -> Outcome<String> {
        let lock = fs::read_to_string(self.source("axum/Cargo.lock"))?;
        let (_, rest) = lock
            .split_once("name = \"axum\"\nversion = \"")
            .ok_or("no axum in its lock file")?;
        Ok(rest.split('"').next().unwrap_or_default().to_owned())
    }

    fn modules(&self) -> PathBuf {
        self.folder.join("node/node_modules")
    }

    /// Makes a directory, unless it was made from this very list before.
    fn brought(&self, name: &str, list: &str, make: impl Fn(&Path) -> Outcome) -> Outcome {
        let folder = self.folder.join(name);
        let stamp = folder.join("made-from");
        let wanted = fs::read(self.source(list))?;
        if fs::read(&stamp).is_ok_and(|made| made == wanted) {
            return Ok(());
        }
        fs::create_dir_all(&folder)?;
        make(&folder)?;
        Ok(fs::write(stamp, wanted)?)
    }
}

/// Runs a program that prepares something. Fails with the last line that it said.
fn run(command: &mut Command) -> Outcome {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let last = said.trim().lines().last().unwrap_or_default();
    Err(format!("{name}: {}: {last}", output.status).into())
}

/// The first line that a program says of itself.
pub fn said(command: &mut Command) -> Outcome<String> {
    let output = command.stdin(Stdio::null()).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().next().unwrap_or_default().trim().to_owned())
}
