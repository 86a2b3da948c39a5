//! The sensors of the simulated boards, each in its own unit.

use crate::signal::Signal;

/// What `workshop` prints above its values.
pub const WORKSHOP_HEADER: &str = "vibration,current,speed";

const QUIET: Signal = Signal {
    mean: 0.0,
    swing: 0.0,
    noise: 0.0,
    spike: 0.0,
    min: 0.0,
    max: 0.0,
    missing: 0.0,
};

/// °C in the shade.
pub const TEMPERATURE: Signal = Signal {
    mean: 21.0,
    swing: 6.0,
    noise: 0.3,
    min: -40.0,
    max: 80.0,
    ..QUIET
};

/// °C by a DHT22 on a long wire: one reading in 50 fails.
pub const DHT_TEMPERATURE: Signal = Signal {
    missing: 0.02,
    ..TEMPERATURE
};

/// Per cent, relative.
pub const HUMIDITY: Signal = Signal {
    mean: 52.0,
    swing: -14.0,
    noise: 1.5,
    min: 0.0,
    max: 100.0,
    ..QUIET
};

/// An LDR at a 10-bit converter; a torch passes by now and then.
pub const LIGHT: Signal = Signal {
    mean: 480.0,
    swing: 420.0,
    noise: 20.0,
    spike: 400.0,
    max: 1023.0,
    ..QUIET
};

/// A capacitive probe at a 10-bit converter.
pub const SOIL: Signal = Signal {
    mean: 610.0,
    swing: 40.0,
    noise: 4.0,
    max: 1023.0,
    ..QUIET
};

/// hPa.
pub const PRESSURE: Signal = Signal {
    mean: 1013.0,
    swing: 7.0,
    noise: 0.2,
    min: 300.0,
    max: 1100.0,
    ..QUIET
};

/// g, with a drop of something heavy now and then.
pub const VIBRATION: Signal = Signal {
    mean: 0.05,
    swing: 0.03,
    noise: 0.03,
    spike: 2.0,
    max: 16.0,
    ..QUIET
};

/// A, drawn by a lathe.
pub const CURRENT: Signal = Signal {
    mean: 2.4,
    swing: 0.9,
    noise: 0.2,
    spike: 3.0,
    max: 20.0,
    ..QUIET
};

/// Turns a minute.
pub const SPEED: Signal = Signal {
    mean: 1420.0,
    swing: 30.0,
    noise: 15.0,
    max: 3000.0,
    ..QUIET
};

/// V of a lithium cell.
pub const BATTERY: Signal = Signal {
    mean: 3.85,
    swing: 0.15,
    noise: 0.01,
    min: 3.0,
    max: 4.2,
    ..QUIET
};

/// dBm at the WiFi module.
pub const RSSI: Signal = Signal {
    mean: -63.0,
    swing: 3.0,
    noise: 4.0,
    min: -95.0,
    max: -30.0,
    ..QUIET
};

/// g in the letter box.
pub const WEIGHT: Signal = Signal {
    mean: 60.0,
    swing: 55.0,
    noise: 0.5,
    max: 5000.0,
    ..QUIET
};
