//! Where the gateway is, as a sketch's author writes it down.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

/// `scheme://host:port/path`; without a port it is 80, without a path `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    scheme: String,
    authority: String,
    path: String,
}

/// Why a text is no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressError(String);

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not an address such as ws://127.0.0.1:8080/board/greenhouse",
            self.0
        )
    }
}

impl std::error::Error for AddressError {}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let wrong = || AddressError(text.into());
        let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
        if !matches!(scheme, "ws" | "http") {
            return Err(wrong());
        }
        let (authority, path) = match rest.find('/') {
            Some(slash) => rest.split_at(slash),
            None => (rest, "/"),
        };
        let host = authority
            .rsplit_once(':')
            .map_or(authority, |(host, _)| host);
        if host.is_empty() || text.contains(char::is_whitespace) {
            return Err(wrong());
        }
        Ok(Self {
            scheme: scheme.into(),
            authority: authority.into(),
            path: path.into(),
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.path)
    }
}

impl Address {
    /// The path of a board at a gateway. `scheme` is `ws` or `http`.
    pub(crate) fn of_board(scheme: &str, gateway: SocketAddr, board: &str) -> Self {
        Self {
            scheme: scheme.into(),
            authority: gateway.to_string(),
            path: format!("/board/{board}"),
        }
    }

    /// What goes into the `Host` header.
    pub fn host(&self) -> &str {
        &self.authority
    }

    /// Path and query.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What a TCP connection is made to: a host with its port.
    pub fn socket(&self) -> String {
        let port = self.authority.rsplit_once(':').map(|(_, port)| port);
        match port.is_some_and(|port| port.parse::<u16>().is_ok()) {
            true => self.authority.clone(),
            false => format!("{}:80", self.authority),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let found = match text.parse::<Address>() {
            Ok(address) => format!("{} {}", address.socket(), address.path()),
            Err(_) => "no address".into(),
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn addresses_are_taken_apart() {
        check("ws://127.0.0.1:8080/board/x", "127.0.0.1:8080 /board/x");
        check(
            "http://pi.local/board/x?token=1",
            "pi.local:80 /board/x?token=1",
        );
        check("ws://[::1]:8080", "[::1]:8080 /");
        check("ws://[::1]", "[::1]:80 /");
        check("127.0.0.1:8080", "no address");
        check("https://x/", "no address");
        check("ws://", "no address");
        check("ws://a b/", "no address");
    }
}
