//! Binds, starts and stops everything, in the order in which data flows.
//! Knows nothing of formats or messages.

mod error;

mod past;

mod ports;

mod stop;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{error, info, warn};

use crate::boards::registry::Registry;
use crate::config::Config;
use crate::server::listener::Listener;
use crate::server::{Shared, routes};
use crate::service::{self, Beats};
use crate::system::system_root;

pub use self::error::StartError;

use self::ports::SerialPorts;

/// How soon a board is seen to be stale, and a command to be expired.
const TICK: Duration = Duration::from_millis(100);

/// What is left of the runtime after stopping may take this long.
const RUNTIME_GRACE: Duration = Duration::from_millis(200);

/// Runs until a signal says to stop.
///
/// # Errors
/// When it cannot start.
pub fn run(config: Config) -> Result<(), StartError> {
    block_on(async { Gateway::start(config).await?.until_stopped().await })
}

/// Threads that drive tasks. One task writes to all subscribers that have everything, so that a
/// second thread would have little to do, and waking another core costs more than it brings: two
/// reached half the rate of one when each subscriber had a task of its own. What blocks (opening
/// ports) has threads of its own.
const WORKERS: usize = 1;

/// Runs something on a runtime that ends with it.
///
/// # Errors
/// Its own, or that there can be no runtime.
pub fn block_on(main: impl Future<Output = Result<(), StartError>>) -> Result<(), StartError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build()?;
    let done = runtime.block_on(main);
    runtime.shutdown_timeout(RUNTIME_GRACE);
    done
}

/// A gateway that listens.
#[derive(Debug)]
pub struct Gateway {
    config: Config,
    shared: Arc<Shared>,
    ports: SerialPorts,
    /// Acceptors and ordinary HTTP connections.
    connections: TaskTracker,
    /// What ends last: the tick and the watchdog.
    background: CancellationToken,
    addresses: Vec<SocketAddr>,
    signals: Signals,
}

#[derive(Debug)]
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Gateway {
    /// Binds, opens ports, and says on standard output where it listens.
    ///
    /// # Errors
    /// When an address cannot be listened on, or there can be no signal handlers.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let signals = Signals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
        };
        let files = service::raise_open_files();
        let listeners = bind(&config.server.listen).await?;
        let addresses: Vec<_> = listeners.iter().map(Listener::address).collect();
        let shared = Arc::new(past::go_on(&past::listening_on(&addresses, &config)));
        let beats = Arc::new(Beats::default());
        let background = CancellationToken::new();
        let ports = SerialPorts::start(
            &config,
            shared.registry.clone(),
            beats.clone(),
            &system_root(),
        );
        let gateway = Self {
            config,
            shared,
            ports,
            connections: TaskTracker::new(),
            background,
            addresses,
            signals,
        };
        gateway.serve(listeners, &beats);
        gateway.say_where();
        info!(
            version = env!("CARGO_PKG_VERSION"),
            stream = &*gateway.shared.hub.journal.stream(),
            open_files = files,
            "boardcast started"
        );
        service::ready();
        gateway.watch(beats);
        Ok(gateway)
    }

    /// The addresses that are listened on, with their real ports.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Serves until `SIGTERM` or `SIGINT`; `SIGHUP` reloads. Not cancel safe: dropped,
    /// nothing is stopped in order.
    ///
    /// # Errors
    /// None at present: what was started is stopped, and who was late is logged.
    pub async fn until_stopped(mut self) -> Result<(), StartError> {
        loop {
            tokio::select! {
                _ = self.signals.terminate.recv() => break,
                _ = self.signals.interrupt.recv() => break,
                _ = self.signals.hang_up.recv() => self.reload().await,
                () = self.ports.adopt_found() => {}
            }
        }
        info!("stopping");
        service::stopping();
        stop::stop(&self).await;
        self.background.cancel();
        info!("stopped");
        Ok(())
    }

    fn serve(&self, listeners: Vec<Listener>, beats: &Arc<Beats>) {
        for listener in listeners {
            let shared = self.shared.clone();
            let handler = move |request, peer| routes::handle(request, peer, shared.clone());
            let (health, stop) = (self.shared.health.clone(), self.shared.stop.clone());
            self.connections
                .spawn(listener.run(handler, health, self.connections.clone(), stop));
        }
        let health = self.shared.health.clone();
        beats.add("acceptor", move || {
            health.beats.load(std::sync::atomic::Ordering::Relaxed)
        });
        let tick = self
            .background
            .clone()
            .run_until_cancelled_owned(tick(self.shared.registry.clone(), beats.beat("boards")));
        self.connections.spawn(tick);
    }

    /// Feeds systemd's watchdog, which counts from readiness.
    fn watch(&self, beats: Arc<Beats>) {
        let watchdog = service::watchdog(beats);
        let stop = self.background.clone();
        self.connections
            .spawn(stop.run_until_cancelled_owned(watchdog));
    }

    fn say_where(&self) {
        // First: whoever reads the line may ask at once.
        self.shared.set_ready();
        for address in &self.addresses {
            info!(%address, "listening");
            // The line that other programs wait for. Where nobody reads it, nobody waits.
            let _ = writeln!(io::stdout(), "listening on http://{address}");
        }
        let _ = io::stdout().flush();
    }

    async fn reload(&mut self) {
        let Some(file) = self.config.file.clone() else {
            return warn!("there is no configuration file to read again");
        };
        service::reloading();
        match Config::load(Some(&file)) {
            Err(why) => error!(
                "the configuration in force is kept, because the new one has mistakes\n{why}"
            ),
            Ok(new) => self.apply(new).await,
        }
        service::ready();
    }

    async fn apply(&mut self, mut new: Config) {
        let fixed = [
            ("[server]", self.config.server.listen != new.server.listen),
            ("[limits]", self.config.limits != new.limits),
            ("[backlog]", self.config.backlog != new.backlog),
            ("[history]", self.config.history != new.history),
        ];
        for (table, _) in fixed.iter().filter(|(_, changed)| *changed) {
            warn!(table, "this change needs a restart");
        }
        // What needs a restart stays as it was, so that the next reload says so again.
        new.server.listen = self.config.server.listen.clone();
        (new.limits, new.backlog) = (self.config.limits, self.config.backlog);
        new.history = self.config.history.clone();
        self.shared.registry.reload(&new);
        self.shared
            .reload(&past::listening_on(&self.addresses, &new));
        self.ports.reload(&new).await;
        self.config = new;
        info!("configuration reloaded");
    }
}

async fn bind(addresses: &[SocketAddr]) -> Result<Vec<Listener>, StartError> {
    let mut listeners = Vec::new();
    for &address in addresses {
        let listener = Listener::bind(address).await;
        listeners.push(listener.map_err(|why| StartError::Listen(address, why))?);
    }
    Ok(listeners)
}

async fn tick(registry: Arc<Registry>, beat: service::Beat) {
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        registry.tick();
        beat.beat();
    }
}
