//! USB ids of common boards and of the chips that clones and bare adapters use.
//! Knows nothing of ports.

/// A board or chip that is recognized by its USB ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// How its maker calls it.
    pub title: &'static str,
    /// How the name of a board that was found begins.
    pub short: &'static str,
}

/// What has these USB ids, if it is a common one.
pub fn known(vendor: u16, product: u16) -> Option<Known> {
    let exact = BOARDS.iter().find(|(ids, ..)| *ids == (vendor, product));
    let maker = || MAKERS.iter().find(|(id, ..)| *id == vendor);
    let (title, short) = match exact {
        Some((_, title, short)) => (title, short),
        None => maker().map(|(_, title, short)| (title, short))?,
    };
    Some(Known { title, short })
}

const BOARDS: &[((u16, u16), &str, &str)] = &[
    ((0x2341, 0x0001), "Arduino Uno", "uno"),
    ((0x2341, 0x0010), "Arduino Mega 2560", "mega"),
    ((0x2341, 0x0042), "Arduino Mega 2560 R3", "mega"),
    ((0x2341, 0x0043), "Arduino Uno R3", "uno"),
    ((0x2a03, 0x0042), "Arduino Mega 2560 R3", "mega"),
    ((0x2a03, 0x0043), "Arduino Uno R3", "uno"),
    (
        (0x2341, 0x0036),
        "Arduino Leonardo (bootloader)",
        "leonardo",
    ),
    ((0x2341, 0x8036), "Arduino Leonardo", "leonardo"),
    ((0x2341, 0x8037), "Arduino Micro", "micro"),
    ((0x2341, 0x003d), "Arduino Due", "due"),
    ((0x2341, 0x0058), "Arduino Nano Every", "nano-every"),
    ((0x2341, 0x0069), "Arduino Uno R4 Minima", "uno-r4"),
    ((0x2341, 0x1002), "Arduino Uno R4 WiFi", "uno-r4"),
    ((0x2341, 0x8054), "Arduino MKR WiFi 1010", "mkr"),
    ((0x2341, 0x8057), "Arduino Nano 33 IoT", "nano-33"),
    ((0x2341, 0x805a), "Arduino Nano 33 BLE", "nano-33"),
    (
        (0x2341, 0x005e),
        "Arduino Nano RP2040 Connect",
        "nano-rp2040",
    ),
    (
        (0x1a86, 0x7523),
        "CH340 (Nano and Uno clones, NodeMCU)",
        "ch340",
    ),
    ((0x1a86, 0x5523), "CH341", "ch341"),
    ((0x1a86, 0x55d4), "CH9102", "ch9102"),
    ((0x1a86, 0x55d3), "CH343", "ch343"),
    ((0x10c4, 0xea60), "CP210x (ESP32, NodeMCU)", "cp210x"),
    ((0x0403, 0x6001), "FTDI FT232R (Nano, Duemilanove)", "ftdi"),
    ((0x0403, 0x6010), "FTDI FT2232", "ftdi"),
    ((0x0403, 0x6011), "FTDI FT4232", "ftdi"),
    ((0x0403, 0x6014), "FTDI FT232H", "ftdi"),
    ((0x0403, 0x6015), "FTDI FT231X", "ftdi"),
    ((0x067b, 0x2303), "Prolific PL2303", "pl2303"),
    ((0x303a, 0x0002), "ESP32-S2", "esp32-s2"),
    (
        (0x303a, 0x1001),
        "ESP32-S3 or ESP32-C3 (USB JTAG/serial)",
        "esp32",
    ),
    ((0x2e8a, 0x0005), "Raspberry Pi Pico (MicroPython)", "pico"),
    ((0x2e8a, 0x000a), "Raspberry Pi Pico", "pico"),
    ((0x2e8a, 0x000c), "Raspberry Pi Debug Probe", "probe"),
    ((0x0d28, 0x0204), "BBC micro:bit", "microbit"),
    ((0x16c0, 0x0483), "Teensy", "teensy"),
    ((0x0483, 0x374b), "ST-Link/V2-1 (STM32 Nucleo)", "nucleo"),
    ((0x0483, 0x5740), "STM32", "stm32"),
];

const MAKERS: &[(u16, &str, &str)] = &[
    (0x2341, "Arduino", "arduino"),
    (0x2a03, "Arduino", "arduino"),
    (0x239a, "Adafruit", "adafruit"),
    (0x1b4f, "SparkFun", "sparkfun"),
    (0x2886, "Seeed", "seeed"),
    (0x303a, "Espressif", "esp32"),
    (0x2e8a, "Raspberry Pi RP2040", "rp2040"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::BoardName;

    #[test]
    fn common_boards_are_recognized() {
        let short = |vendor, product| known(vendor, product).map(|known| known.short);
        assert_eq!(short(0x2341, 0x0043), Some("uno"));
        assert_eq!(short(0x1a86, 0x7523), Some("ch340"));
        assert_eq!(short(0x2341, 0xffff), Some("arduino"));
        assert_eq!(short(0xffff, 0x0043), None);
    }

    #[test]
    fn every_short_name_can_begin_a_boards_name() {
        let shorts = BOARDS.iter().map(|board| board.2);
        for short in shorts.chain(MAKERS.iter().map(|maker| maker.2)) {
            assert!(BoardName::new(short).is_ok(), "{short}");
        }
    }
}
