//! The service of systemd: whether it runs, and whether it may open the ports.

use super::Finding;
use super::devices::Device;
use super::machine::Machine;
use super::permission::{Group, for_root_only, parse_groups};

/// What the package calls it.
pub(super) const UNIT: &str = "boardcast.service";

/// Where units are, the strongest first.
const UNITS: [&str; 3] = [
    "etc/systemd/system",
    "usr/lib/systemd/system",
    "lib/systemd/system",
];

/// Whether this program is the service.
pub(super) fn is_own(machine: &Machine) -> bool {
    let groups = machine.text("proc/self/cgroup");
    groups.is_some_and(|groups| groups.lines().any(|line| line.ends_with(UNIT)))
}

/// What is wrong with the service; nothing where it is not installed.
pub(super) fn installed(machine: &Machine) -> Vec<Finding> {
    let Some(unit) = Unit::read(machine) else {
        return Vec::new();
    };
    let groups = machine.text("etc/group").unwrap_or_default();
    let groups = parse_groups(&groups);
    let usb = machine
        .devices
        .iter()
        .filter(|device| is_usb(machine, device));
    let missing = unit.groups.iter().filter_map(|name| missing(name, &groups));
    let closed = usb
        .filter_map(|device| unit.closed(device, &groups))
        .take(1);
    missing.chain(closed).chain(runs(machine)).collect()
}

/// What a unit says of who it is.
struct Unit {
    /// `User=`; absent for root, and where systemd makes one up.
    user: Option<String>,
    groups: Vec<String>,
    is_root: bool,
}

impl Unit {
    /// The unit and what the administrator has added to it.
    fn read(machine: &Machine) -> Option<Self> {
        let mut units = UNITS.iter();
        let mut text = units.find_map(|folder| machine.text(format!("{folder}/{UNIT}")))?;
        for path in machine.folder(format!("etc/systemd/system/{UNIT}.d")) {
            text.push('\n');
            text.push_str(&machine.text(path).unwrap_or_default());
        }
        let values = |key: &'static str| {
            let lines = text
                .lines()
                .filter_map(move |line| line.trim().strip_prefix(key));
            lines.flat_map(str::split_whitespace).map(str::to_owned)
        };
        let groups = values("SupplementaryGroups=").chain(values("Group="));
        let user = values("User=").next_back();
        let is_made_up = values("DynamicUser=")
            .next_back()
            .is_some_and(|made| made == "yes");
        let is_root = user.as_ref().is_none_or(|user| user == "root") && !is_made_up;
        let groups = groups.collect();
        Some(Self {
            user,
            groups,
            is_root,
        })
    }

    fn closed(&self, device: &Device, groups: &[Group]) -> Option<Finding> {
        const GROUP: u32 = 0o060;
        const EVERYONE: u32 = 0o006;
        if self.is_root || device.mode & EVERYONE == EVERYONE {
            return None;
        }
        // A group without a name is another machine's, as seen from a container.
        let mut groups = groups.iter().filter(|group| !group.is_nobodys());
        let group = groups.find(|group| group.id == device.group)?;
        if device.mode & GROUP != GROUP || group.name == "root" {
            return Some(for_root_only(device));
        }
        let is_member = self
            .user
            .as_deref()
            .is_some_and(|user| group.members.contains(&user));
        let group = group.name;
        if is_member || self.groups.iter().any(|name| name == group) {
            return None;
        }
        let device = device.name();
        let what = format!("the service may not open {device}: not in the group {group}");
        let cure = format!(
            "sudo systemctl edit boardcast, and write:\n\
             [Service]\n\
             SupplementaryGroups={group}\n\
             then: sudo systemctl restart boardcast"
        );
        Some(Finding::problem("service-group", what, cure))
    }
}

/// systemd starts no unit with a group that does not exist.
fn missing(name: &str, groups: &[Group]) -> Option<Finding> {
    if groups.iter().any(|group| group.name == name) {
        return None;
    }
    let what = format!("the service cannot start: there is no group {name}");
    let cure = format!("sudo groupadd --system {name}   then: sudo systemctl restart boardcast");
    Some(Finding::problem("service-group", what, cure))
}

fn runs(machine: &Machine) -> Option<Finding> {
    match (machine.is_enabled(UNIT), machine.is_running(UNIT)?) {
        (_, true) => Some(Finding::fine("service", "the service boardcast runs")),
        (true, false) => {
            let what = "the service boardcast is to run, but does not";
            let cure = "sudo journalctl -u boardcast -n 30   says why
then: sudo systemctl restart boardcast";
            Some(Finding::problem("service-down", what, cure))
        }
        (false, false) => {
            let what = "the service boardcast is installed, but not enabled";
            let cure = "sudo systemctl enable --now boardcast";
            Some(Finding::note("service-disabled", what, cure))
        }
    }
}

fn is_usb(machine: &Machine, device: &Device) -> bool {
    machine.ports.iter().any(|port| port.device == device.path)
}
