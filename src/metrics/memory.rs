//! What this program holds in memory, as the kernel counts it.

use std::fs;

/// Bytes of this program that are in memory now; `None` where the kernel does not say.
pub fn resident() -> Option<u64> {
    parse(&fs::read_to_string("/proc/self/status").ok()?)
}

/// Reads `VmRSS:     7168 kB`.
fn parse(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_line_is_read() {
        let status = "Name:\tboardcast\nVmHWM:\t    9000 kB\nVmRSS:\t    7168 kB\nThreads:\t2\n";
        assert_eq!(parse(status), Some(7 * 1024 * 1024));
        assert_eq!(parse("Name:\tkthreadd\n"), None);
        assert_eq!(parse("VmRSS:\tmany kB\n"), None);
        assert!(resident().is_some_and(|bytes| bytes > 100_000));
    }
}
