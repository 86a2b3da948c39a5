//! What simulated boards print, and what they answer to commands.
//! Pure: a time in, lines out; a command in, an answer out. Knows no ports and no clock.

use std::time::Duration;

use crate::signal::{Signal, toggle};

mod sensors;

/// Which sketch a board runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Sketch {
    /// JSON lines; answers `LED ON` and `LED OFF`; a banner after each reset.
    Greenhouse,
    /// Labelled pairs for the Serial Plotter; its DHT sensor prints `nan` now and then.
    Weather,
    /// Comma-separated values under a header line, printed after each reset.
    Workshop,
    /// A WiFi board: flat JSON with a motion detector and a battery.
    Porch,
    /// A WiFi board: nested JSON with a door.
    Shed,
    /// A WiFi board that wakes, posts form data and sleeps again.
    Mailbox,
}

impl Sketch {
    /// The name the board goes by if nobody gives another.
    pub fn name(self) -> &'static str {
        match self {
            Self::Greenhouse => "greenhouse",
            Self::Weather => "weather",
            Self::Workshop => "workshop",
            Self::Porch => "porch",
            Self::Shed => "shed",
            Self::Mailbox => "mailbox",
        }
    }

    /// Readings a second, unless somebody chooses another rate.
    pub fn usual_rate(self) -> f64 {
        match self {
            Self::Workshop => 10.0,
            Self::Greenhouse | Self::Weather => 2.0,
            Self::Porch | Self::Shed => 1.0,
            Self::Mailbox => 0.2,
        }
    }

    /// The Content-Type its sketch gives when it posts.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Greenhouse | Self::Porch | Self::Shed => "application/json",
            Self::Weather | Self::Workshop => "text/plain",
            Self::Mailbox => "application/x-www-form-urlencoded",
        }
    }
}

/// One simulated board's program and its memory.
#[derive(Clone, Debug)]
pub struct Firmware {
    sketch: Sketch,
    seed: u64,
    led: Led,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Led {
    Off,
    On,
}

impl Firmware {
    /// A board that has just been programmed. The seed decides all it will measure.
    pub fn new(sketch: Sketch, seed: u64) -> Self {
        Self {
            sketch,
            seed,
            led: Led::Off,
        }
    }

    /// Its sketch.
    pub fn sketch(&self) -> Sketch {
        self.sketch
    }

    /// Starts over and gives the lines that `setup()` prints.
    pub fn reset(&mut self) -> Vec<String> {
        self.led = Led::Off;
        match self.sketch {
            Sketch::Greenhouse => vec![
                "Booting greenhouse 1.2...".into(),
                "DHT22 found, light sensor found".into(),
            ],
            Sketch::Weather => vec!["weather station ready!".into()],
            Sketch::Workshop => vec![sensors::WORKSHOP_HEADER.into()],
            Sketch::Porch | Sketch::Shed | Sketch::Mailbox => Vec::new(),
        }
    }

    /// One reading's line at `at` since the board's first start.
    pub fn report(&self, at: Duration) -> String {
        match self.sketch {
            Sketch::Greenhouse => self.greenhouse(at),
            Sketch::Weather => self.weather(at),
            Sketch::Workshop => self.workshop(at),
            Sketch::Porch => self.porch(at),
            Sketch::Shed => self.shed(at),
            Sketch::Mailbox => self.mailbox(at),
        }
    }

    /// What a POST of the reading at `at` holds: the line, under its header if it has one.
    pub fn body(&self, at: Duration) -> String {
        let report = self.report(at);
        match self.sketch {
            Sketch::Workshop => format!("{}\n{report}\n", sensors::WORKSHOP_HEADER),
            _ => report,
        }
    }

    /// The answer to a command, without its line end. `None` from sketches that never
    /// read what they are sent.
    pub fn answer(&mut self, command: &str) -> Option<String> {
        match self.sketch {
            Sketch::Greenhouse | Sketch::Porch | Sketch::Shed => Some(self.led(command.trim())),
            Sketch::Weather | Sketch::Workshop | Sketch::Mailbox => None,
        }
    }

    fn led(&mut self, command: &str) -> String {
        self.led = match command {
            "LED ON" => Led::On,
            "LED OFF" => Led::Off,
            _ => return "err unknown command".into(),
        };
        format!("ok {}", command.to_ascii_lowercase())
    }

    fn greenhouse(&self, at: Duration) -> String {
        format!(
            r#"{{"temperature":{},"humidity":{},"light":{},"soil":{},"led":{}}}"#,
            json(self.measure(sensors::TEMPERATURE, 1, at), 2),
            json(self.measure(sensors::HUMIDITY, 2, at), 1),
            json(self.measure(sensors::LIGHT, 3, at), 0),
            json(self.measure(sensors::SOIL, 4, at), 0),
            self.led == Led::On,
        )
    }

    fn weather(&self, at: Duration) -> String {
        // A DHT sensor that does not answer has neither value; Arduino prints it as `nan`.
        let temperature = self.measure(sensors::DHT_TEMPERATURE, 1, at);
        let humidity = match temperature.is_nan() {
            true => f64::NAN,
            false => self.measure(sensors::HUMIDITY, 2, at),
        };
        format!(
            "Temperature:{},Humidity:{},Pressure:{:.2}",
            arduino(temperature),
            arduino(humidity),
            self.measure(sensors::PRESSURE, 3, at),
        )
    }

    fn workshop(&self, at: Duration) -> String {
        format!(
            "{:.3},{:.2},{:.0}",
            self.measure(sensors::VIBRATION, 1, at),
            self.measure(sensors::CURRENT, 2, at),
            self.measure(sensors::SPEED, 3, at),
        )
    }

    fn porch(&self, at: Duration) -> String {
        format!(
            r#"{{"temperature":{},"motion":{},"battery":{},"rssi":{}}}"#,
            json(self.measure(sensors::TEMPERATURE, 1, at), 1),
            toggle(self.seed, at, 0.1, Duration::from_secs(4)),
            json(self.measure(sensors::BATTERY, 2, at), 2),
            json(self.measure(sensors::RSSI, 3, at), 0),
        )
    }

    fn shed(&self, at: Duration) -> String {
        let door = match toggle(self.seed, at, 0.2, Duration::from_secs(15)) {
            true => "open",
            false => "closed",
        };
        format!(
            r#"{{"air":{{"temperature":{},"humidity":{}}},"door":"{door}"}}"#,
            json(self.measure(sensors::TEMPERATURE, 1, at), 1),
            json(self.measure(sensors::HUMIDITY, 2, at), 1),
        )
    }

    fn mailbox(&self, at: Duration) -> String {
        format!(
            "weight={:.1}&flag={}&battery={:.2}",
            self.measure(sensors::WEIGHT, 1, at),
            toggle(self.seed, at, 0.15, Duration::from_secs(30)),
            self.measure(sensors::BATTERY, 2, at),
        )
    }

    fn measure(&self, signal: Signal, channel: u64, at: Duration) -> f64 {
        signal.at(self.seed.wrapping_mul(31).wrapping_add(channel), at)
    }
}

/// JSON as a careful sketch prints it: a sensor without a value is null.
fn json(value: f64, decimals: usize) -> String {
    match value.is_nan() {
        true => "null".into(),
        false => format!("{value:.decimals$}"),
    }
}

/// What `Serial.print(float)` gives.
fn arduino(value: f64) -> String {
    match value.is_nan() {
        true => "nan".into(),
        false => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests;
