//! `[server]` and `[access]`: where the gateway listens, and for whom.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crate::config::error::Fault;
use crate::config::table::{Item, Table};
use crate::config::value::{choice, duration, list, text};
use crate::config::{Access, Anonymous, Server};

/// More addresses than any machine is reached by.
const MAX_LISTEN: usize = 16;

/// Each is compared with every request's.
const MAX_ORIGINS: usize = 256;

const ANONYMOUS: [(&str, Anonymous); 3] = [
    ("none", Anonymous::None),
    ("viewer", Anonymous::Viewer),
    ("operator", Anonymous::Operator),
];

/// `[access]`
pub(super) fn access(mut table: Table) -> Access {
    let anonymous = table.or("anonymous", Anonymous::None, choice(&ANONYMOUS));
    table.later(&["viewer_tokens", "operator_tokens", "token_file"]);
    table.finish();
    Access { anonymous }
}

/// `[server]`; whether it may listen elsewhere than on loopback depends on `[access]`.
pub(super) fn server(mut table: Table, anonymous: Anonymous) -> Server {
    let default = Server::default();
    let server = Server {
        listen: table.or("listen", default.listen, |item, _| listen(item, anonymous)),
        allowed_origins: table.or("allowed_origins", default.allowed_origins, |item, _| {
            origins(item)
        }),
        stop_after: table.or(
            "stop_after",
            default.stop_after,
            duration(Duration::ZERO..=Duration::from_secs(600)),
        ),
    };
    table.later(&["tls", "trusted_proxies", "base_path"]);
    table.finish();
    server
}

fn listen(item: Item, anonymous: Anonymous) -> Result<Vec<SocketAddr>, Fault> {
    let example = "127.0.0.1:8080".to_owned();
    let read = |item, example: &String| {
        let address = address(text(item, example)?).map_err(|why| Fault::new(item.span(), why))?;
        Ok((address, item.span()))
    };
    let example = (SocketAddr::from(([127, 0, 0, 1], 8080)), 0..example.len());
    let all = list(&example, item, |item, (address, _)| {
        read(item, &address.to_string())
    })?;
    if all.is_empty() || all.len() > MAX_LISTEN {
        let message = format!("must have from 1 to {MAX_LISTEN} addresses");
        return Err(Fault::new(item.span(), message));
    }
    let mut addresses = Vec::new();
    for (address, place) in all {
        if addresses.contains(&address) && address.port() != 0 {
            return Err(Fault::new(place, format!("has {address} twice")));
        }
        if anonymous == Anonymous::None && !address.ip().to_canonical().is_loopback() {
            return Err(Fault::new(place, exposed(address)));
        }
        addresses.push(address);
    }
    Ok(addresses)
}

fn exposed(address: SocketAddr) -> String {
    format!(
        "has {address}, which other machines reach, but nobody there may do anything: \
         set `anonymous = \"viewer\"` (they may look) or \"operator\" (they may also send commands) \
         in [access], or listen on 127.0.0.1"
    )
}

/// Reads an address; what people write instead of one names what they meant.
fn address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
    let port = port.parse::<u16>().ok();
    let meant = match (host, port) {
        ("", Some(port)) => format!("127.0.0.1:{port}"),
        ("localhost", Some(port)) => format!("127.0.0.1:{port}"),
        ("*", Some(port)) => format!("0.0.0.0:{port}"),
        _ => match text.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(ip) => SocketAddr::new(ip, 8080).to_string(),
            Err(_) => {
                return Err("must be an IP address and a port, as in \"127.0.0.1:8080\"".to_owned());
            }
        },
    };
    Err(format!(
        "must be an IP address and a port, did you mean \"{meant}\"?"
    ))
}

fn origins(item: Item) -> Result<Vec<String>, Fault> {
    let origins = list(&"https://example.org".to_owned(), item, |item, example| {
        origin(item, example)
    })?;
    if origins.len() > MAX_ORIGINS {
        return Err(Fault::new(
            item.span(),
            format!("must have at most {MAX_ORIGINS} origins"),
        ));
    }
    Ok(origins)
}

fn origin(item: Item, example: &str) -> Result<String, Fault> {
    let written = text(item, example)?;
    let origin = written.to_ascii_lowercase();
    let host = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    match host {
        _ if origin == "null" => Ok(origin),
        Some(host) if is_host(host) => Ok(origin),
        Some(host) if is_host(host.split('/').next().unwrap_or_default()) => {
            let end = origin.len() - host.len() + host.find('/').unwrap_or(host.len());
            let message = format!(
                "is compared without a path, did you mean \"{}\"?",
                &origin[..end]
            );
            Err(Fault::new(item.span(), message))
        }
        _ if origin == "*" => Err(Fault::new(
            item.span(),
            "cannot be `*`, which would let every page on the web in: name the pages' origins",
        )),
        _ => Err(Fault::new(
            item.span(),
            "must be what a browser sends, as in \"https://example.org\", \"http://192.168.1.5:3000\" or \"null\"",
        )),
    }
}

/// A name or address, perhaps with a port.
fn is_host(host: &str) -> bool {
    let fits =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    !host.is_empty() && host.len() <= 255 && host.chars().all(fits)
}
