//! Whether this user may open serial ports.

use std::fs;
use std::path::Path;

use super::Finding;
use super::devices::Device;

/// Groups that serial ports belong to: on Debian and Fedora, on Arch, on some images.
const GROUPS: [&str; 3] = ["dialout", "uucp", "plugdev"];

/// Says whether this user may open the devices; without devices, whether a group lets him.
/// `None` where /proc does not say who he is.
pub(crate) fn may_open(root: &Path, devices: &[Device]) -> Option<Finding> {
    let user = User::of(root)?;
    let groups = fs::read_to_string(root.join("etc/group")).unwrap_or_default();
    Some(judge(&user, &parse_groups(&groups), devices))
}

/// Who runs this program.
#[derive(Debug, PartialEq, Eq)]
struct User {
    name: String,
    id: u32,
    groups: Vec<u32>,
}

/// A line of /etc/group.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Group<'a> {
    pub name: &'a str,
    pub id: u32,
    pub members: Vec<&'a str>,
}

impl Group<'_> {
    /// Whether the kernel shows it in place of a group that a container does not have.
    pub fn is_nobodys(&self) -> bool {
        matches!(self.name, "nogroup" | "nobody")
    }
}

impl User {
    fn of(root: &Path) -> Option<Self> {
        let status = fs::read_to_string(root.join("proc/self/status")).ok()?;
        let ids = |key: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(key))?;
            Some(
                line.split_whitespace()
                    .filter_map(|id| id.parse().ok())
                    .collect::<Vec<u32>>(),
            )
        };
        // Real, effective, saved and file system id; what counts is the effective one.
        let id = *ids("Uid:")?.get(1)?;
        let mut groups = ids("Groups:").unwrap_or_default();
        groups.extend(ids("Gid:").unwrap_or_default().get(1));
        let users = fs::read_to_string(root.join("etc/passwd")).unwrap_or_default();
        let name = |line: &str| {
            let mut fields = line.split(':');
            let (name, number) = (fields.next()?, fields.nth(1)?);
            (number.parse() == Ok(id)).then(|| name.to_owned())
        };
        let name = users
            .lines()
            .find_map(name)
            .unwrap_or_else(|| id.to_string());
        Some(Self { name, id, groups })
    }
}

/// Reads /etc/group; lines that are none are left out.
pub(super) fn parse_groups(text: &str) -> Vec<Group<'_>> {
    let group = |line| {
        let fields: Vec<&str> = str::split(line, ':').collect();
        let [name, _, id, members] = fields[..] else {
            return None;
        };
        let id = id.parse().ok()?;
        let members = members.split(',').collect();
        Some(Group { name, id, members })
    };
    text.lines().filter_map(group).collect()
}

fn judge(user: &User, groups: &[Group], devices: &[Device]) -> Finding {
    let name = &user.name;
    let closed = devices.iter().find(|device| !device.may_open);
    let group_of = |device: &Device| groups.iter().find(|group| group.id == device.group);
    let is_foreign = |device: &&Device| {
        // Root of this machine may open everything.
        user.id == 0 || group_of(device).is_some_and(Group::is_nobodys)
    };
    if let Some(device) = closed.filter(is_foreign) {
        return foreign(device);
    }
    if user.id == 0 {
        return Finding::fine("permission", "root may open serial ports");
    }
    if closed.is_none() && !devices.is_empty() {
        let what = format!("user {name} may open all serial ports");
        return Finding::fine("permission", what);
    }
    let usual = |name: &&str| groups.iter().find(|group| group.name == *name);
    let group = match closed {
        Some(device) if device.group == 0 => return for_root_only(device),
        Some(device) => group_of(device),
        None => GROUPS.iter().find_map(usual),
    };
    match group {
        Some(group) => judge_member(user, group),
        None => without_group(closed),
    }
}

/// Seen from a container, a user or group that it does not have is nobody.
fn foreign(device: &Device) -> Finding {
    let device = device.name();
    let what = format!("{device} belongs to somebody outside of this container");
    let cure = format!(
        "on the machine around it, pass it on with a group of the container:
Proxmox: dev0: {device},gid=20   Podman: --group-add keep-groups"
    );
    Finding::problem("foreign-port", what, cure)
}

/// The kernel makes devices for root; it is a udev rule that gives them to a group.
pub(super) fn for_root_only(device: &Device) -> Finding {
    let what = format!("{} is for root only", device.name());
    let cure = "plug the board in again; if it stays so, udev's rule for serial ports
is missing (in a container: on the machine around it)";
    Finding::problem("root-only", what, cure)
}

fn without_group(closed: Option<&Device>) -> Finding {
    let what = match closed {
        Some(device) => format!(
            "{} belongs to the group {}, which /etc/group does not have",
            device.name(),
            device.group
        ),
        None => "this system has no group for serial ports (dialout, uucp, plugdev)".to_owned(),
    };
    let cure = "sudo groupadd --system dialout   then plug the board in again";
    Finding::warning("no-group", what, cure)
}

fn judge_member(user: &User, group: &Group) -> Finding {
    let (name, group_name) = (&user.name, group.name);
    if user.groups.contains(&group.id) {
        let what = format!("user {name} may open serial ports (group {group_name})");
        return Finding::fine("permission", what);
    }
    if group.members.contains(&name.as_str()) {
        let what = format!("user {name} is in the group {group_name}, but was not yet at login");
        let cure = "log out and in again, or restart the machine";
        return Finding::problem("login-again", what, cure);
    }
    let what = format!("user {name} may not open serial ports: not in the group {group_name}");
    let cure = format!("sudo usermod -aG {group_name} {name}   then log out and in again");
    Finding::problem("not-in-group", what, cure)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Severity::{self, Fine, Problem, Warning};

    const GROUPS: &str = "root:x:0:\ndialout:x:20:anna\nplugdev:x:46:pi,anna\n\
                          nogroup:x:65534:\nbroken\n";

    fn check(id: u32, own: &[u32], device: Option<(u32, bool)>, severity: Severity, wanted: &str) {
        let user = User {
            name: "pi".to_owned(),
            id,
            groups: own.to_vec(),
        };
        let device = device.map(|(group, may_open)| Device {
            path: "/dev/ttyACM0".into(),
            group,
            mode: 0o660,
            may_open,
        });
        let devices: Vec<_> = device.into_iter().collect();
        let finding = judge(&user, &parse_groups(GROUPS), &devices);
        let text = format!("{} | {}", finding.what, finding.cure.unwrap_or_default());
        assert_eq!(finding.severity, severity, "{text}");
        assert!(text.contains(wanted), "{text}");
    }

    #[test]
    fn who_may_not_open_ports_is_told_the_command() {
        let command = "sudo usermod -aG dialout pi";
        check(1000, &[1000], None, Problem, command);
        check(1000, &[1000], Some((20, false)), Problem, command);
        check(
            1000,
            &[1000],
            Some((46, false)),
            Problem,
            "log out and in again",
        );
        check(
            1000,
            &[1000],
            Some((0, false)),
            Problem,
            "/dev/ttyACM0 is for root only",
        );
        check(1000, &[1000], Some((99, false)), Warning, "the group 99");
        check(1000, &[1000], Some((33, false)), Warning, "groupadd");
    }

    #[test]
    fn what_is_nobodys_in_a_container_is_cured_outside() {
        check(1000, &[1000], Some((65534, false)), Problem, "gid=20");
        check(0, &[0], Some((65534, false)), Problem, "gid=20");
        check(0, &[0], Some((20, false)), Problem, "outside of this");
        check(0, &[0], Some((65534, true)), Fine, "root");
    }

    #[test]
    fn who_may_open_ports_is_told_so() {
        check(0, &[], Some((20, true)), Fine, "root");
        check(1000, &[20], None, Fine, "(group dialout)");
        check(1000, &[], Some((20, true)), Fine, "all serial ports");
    }
}
