//! Settings of USB adapters that delay readings or lose boards.

use std::path::PathBuf;

use super::Finding;
use super::machine::Machine;
use crate::boards::discovery::UsbPort;

/// What an FTDI adapter waits for more bytes, in milliseconds, where the gateway has set
/// it: `latency_timer` shows 1 while a port has ASYNC_LOW_LATENCY, whatever else was
/// written there (the kernel's `ftdi_sio.c`, `latency_timer_show`).
const LOW_LATENCY: u32 = 1;

/// FTDI adapters that the gateway has open and that still wait: their driver refused. A
/// port that is closed says nothing, since the gateway sets this when it opens one.
pub(super) fn latency(machine: &Machine) -> Vec<Finding> {
    let finding = |port: &UsbPort| {
        let name = port.device.file_name()?.to_str()?;
        let timer = format!("sys/bus/usb-serial/devices/{name}/latency_timer");
        let latency: u32 = machine.text(&timer)?.parse().ok()?;
        let device = port.device.display().to_string();
        let mut holders = machine.processes.holders(&device);
        let is_ours = holders.any(|holder| machine.is_gateway(holder));
        let what = format!("{device} holds every reading back for up to {latency} ms");
        let cure = format!("echo 1 | sudo tee {}", machine.path(timer).display());
        (is_ours && latency > LOW_LATENCY).then(|| Finding::warning("ftdi-latency", what, cure))
    };
    machine.ports.iter().filter_map(finding).collect()
}

/// Boards with USB of their own that the kernel may put to sleep while they are idle, as `auto`
/// allows. They are not made for it, so what happens then differs between them. Adapters are
/// kept awake by their driver while they are open (the kernel's `usb-serial.c`).
pub(super) fn autosuspend(machine: &Machine) -> Vec<Finding> {
    let finding = |port: &UsbPort| {
        let name = port.device.file_name()?.to_str()?;
        if name.starts_with("ttyUSB") {
            return None;
        }
        let mut folders = machine.folders_of(port).into_iter();
        let usb: PathBuf = folders.find(|folder| folder.join("idVendor").exists())?;
        let control = usb.join("power/control");
        if machine.text(&control)? != "auto" {
            return None;
        }
        let device = port.device.display();
        let what =
            format!("{device} may be put to sleep to save power, and may then lose readings");
        let socket = &port.usb_path;
        let control = machine.path(format!("sys/bus/usb/devices/{socket}/power/control"));
        let cure = format!("echo on | sudo tee {}", control.display());
        let cure = format!("{cure}\n(and tell powertop or TLP to leave it alone)");
        Some(Finding::warning("usb-autosuspend", what, cure))
    };
    machine.ports.iter().filter_map(finding).collect()
}
