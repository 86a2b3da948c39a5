//! Numbers mean little without where they come from, and who else was at work there.

use std::fs::read_to_string;
use std::sync::LazyLock;

use jiff::Timestamp;

/// This machine, as it was when it was first asked for: before anything is measured.
pub static MACHINE: LazyLock<String> = LazyLock::new(machine);

fn machine() -> String {
    let read = |path| read_to_string(path).unwrap_or_default();
    let cpus = read("/proc/cpuinfo");
    let model = cpus.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == "model name").then(|| value.trim().to_owned())
    });
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let kernel = read("/proc/sys/kernel/osrelease");
    let load = read("/proc/loadavg");
    format!(
        "{}, {cores} cores ({}), Linux {}, load average {} before the start",
        Timestamp::now().strftime("%Y-%m-%d"),
        model.as_deref().unwrap_or("unknown"),
        kernel.trim(),
        load.split(' ').next().unwrap_or_default(),
    )
}
