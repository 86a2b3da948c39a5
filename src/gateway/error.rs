//! Why a gateway cannot start, with the cure.

use std::fmt;
use std::io;
use std::net::SocketAddr;

/// Why the gateway cannot start.
#[derive(Debug)]
pub enum StartError {
    /// It cannot listen there.
    Listen(SocketAddr, io::Error),
    /// The system refuses something that every program needs.
    System(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen(address, why) if why.kind() == io::ErrorKind::AddrInUse => {
                write!(
                    f,
                    "cannot listen on {address} (does another gateway run? choose another port in `listen`)"
                )
            }
            Self::Listen(address, why) if why.kind() == io::ErrorKind::AddrNotAvailable => {
                write!(
                    f,
                    "cannot listen on {address} (this machine has no such address)"
                )
            }
            Self::Listen(address, _) => write!(f, "cannot listen on {address}"),
            Self::System(_) => f.write_str("cannot start"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listen(_, why) | Self::System(why) => Some(why),
        }
    }
}

impl From<io::Error> for StartError {
    fn from(why: io::Error) -> Self {
        Self::System(why)
    }
}
