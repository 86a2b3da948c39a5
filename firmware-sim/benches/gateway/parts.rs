//! The parts that can be measured, in the order in which they run.

use clap::ValueEnum;

use crate::{Arguments, Outcome};

mod crowd;

mod fanout;

mod flood;

mod history;

mod ingest;

mod latency;

mod lost;

mod memory;

mod own;

mod peers;

mod replug;

mod restart;

mod slow;

mod soak;

mod thinned;

mod uno;

/// One thing that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Deliveries a second beside what the machine can do at best
    Fanout,
    /// Lines a second of one board, and what a line costs
    Ingest,
    /// 100 lines a second, over a serial port and over WebSocket
    Latency,
    /// Subscribers that each hear one board of many
    Own,
    /// Subscribers that want fewer readings than there are
    Thinned,
    /// The gateway beside other servers that do the same work
    Peers,
    /// Memory of the idle gateway, and of a subscriber
    Memory,
    /// Ten thousand subscribers that come and go
    Crowd,
    /// A board that is unplugged and plugged in again and again
    Replug,
    /// Subscribers that never read
    Slow,
    /// A gateway that is killed and started again
    Restart,
    /// A board at 20 Hz beside one that sends as fast as it can
    Flood,
    /// What a history on disk costs
    History,
    /// An emulated Uno that is unplugged and plugged in again and again
    Uno,
    /// An emulated Uno at 50 Hz, for long
    Soak,
    /// Ten boards and twenty subscribers for long, the gateway killed again and again
    NothingLost,
}

impl Part {
    /// What is measured if nothing else is asked for: all that needs no emulated Uno.
    pub const USUAL: [Self; 13] = [
        Self::Fanout,
        Self::Ingest,
        Self::Latency,
        Self::Own,
        Self::Thinned,
        Self::Peers,
        Self::Memory,
        Self::Crowd,
        Self::Replug,
        Self::Slow,
        Self::Restart,
        Self::Flood,
        Self::History,
    ];

    /// Measures and prints it.
    pub fn run(self, arguments: &Arguments) -> Outcome {
        match self {
            Self::Fanout => fanout::run(),
            Self::Ingest => ingest::run(),
            Self::Latency => latency::run(),
            Self::Own => own::run(),
            Self::Thinned => thinned::run(),
            Self::Peers => peers::run(&arguments.peers, arguments.round),
            Self::Memory => memory::run(),
            Self::Crowd => crowd::run(),
            Self::Replug => replug::run(arguments.replugs),
            Self::Slow => slow::run(arguments.slow_seconds),
            Self::Restart => restart::run(),
            Self::Uno => uno::run(arguments.uno_replugs),
            Self::Flood => flood::run(),
            Self::History => history::run(),
            Self::Soak => soak::run(arguments.soak_minutes),
            Self::NothingLost => lost::run(
                arguments.soak_minutes,
                arguments.restart_minutes,
                arguments.no_history,
            ),
        }
    }
}
