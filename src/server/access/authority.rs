//! Reads what stands in `Host` and `Origin` into forms that compare.
//! Knows nothing of who may connect.

use std::net::{IpAddr, Ipv6Addr};

/// A name or address without its port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// In lower case, without a last dot.
    Name(String),
    /// An IPv4-mapped address is its IPv4 address.
    Address(IpAddr),
}

/// `host[:port]`, as in `Host`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Who.
    pub host: Host,
    /// Only if it is given.
    pub port: Option<u16>,
}

/// What an `Origin` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// `null`: a page from disk, a sandboxed frame, a redirect.
    Null,
    /// `http(s)://host[:port]`.
    Page {
        /// `https`, not `http`.
        secure: bool,
        /// Who served it.
        host: Host,
        /// Given, or the scheme's own.
        port: u16,
    },
    /// Begins as a page's does, but its host cannot be read: never equal to any other.
    Unreadable,
    /// What no web page sends: `file://`, an origin with a path, or nothing.
    NoPage,
}

impl Authority {
    /// Reads `name`, `name:port`, `1.2.3.4:port` or `[::1]:port`; `None` for all else.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(address) = text.parse::<Ipv6Addr>() {
            let host = Host::Address(IpAddr::from(address).to_canonical());
            return Some(Self { host, port: None });
        }
        let in_brackets = text.find(']').map_or(0, |end| end + 1);
        let (host, port) = match text[in_brackets..].find(':') {
            Some(colon) => text.split_at(in_brackets + colon),
            None => (text, ""),
        };
        let port = match port.strip_prefix(':') {
            None | Some("") => None,
            Some(digits) => Some(digits.parse().ok()?),
        };
        let host = Host::parse(host)?;
        Some(Self { host, port })
    }
}

impl Host {
    fn parse(text: &str) -> Option<Self> {
        if let Some(address) = text.strip_prefix('[') {
            let address: Ipv6Addr = address.strip_suffix(']')?.parse().ok()?;
            return Some(Self::Address(IpAddr::from(address).to_canonical()));
        }
        if let Ok(address) = text.parse() {
            return Some(Self::Address(address));
        }
        let name = text.strip_suffix('.').unwrap_or(text);
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        let fits = !name.is_empty() && name.chars().all(allowed);
        fits.then(|| Self::Name(name.to_ascii_lowercase()))
    }

    /// Whether it can only mean this machine.
    pub fn is_loopback(&self) -> bool {
        match self {
            Self::Name(name) => name == "localhost",
            Self::Address(address) => address.is_loopback(),
        }
    }
}

impl Origin {
    /// Reads any text; case, a last dot and the scheme's own port make no difference.
    pub fn parse(text: &str) -> Self {
        let text = text.trim().to_ascii_lowercase();
        if text == "null" {
            return Self::Null;
        }
        let (secure, rest) = match (text.strip_prefix("http://"), text.strip_prefix("https://")) {
            (Some(rest), _) => (false, rest),
            (_, Some(rest)) => (true, rest),
            _ => return Self::NoPage,
        };
        if rest.is_empty() || rest.contains('/') {
            return Self::NoPage;
        }
        // Browsers allow more signs in a host than are read here, so what cannot be read
        // may still come from a page.
        let Some(Authority { host, port }) = Authority::parse(rest) else {
            return Self::Unreadable;
        };
        let port = port.unwrap_or(if secure { 443 } else { 80 });
        Self::Page { secure, host, port }
    }

    /// Whether the page came from where the request went. Ports count if `Host` has one.
    pub fn is_of(&self, gateway: &Authority) -> bool {
        match self {
            Self::Page { host, port, .. } => {
                *host == gateway.host && gateway.port.is_none_or(|own| own == *port)
            }
            _ => false,
        }
    }
}
