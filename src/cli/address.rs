//! Where a running gateway is reached.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

/// Where a gateway is: host and port, over plain HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    host: String,
    port: u16,
}

impl Address {
    /// Where a gateway on this machine that listens on these addresses is reached.
    /// `None` if its port was left to the system.
    pub fn of(listen: &[SocketAddr]) -> Option<Self> {
        let first = listen.iter().find(|address| address.port() != 0)?;
        let host = match first {
            SocketAddr::V4(v4) if v4.ip().is_unspecified() => "127.0.0.1".to_owned(),
            SocketAddr::V6(v6) if v6.ip().is_unspecified() => "[::1]".to_owned(),
            SocketAddr::V4(v4) => v4.ip().to_string(),
            SocketAddr::V6(v6) => format!("[{}]", v6.ip()),
        };
        let port = first.port();
        Some(Self { host, port })
    }

    /// The name or number to connect to.
    pub fn host(&self) -> &str {
        self.host.trim_matches(['[', ']'])
    }

    /// The port to connect to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Both, as in a `Host` header.
    pub fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

impl FromStr for Address {
    type Err = String;

    /// `http://host:port`, `ws://host:port/…` or `host:port`; what follows the port is left out.
    fn from_str(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        if !matches!(scheme, "http" | "ws") {
            return Err(format!("`{scheme}` is not spoken here: http://HOST:PORT"));
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let bare_v6 = authority.ends_with(']');
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !bare_v6 => (host, port.parse().ok()),
            _ => (authority, Some(80)),
        };
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.:[]".contains(c);
        match port {
            Some(port) if !host.is_empty() && host.chars().all(fits) => Ok(Self {
                host: host.to_owned(),
                port,
            }),
            _ => Err("must be http://HOST:PORT, as in http://192.168.1.5:8080".to_owned()),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.authority())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_write_them() {
        let check = |text: &str, wanted: &str| {
            let shown = match text.parse::<Address>() {
                Ok(address) => format!("{address} {}", address.host()),
                Err(_) => "wrong".to_owned(),
            };
            assert_eq!(shown, wanted, "{text}");
        };
        check(
            "http://192.168.1.5:8080",
            "http://192.168.1.5:8080 192.168.1.5",
        );
        check("http://pi.local:8080/ws?x", "http://pi.local:8080 pi.local");
        check("ws://[::1]:8080/ws", "http://[::1]:8080 ::1");
        check("localhost:80", "http://localhost:80 localhost");
        check("http://pi", "http://pi:80 pi");
        check("http://[::1]", "http://[::1]:80 ::1");
        for wrong in [
            "",
            "https://pi:8080",
            "http://:80",
            "http://pi:x",
            "http://a b:1",
            "http://u@h:1",
        ] {
            check(wrong, "wrong");
        }
    }

    #[test]
    fn a_gateway_on_all_networks_is_reached_on_this_machine() {
        let check = |listen: &[&str], wanted: Option<&str>| {
            let listen: Vec<_> = listen.iter().map(|text| text.parse().unwrap()).collect();
            let shown = Address::of(&listen).map(|address| address.to_string());
            assert_eq!(shown.as_deref(), wanted);
        };
        check(&["0.0.0.0:8080"], Some("http://127.0.0.1:8080"));
        check(&["[::]:80"], Some("http://[::1]:80"));
        check(
            &["127.0.0.1:0", "192.168.1.5:1"],
            Some("http://192.168.1.5:1"),
        );
        check(&["127.0.0.1:0"], None);
    }
}
