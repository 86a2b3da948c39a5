//! Whether a Raspberry Pi gets enough power and stays cool.

use std::fs;

use super::Finding;
use super::machine::Machine;

/// The firmware's word on power and heat, in hexadecimal without `0x`: bits 0 to 3 hold
/// now (under-voltage, frequency capped, throttled, soft temperature limit), bits 16 to 19
/// earlier, as `vcgencmd get_throttled` shows them, too (how long ago is not known: the driver of
/// the voltage sensor asks the firmware to clear them every two seconds; the file is made by
/// `drivers/firmware/raspberrypi.c` of Raspberry Pi's kernel). It lies below the firmware's
/// device, whose place differs between models.
const GET_THROTTLED: &str = "sys/devices/platform/soc/soc:firmware/get_throttled";

/// The same device, as its driver lists it.
const FIRMWARE: &str = "sys/bus/platform/drivers/raspberrypi-firmware";

const UNDER_VOLTAGE: u32 = 1;
const CAPPED: u32 = 1 << 1 | 1 << 2 | 1 << 3;
const BEFORE: u32 = 16;

const POWER: &str = "use the power supply made for this Raspberry Pi, with its own cable,
and a USB hub with a supply of its own for boards that need much";

const HEAT: &str = "give the Raspberry Pi a heat sink or a fan, and a case with air in it";

/// Says what its firmware, or else its voltage sensor, has seen; nothing on other machines.
pub(super) fn raspberry_pi(machine: &Machine) -> Option<Finding> {
    match throttled(machine) {
        Some(bits) => judge(bits),
        None => under_voltage(machine).then(now_too_low),
    }
}

fn judge(bits: u32) -> Option<Finding> {
    let before = bits >> BEFORE;
    if bits & UNDER_VOLTAGE != 0 {
        return Some(now_too_low());
    }
    if before & UNDER_VOLTAGE != 0 {
        let what = "the power supply was too weak before: boards may vanish";
        return Some(Finding::warning("undervoltage", what, POWER));
    }
    if bits & CAPPED != 0 {
        let what = "this Raspberry Pi is too hot, and slowed down";
        return Some(Finding::warning("throttled", what, HEAT));
    }
    if before & CAPPED != 0 {
        let what = "this Raspberry Pi was too hot before";
        return Some(Finding::note("throttled", what, HEAT));
    }
    Some(Finding::fine(
        "power",
        "the power supply is strong enough now",
    ))
}

fn now_too_low() -> Finding {
    let what = "the power supply is too weak: boards vanish, the SD card may break";
    Finding::problem("undervoltage", what, POWER)
}

fn throttled(machine: &Machine) -> Option<u32> {
    let devices = machine.folder(FIRMWARE).into_iter();
    let files = devices.map(|device| device.join("get_throttled"));
    let mut files = std::iter::once(machine.path(GET_THROTTLED)).chain(files);
    let text = files.find_map(|file| fs::read_to_string(file).ok())?;
    u32::from_str_radix(text.trim().trim_start_matches("0x"), 16).ok()
}

/// The sensor `rpi_volt`: 1 for about two seconds after the voltage was too low
/// (`drivers/hwmon/raspberrypi-hwmon.c` of the kernel).
fn under_voltage(machine: &Machine) -> bool {
    let mut sensors = machine.folder("sys/class/hwmon").into_iter();
    sensors.any(|sensor| {
        let is = |name, text: &str| machine.text(sensor.join(name)).as_deref() == Some(text);
        is("name", "rpi_volt") && is("in0_lcrit_alarm", "1")
    })
}
