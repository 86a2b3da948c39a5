//! What the names of udev's links say of the ports they were made for.
//! Reads no file.

use std::path::Path;

use crate::boards::discovery::UsbPort;

/// Whether a link in /dev/serial may have been made for this port. udev removes a link some
/// time after its device has gone, when another may have the device's number already: a
/// link that is stale leads to a port that its name does not fit. Names of which nothing is
/// known fit every port.
pub fn fits(link: &Path, port: &UsbPort) -> bool {
    let folder = link.parent();
    let is_in = |name: &str| folder.is_some_and(|folder| folder.ends_with(name));
    let Some(name) = link.file_name().and_then(|name| name.to_str()) else {
        return true;
    };
    if is_in("serial/by-path") {
        fits_socket(name, port)
    } else {
        !is_in("serial/by-id") || fits_serial(name, port)
    }
}

/// `pci-0000:00:14.0-usb-0:1.2:1.0-port0` is interface 0 of what is in socket `1.2` of its
/// bus, which sysfs calls `1-1.2`.
fn fits_socket(name: &str, port: &UsbPort) -> bool {
    let Some((_, place)) = name.rsplit_once("-usb-0:") else {
        return true;
    };
    let socket = place.split(':').next();
    let bus_and_socket = port.usb_path.split_once('-');
    bus_and_socket.is_none_or(|(_, actual)| socket == Some(actual))
}

/// `usb-Arduino_Uno_7563-if00` holds the serial number, unless that has characters which
/// udev replaces.
fn fits_serial(name: &str, port: &UsbPort) -> bool {
    let serial = port.serial.as_deref();
    let plain = serial.filter(|serial| serial.chars().all(|c| c.is_ascii_alphanumeric()));
    plain.is_none_or(|serial| name.contains(serial))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boards::discovery::fake::Device;

    fn check(link: &str, device: &Device, wanted: bool) {
        let link = Path::new("/dev/serial").join(link);
        assert_eq!(fits(&link, &device.port()), wanted, "{link:?}");
    }

    #[test]
    fn a_link_by_path_fits_its_socket() {
        let twin = Device::ch340("ttyUSB0", "1-1.2");
        check("by-path/pci-0000:00:14.0-usb-0:1.2:1.0-port0", &twin, true);
        check(
            "by-path/platform-fd500000.pcie-pci-0000:01:00.0-usb-0:1.2:1.0",
            &twin,
            true,
        );
        check("by-path/pci-0000:00:14.0-usb-0:1.3:1.0-port0", &twin, false);
        check(
            "by-path/pci-0000:00:14.0-usbv2-0:1.3:1.0-port0",
            &twin,
            true,
        );
        check("by-path/mine", &twin, true);
        check("mine", &twin, true);
    }

    #[test]
    fn a_link_by_id_fits_its_serial_number() {
        let uno = Device::uno("ttyACM0", "1-1", "7563");
        check("by-id/usb-Arduino_Uno_7563-if00", &uno, true);
        check("by-id/usb-Arduino_Uno_9911-if00", &uno, false);
        let odd = Device::uno("ttyACM0", "1-1", "75 63");
        check("by-id/usb-Arduino_Uno_75_63-if00", &odd, true);
        let twin = Device::ch340("ttyUSB0", "1-1.2");
        check("by-id/usb-1a86_USB_Serial-if00-port0", &twin, true);
    }
}
