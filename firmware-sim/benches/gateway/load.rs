//! The load generator: one thread that sends marked messages and counts who hears them.
//! Knows nothing of what a server does in between.

use std::sync::atomic::{AtomicU16, Ordering::Relaxed};
use std::time::Duration;

use crate::Outcome;
use crate::process::Process;

mod audience;

mod books;

pub mod cast;

mod crowd;

mod door;

mod histogram;

mod marker;

mod mqtt;

mod reading;

mod run;

pub mod scene;

mod source;

pub mod stream;

pub use door::Door;
pub use source::{Serial, Source};

use crowd::Crowd;
use histogram::Histogram;
use run::Run;

/// Subscribers of a server, and the one whom they hear.
pub struct Load<'a> {
    server: &'a Process,
    crowd: Crowd,
    source: Source,
}

/// When a message is sent.
#[derive(Clone, Copy, Debug)]
pub enum Pace {
    /// As soon as fewer than so many are not yet with everybody.
    InFlight(u32),
    /// So many a second, whatever happens.
    PerSecond(f64),
}

/// What a run found.
pub struct Measured {
    pub sent: u32,
    pub deliveries: u64,
    /// Messages that a subscriber should have and has not, of all subscribers.
    pub missing: u64,
    pub latencies: Histogram,
    pub elapsed: Duration,
    /// Processor time of the server.
    pub cpu: Duration,
    bytes: u64,
}

/// How long a run waits for the last of its messages.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long one wait for bytes takes at most.
const TICK: Duration = Duration::from_millis(5);

/// No two runs of this program have the same number.
static RUNS: AtomicU16 = AtomicU16::new(0);

/// Messages that go out in one write at most.
const JOINED: u32 = 256;

impl<'a> Load<'a> {
    /// So many subscribers, and a board over WebSocket or whatever the door offers.
    pub fn new(server: &'a Process, door: Door, subscribers: usize) -> Outcome<Self> {
        let crowd = crowd(door, subscribers)?;
        Self::with_source(server, crowd, door.board()?)
    }

    /// So many subscribers, and a board on a serial port that the gateway has open.
    pub fn serial(
        server: &'a Process,
        door: Door,
        subscribers: usize,
        serial: Serial,
    ) -> Outcome<Self> {
        Self::with_source(server, crowd(door, subscribers)?, Source::Serial(serial))
    }

    fn with_source(server: &'a Process, crowd: Crowd, source: Source) -> Outcome<Self> {
        Ok(Self {
            server,
            crowd,
            source,
        })
    }

    /// Sends for so long, and waits until everybody has everything.
    pub fn run(&mut self, pace: Pace, span: Duration) -> Outcome<Measured> {
        self.crowd.begin();
        let cpu = self.server.cpu()?;
        let mut run = Run::new(RUNS.fetch_add(1, Relaxed), self.crowd.len());
        while run.elapsed() < span {
            self.publish(pace, &mut run)?;
            self.crowd.listen(pace.wait(&run), &mut run)?;
        }
        let patience = run.elapsed() + PATIENCE;
        while !run.is_done() && run.elapsed() < patience {
            self.crowd.listen(TICK, &mut run)?;
        }
        Ok(Measured {
            sent: run.sent,
            deliveries: run.deliveries,
            missing: run.missing + self.crowd.behind(&run),
            elapsed: run.elapsed(),
            cpu: self.server.cpu()? - cpu,
            bytes: run.bytes,
            latencies: run.latencies,
        })
    }

    fn publish(&mut self, pace: Pace, run: &mut Run) -> Outcome {
        let due = pace.due(run).saturating_sub(run.sent).min(JOINED);
        let mut messages = Vec::new();
        for _ in 0..due {
            self.source.put(run.next(), &mut messages);
        }
        Ok(self.source.send(&messages)?)
    }
}

fn crowd(door: Door, subscribers: usize) -> Outcome<Crowd> {
    let mut crowd = Crowd::new()?;
    for _ in 0..subscribers {
        crowd.join(door.subscriber()?)?;
    }
    Ok(crowd)
}

impl Pace {
    /// How many messages should be sent by now.
    fn due(self, run: &Run) -> u32 {
        match self {
            Self::InFlight(window) => run.done + window,
            Self::PerSecond(rate) => (run.elapsed().as_secs_f64() * rate) as u32 + 1,
        }
    }

    /// How long nothing needs to be sent.
    fn wait(self, run: &Run) -> Duration {
        match self {
            Self::InFlight(_) => TICK,
            Self::PerSecond(rate) => {
                let next = Duration::from_secs_f64(f64::from(run.sent) / rate);
                next.saturating_sub(run.elapsed()).min(TICK)
            }
        }
    }
}

impl Measured {
    /// Messages that reached a subscriber, a second.
    pub fn per_second(&self) -> f64 {
        self.deliveries as f64 / self.elapsed.as_secs_f64()
    }

    /// Bytes that a subscriber got for a message.
    pub fn message_length(&self) -> usize {
        (self.bytes / self.deliveries.max(1)) as usize
    }

    /// Processor time of the server for one delivery, in microseconds.
    pub fn cpu_micros(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.deliveries.max(1) as f64
    }

    /// Half of the deliveries were quicker.
    pub fn p50(&self) -> Duration {
        self.latencies.quantile(0.5)
    }

    /// One in a hundred was slower.
    pub fn p99(&self) -> Duration {
        self.latencies.quantile(0.99)
    }
}
