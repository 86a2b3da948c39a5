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

mod gateway;

mod limit;

mod load;

mod parts;

mod process;

mod subscriber;

mod table;

use parts::Part;

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

    /// Be the limit for so many subscribers instead
    #[arg(long, hide = true)]
    limit: Option<usize>,

    /// What `cargo bench` adds
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Outcome {
    let arguments = Arguments::parse();
    raise_open_files()?;
    if let Some(subscribers) = arguments.limit {
        return limit::run(subscribers);
    }
    let parts = match arguments.parts.as_slice() {
        [] => &Part::USUAL,
        some => some,
    };
    println!("{}", machine());
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

/// Numbers mean little without where they come from, and who else was at work there.
fn machine() -> String {
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    let cpus = read("/proc/cpuinfo");
    let model = cpus.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == "model name").then(|| value.trim().to_owned())
    });
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let kernel = read("/proc/sys/kernel/osrelease");
    let load = read("/proc/loadavg");
    format!(
        "{cores} cores ({}), Linux {}, load average {} before the start",
        model.as_deref().unwrap_or("unknown"),
        kernel.trim(),
        load.split(' ').next().unwrap_or_default(),
    )
}
