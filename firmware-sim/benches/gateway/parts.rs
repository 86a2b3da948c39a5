//! The parts that can be measured, in the order in which they run.

use clap::ValueEnum;

use crate::{Arguments, Outcome};

mod fanout;

mod flood;

mod history;

mod latency;

mod lost;

mod memory;

mod peers;

mod replug;

mod restart;

mod slow;

mod soak;

mod uno;

/// One thing that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Deliveries a second beside what the machine can do at best
    Fanout,
    /// 100 lines a second, over a serial port and over WebSocket
    Latency,
    /// The gateway beside other servers that do the same work
    Peers,
    /// Memory of the idle gateway, and of a subscriber
    Memory,
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
    pub const USUAL: [Self; 9] = [
        Self::Fanout,
        Self::Latency,
        Self::Peers,
        Self::Memory,
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
            Self::Latency => latency::run(),
            Self::Peers => peers::run(&arguments.peers, arguments.round),
            Self::Memory => memory::run(),
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
