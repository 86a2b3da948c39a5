//! Whether the clock can be believed.

use super::Finding;
use super::facts::Facts;
use super::machine::Machine;

/// Programs other than systemd-timesyncd that set the clock. They say only over sockets
/// of their own whether they have.
const KEEPERS: [&str; 4] = ["chronyd", "ntpd", "ntpd-rs", "ptp4l"];

/// A clock in the past is a problem: this program is younger. Where systemd runs, somebody
/// is to set the clock, and systemd-timesyncd says by a file in `run` that it has (since
/// 2018, for `systemd-time-wait-sync.service`). Elsewhere nothing is said, nor in a
/// container that systemd runs: it has the clock of the machine around it.
pub(super) fn clock(machine: &Machine, facts: &Facts) -> Option<Finding> {
    if facts
        .installed
        .is_some_and(|installed| facts.now < installed)
    {
        let what = "the clock is wrong: it is older than this program";
        return Some(Finding::problem("clock-past", what, cure(machine)));
    }
    if machine.path("run/systemd/timesync/synchronized").exists() {
        return Some(Finding::fine("clock", "the clock is set by the network"));
    }
    let mut keepers = KEEPERS.iter();
    if let Some(keeper) = keepers.find_map(|name| machine.processes.named(name)) {
        return Some(Finding::fine(
            "clock",
            format!("the clock is kept by {keeper}"),
        ));
    }
    let is_container = machine.path("run/systemd/container").exists();
    if is_container || !machine.path("run/systemd/system").exists() {
        return None;
    }
    let what = "the clock is not set by the network (yet)";
    Some(Finding::warning(
        "clock-unsynchronized",
        what,
        cure(machine),
    ))
}

fn cure(machine: &Machine) -> String {
    let cure = "sudo timedatectl set-ntp true   then look at: timedatectl status";
    // A Raspberry Pi before the 5 has no clock of its own.
    if machine.path("sys/class/rtc/rtc0").exists() {
        return cure.to_owned();
    }
    format!(
        "{cure}\n(this machine has no clock that runs without power: after each start\n\
         readings have a time in the past until the network has set it)"
    )
}
