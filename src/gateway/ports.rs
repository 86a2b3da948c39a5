//! The serial boards' tasks: started from the file and by discovery, restarted after a
//! panic, replaced on a reload.

use std::collections::{BTreeSet, HashMap};
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;
use tracing::{error, warn};

use crate::boards::board::Board;
use crate::boards::discovery::{Discovery, Ports};
use crate::boards::registry::Registry;
use crate::boards::serial;
use crate::config::{Config, SerialBoard};
use crate::name::BoardName;
use crate::service::{Beat, Beats};

/// After a panic: long enough not to fill the log.
const RESTART: Duration = Duration::from_secs(1);

/// How long a driver may keep a port that is closed, before the rest goes on. Longer than the
/// kernel's time limit for a transfer.
const CLOSING: Duration = Duration::from_secs(6);

/// How often a task shows that it is alive.
const BEAT: Duration = Duration::from_secs(2);

/// All serial ports.
#[derive(Debug)]
pub struct SerialPorts {
    registry: Arc<Registry>,
    beats: Arc<Beats>,
    ports: Ports,
    discovery: Option<Discovery>,
    running: HashMap<BoardName, Running>,
    /// Every task.
    pub tasks: TaskTracker,
    /// Ends every task.
    pub stop: CancellationToken,
}

#[derive(Debug)]
struct Running {
    config: SerialBoard,
    found: bool,
    stop: CancellationToken,
    done: TaskTracker,
}

impl SerialPorts {
    /// Starts the boards of the file, and discovery where it is on. `root` is where
    /// `dev` and `sys` are.
    pub fn start(config: &Config, registry: Arc<Registry>, beats: Arc<Beats>, root: &Path) -> Self {
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let (ports, watcher) = Ports::new(root);
        tasks.spawn(watcher.run(stop.clone()));
        let (discovery, running) = (None, HashMap::new());
        let mut this = Self {
            registry,
            beats,
            ports,
            discovery,
            running,
            tasks,
            stop,
        };
        for board in &config.serial {
            this.open(board.clone(), false);
        }
        this.discovery = this.discover(config);
        this
    }

    /// Waits for ports that nobody configured, and opens them. Never ends where
    /// discovery is off. Cancel safe.
    pub async fn adopt_found(&mut self) {
        match &mut self.discovery {
            Some(discovery) => {
                // A board with USB of its own comes back as another device while it is
                // flashed: that one is not ours.
                let registry = self.registry.clone();
                let is_flashed = || registry.is_any_released();
                for board in discovery.next(is_flashed).await {
                    self.open(board, true);
                }
            }
            None => std::future::pending().await,
        }
    }

    /// Takes a new configuration: boards that did not change keep their ports open.
    pub async fn reload(&mut self, config: &Config) {
        let same = |board: &SerialBoard, running: &Running| running.config == *board;
        let wanted: HashMap<_, _> = config
            .serial
            .iter()
            .map(|board| (&board.board, board))
            .collect();
        let stays = |name: &BoardName, running: &Running| match wanted.get(name) {
            // A name that its board gave itself may be another's in the new file.
            Some(board) => same(board, running) && !self.has_name_in(config, name),
            // A port that was found stays, unless the file names it now.
            None => {
                running.found
                    && config.discovery.serial
                    && !config
                        .serial
                        .iter()
                        .any(|board| board.port == running.config.port)
            }
        };
        let gone: Vec<_> = self
            .running
            .iter()
            .filter(|(name, running)| !stays(name, running))
            .map(|(name, _)| name.clone())
            .collect();
        for name in gone {
            self.close(&name, !wanted.contains_key(&name)).await;
        }
        for board in &config.serial {
            if !self.running.contains_key(&board.board) {
                self.open(board.clone(), false);
            }
        }
        self.discovery = self.discover(config);
    }

    /// Whether the board on this port calls itself as a board of the file is called.
    fn has_name_in(&self, config: &Config, port: &BoardName) -> bool {
        let names = self.registry.names_of(port);
        let mut serial = config.serial.iter().map(|board| &board.board);
        let mut boards = config.boards.iter().map(|board| &board.board);
        serial.any(|name| names.contains(name)) || boards.any(|name| names.contains(name))
    }

    fn discover(&self, config: &Config) -> Option<Discovery> {
        let taken: BTreeSet<_> = config
            .boards
            .iter()
            .map(|board| board.board.clone())
            .collect();
        let running: Vec<_> = self
            .running
            .values()
            .map(|running| running.config.clone())
            .collect();
        config
            .discovery
            .serial
            .then(|| Discovery::new(self.ports.clone(), &running, taken))
    }

    fn open(&mut self, config: SerialBoard, found: bool) {
        let name = config.board.clone();
        let board = match self
            .registry
            .serial(&name, Arc::new(config.reading.clone()))
        {
            Ok(board) => board,
            Err(refused) => return warn!(board = %name, "port left alone: {refused}"),
        };
        // Not in its task, so that a board of the file is there as soon as the gateway is.
        board.connecting(&config.port.to_string());
        let (stop, done) = (self.stop.child_token(), TaskTracker::new());
        let beat = self.beats.beat(name.as_str());
        let token = done.token();
        let keep = keep(
            config.clone(),
            board,
            self.registry.clone(),
            self.ports.clone(),
            stop.clone(),
            beat,
            token,
        );
        self.tasks.spawn(keep);
        done.close();
        self.running.insert(
            name,
            Running {
                config,
                found,
                stop,
                done,
            },
        );
    }

    async fn close(&mut self, name: &BoardName, forget: bool) {
        let Some(running) = self.running.remove(name) else {
            return;
        };
        running.stop.cancel();
        if timeout(CLOSING, running.done.wait()).await.is_err() {
            warn!(board = %name, "its driver keeps the port, going on without it");
        }
        self.beats.remove(name.as_str());
        self.registry.forget_hello(name);
        if forget {
            self.registry.forget(name);
        }
    }
}

/// Keeps one port, and starts again after a panic.
async fn keep(
    config: SerialBoard,
    board: Arc<Board>,
    registry: Arc<Registry>,
    ports: Ports,
    stop: CancellationToken,
    beat: Beat,
    _done: TaskTrackerToken,
) {
    loop {
        let run = serial::run(
            config.clone(),
            board.clone(),
            registry.clone(),
            ports.clone(),
            stop.clone(),
        );
        let Err(_panic) = with_beat(AssertUnwindSafe(run).catch_unwind(), &beat).await else {
            return;
        };
        error!(board = %board.name(), "the board's task has failed, and is started again");
        if stop.run_until_cancelled(sleep(RESTART)).await.is_none() {
            return;
        }
    }
}

/// Drives a task, and shows that its thread does not hang in it.
async fn with_beat<T>(task: impl Future<Output = T>, beat: &Beat) -> T {
    let mut task = std::pin::pin!(task);
    let mut beats = interval(BEAT);
    beats.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            done = &mut task => return done,
            _ = beats.tick() => beat.beat(),
        }
    }
}

#[cfg(test)]
mod tests;
