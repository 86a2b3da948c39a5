//! Measures the gateway from outside, as `make bench` does: starts it, puts a load on it,
//! and prints what it did beside what this machine can do at best.
//! Shares no code with the gateway.

use std::error::Error;

use clap::Parser;
use rustix::process::{Resource, Rlimit};

// The tests have their own use for the rest of it.
#[allow(dead_code, unused_imports, reason = "the tests use the rest")]
#[path = "../../tests/support/counted/mod.rs"]
mod counted;

mod document;

mod gateway;

mod limit;

mod load;

mod machine;

mod parts;

mod peers;

mod process;

mod sections;

mod subscriber;

mod table;

use parts::Part;
use peers::Peer;

/// What can go wrong while measuring is only told.
type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Measures the gateway.
#[derive(Debug, Parser)]
struct Arguments {
    /// What to measure [default: all but uno, soak and nothing-lost]
    parts: Vec<Part>,

    /// How often a board is unplugged
    #[arg(long, default_value_t = 200)]
    replugs: u32,

    /// How often the emulated Uno is unplugged
    #[arg(long, default_value_t = 500)]
    uno_replugs: u32,

    /// How many minutes `soak` and `nothing-lost` take
    #[arg(long, default_value_t = 60)]
    soak_minutes: u64,

    /// Minutes between two restarts in `nothing-lost`; 0 is no restart
    #[arg(long, default_value_t = 5)]
    restart_minutes: u64,

    /// `nothing-lost` without a history: each restart begins another stream
    #[arg(long)]
    no_history: bool,

    /// How long subscribers do not read
    #[arg(long, default_value_t = 20)]
    slow_seconds: u64,

    /// Only these beside the limit and the gateway in `peers`, which then is only printed
    #[arg(long, value_delimiter = ',')]
    peers: Vec<Peer>,

    /// How long a round of `peers` takes; one for the latency takes twice as long
    #[arg(long, default_value_t = 1.5)]
    round: f64,

    /// Be the limit for so many subscribers instead
    #[arg(long, hide = true)]
    limit: Option<usize>,

    /// The limit with one write for each message of so many bytes
    #[arg(long, hide = true, requires = "limit")]
    limit_message: Option<usize>,

    /// What `cargo bench` adds
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Outcome {
    let arguments = Arguments::parse();
    raise_open_files()?;
    if let Some(subscribers) = arguments.limit {
        return limit::run(subscribers, arguments.limit_message);
    }
    let parts = match arguments.parts.as_slice() {
        [] => &Part::USUAL,
        some => some,
    };
    println!("{}", *machine::MACHINE);
    parts.iter().try_for_each(|part| part.run(&arguments))
}

/// The default allows fewer connections than a thousand subscribers need.
fn raise_open_files() -> Outcome {
    let limit = rustix::process::getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    Ok(rustix::process::setrlimit(Resource::Nofile, raised)?)
}
