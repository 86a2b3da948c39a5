//! The sketches that come with the program. Each is a folder in `sketches/`, which the
//! Arduino IDE opens.

use std::borrow::Cow;
use std::io;
use std::path::Path;

/// A sketch's name and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch {
    name: Cow<'static, str>,
    text: Cow<'static, str>,
}

macro_rules! included {
    ($name:literal) => {
        Sketch {
            name: Cow::Borrowed($name),
            text: Cow::Borrowed(include_str!(concat!(
                "../../sketches/",
                $name,
                "/",
                $name,
                ".ino"
            ))),
        }
    };
}

impl Sketch {
    /// JSON at 50 Hz: a counter, the time, and the analog input A0.
    pub const SERIAL_JSON: Self = included!("serial-json");
    /// Labelled values for the Serial Plotter.
    pub const SERIAL_PLOTTER: Self = included!("serial-plotter");
    /// A header line, then values.
    pub const SERIAL_CSV: Self = included!("serial-csv");
    /// A LED that obeys, with answers, and a reading now and then.
    pub const COMMANDS: Self = included!("commands");
    /// A board that misbehaves when it is asked to.
    pub const GREENHOUSE: Self = included!("greenhouse");

    /// All that run on an Uno.
    pub const ALL: [Self; 5] = [
        Self::SERIAL_JSON,
        Self::SERIAL_PLOTTER,
        Self::SERIAL_CSV,
        Self::COMMANDS,
        Self::GREENHOUSE,
    ];

    /// A sketch of one's own; functions must stand above their first use. The name becomes
    /// part of file names, so it must have no slash.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            name: Cow::Owned(name.into()),
            text: Cow::Owned(text.into()),
        }
    }

    /// The included sketch of this name, else the one in the file of this name.
    ///
    /// # Errors
    /// When there is neither, or the file holds no text.
    pub fn named(name: &str) -> io::Result<Self> {
        if let Some(sketch) = Self::ALL.into_iter().find(|sketch| sketch.name == name) {
            return Ok(sketch);
        }
        let text = std::fs::read_to_string(name)?;
        let stem = Path::new(name).file_stem().unwrap_or_default();
        Ok(Self::new(stem.to_string_lossy(), text))
    }

    /// Such as `serial-json`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its text in Arduino's C++.
    pub fn text(&self) -> &str {
        &self.text
    }
}
