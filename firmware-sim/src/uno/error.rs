//! What can go wrong with an emulated board, in words that help.

use std::fmt;
use std::io;

/// Why a board could not be built, started, or told something.
#[derive(Debug)]
pub enum UnoError {
    /// Packages are missing.
    Packages(Vec<&'static str>),
    /// A compiler refused; its own words follow.
    Compile {
        /// What was compiled: a sketch's name, or a part of the emulator.
        what: String,
        /// What the compiler said.
        said: String,
    },
    /// A file or a program could not be used; the text says which.
    Io(String, io::Error),
    /// The emulator said why it did not do something.
    Refused(String),
    /// It did not come in time; the text says what.
    Silent(String),
    /// The emulator has ended.
    Ended,
}

impl fmt::Display for UnoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Packages(missing) => {
                let missing = missing.join(" ");
                write!(
                    f,
                    "an emulated Uno needs {missing}: sudo apt-get install -y \
                     --no-install-recommends {missing}"
                )
            }
            Self::Compile { what, said } => write!(f, "{what} does not compile:\n{said}"),
            Self::Io(what, _) => write!(f, "the emulated Uno: {what}"),
            Self::Refused(why) => write!(f, "the emulated Uno: {why}"),
            Self::Silent(what) => write!(f, "the emulated Uno: waited in vain for {what}"),
            Self::Ended => write!(f, "the emulated Uno has ended"),
        }
    }
}

impl std::error::Error for UnoError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(_, error) => Some(error),
            _ => None,
        }
    }
}
