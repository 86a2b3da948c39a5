//! Whether there is room on the disks that matter.

use super::Finding;
use super::facts::{Disk, Facts};

const MIB: u64 = 1024 * 1024;

/// Logs and updates fail soon.
const TOO_LITTLE: u64 = 200 * MIB;

/// A twentieth of a disk is little, except of a large one.
const LITTLE: u64 = 2048 * MIB;

/// Disks that are full or almost.
pub(super) fn room(facts: &Facts) -> Vec<Finding> {
    facts.disks.iter().filter_map(judge).collect()
}

fn judge(disk: &Disk) -> Option<Finding> {
    let Disk { folder, free, size } = disk;
    let percent = free * 100 / (*size).max(1);
    let what = format!(
        "{} MB ({percent} %) are free on the disk of {}",
        free / MIB,
        folder.display()
    );
    let cure = format!(
        "sudo journalctl --vacuum-size=100M; sudo apt clean\n\
         what is large: sudo du -xh {} | sort -h | tail",
        folder.display()
    );
    if *free < TOO_LITTLE {
        return Some(Finding::problem("disk-full", format!("only {what}"), cure));
    }
    let is_little = percent < 5 && *free < LITTLE;
    is_little.then(|| Finding::warning("disk-full", what, cure))
}
