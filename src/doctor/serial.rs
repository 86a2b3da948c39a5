//! Which programs have serial devices open.

use super::machine::Machine;
use super::{Finding, grabbers};
use crate::processes::Process;

/// Devices that are open in a program; the gateway is as it should be.
pub(super) fn busy(machine: &Machine) -> Vec<Finding> {
    let findings = machine.devices.iter().flat_map(|device| {
        let name = device.name();
        let holders = machine.processes.holders(&name);
        holders
            .map(|process| held(&name, process, machine))
            .collect::<Vec<_>>()
    });
    findings.collect()
}

fn held(path: &str, process: &Process, machine: &Machine) -> Finding {
    let what = format!("{path} is open in {process}");
    if machine.is_gateway(process) {
        return Finding::fine("port-open", what);
    }
    match process.name.as_str() {
        "ModemManager" => Finding::problem("modemmanager", what, grabbers::WITHOUT_MODEMS),
        "brltty" => Finding::problem("brltty", what, grabbers::WITHOUT_BRAILLE),
        name => {
            let cure = format!("close {name}, or end it: kill {}", process.pid);
            Finding::problem("port-busy", what, cure)
        }
    }
}
