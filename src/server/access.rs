//! Who may connect and what they may do, decided from headers alone.
//! Knows nothing of sockets, paths or messages.

mod authority;
mod cors;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::fmt;
use std::net::IpAddr;

use hyper::header::{HOST, HeaderMap, HeaderName, ORIGIN};

use crate::config::{Anonymous, Config};
use crate::name::BoardName;
use authority::{Authority, Host, Origin};

/// What a peer may do. Each may do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Subscribe, read the API.
    Viewer,
    /// Also send commands and publish.
    Operator,
}

impl Role {
    /// As it is told: `viewer` or `operator`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
        }
    }
}

/// Where an accepted request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OriginKind {
    /// It has no `Origin`: a program, a board, or a browser's plain GET.
    Absent,
    /// A page of this gateway.
    Own,
    /// A page that `allowed_origins` lists.
    Listed,
    /// An `Origin` that no web page sends.
    NoPage,
}

/// Whether a request needs a `Host`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostRule {
    /// It may be missing: board paths, and an upgrade on `/`.
    Optional,
    /// Everywhere else.
    Required,
}

/// Why a request is refused with 403. Its text names the cure and holds at most 100
/// characters of what the peer sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denied {
    /// A page of another origin.
    Origin(String),
    /// Somebody may have pointed a name of theirs at this machine.
    Host(String),
    /// There is none, or more than one.
    NoHost,
    /// A board that no `[[board]]` names, and `accept_unknown` is off.
    UnknownBoard(BoardName),
    /// There is no role for those without a token here.
    Anonymous,
}

/// For the log, where the path names the board.
pub const UNKNOWN_BOARD: &str =
    "the board is not known here (add a `[[board]]`, or set `accept_unknown`)";

/// The rules of one configuration.
#[derive(Debug, Clone)]
pub struct Policy {
    anonymous: Anonymous,
    accept_unknown: bool,
    boards: HashSet<BoardName>,
    listed: Vec<Origin>,
    /// Of this machine, as in `Host`.
    names: Vec<Host>,
}

impl Policy {
    /// Takes the rules from the configuration, and the machine's name from the kernel.
    pub fn new(config: &Config, machine: &str) -> Self {
        let origins = config.server.allowed_origins.iter();
        Self {
            anonymous: config.access.anonymous,
            accept_unknown: config.wifi.accept_unknown,
            boards: config.boards.iter().map(|set| set.board.clone()).collect(),
            listed: origins.map(|text| Origin::parse(text)).collect(),
            names: names_of(machine),
        }
    }

    /// What somebody without a token may do on a listener of this address.
    ///
    /// # Errors
    /// Away from loopback where `anonymous` is not set.
    pub fn role(&self, listener: IpAddr) -> Result<Role, Denied> {
        match self.anonymous {
            Anonymous::Viewer => Ok(Role::Viewer),
            Anonymous::Operator => Ok(Role::Operator),
            Anonymous::None if listener.to_canonical().is_loopback() => Ok(Role::Operator),
            Anonymous::None => Err(Denied::Anonymous),
        }
    }

    /// Whether a WiFi board without a token may connect to a listener of this address.
    ///
    /// # Errors
    /// When `accept_unknown` is off and no `[[board]]` names it, or as [`Policy::role`].
    pub fn board(&self, board: &BoardName, listener: IpAddr) -> Result<(), Denied> {
        if !self.accept_unknown && !self.boards.contains(board) {
            return Err(Denied::UnknownBoard(board.clone()));
        }
        self.role(listener).map(|_| ())
    }

    /// Checks `Origin`: for every upgrade, and every request that changes something.
    ///
    /// # Errors
    /// When it is a page that is neither the gateway's own nor listed.
    pub fn origin(&self, headers: &HeaderMap) -> Result<OriginKind, Denied> {
        let gateway = host_of(headers);
        let mut kind = OriginKind::Absent;
        for value in headers.get_all(ORIGIN) {
            let origin = Origin::parse(&String::from_utf8_lossy(value.as_bytes()));
            kind = match origin {
                Origin::NoPage => OriginKind::NoPage,
                _ if gateway.as_ref().is_some_and(|own| origin.is_of(own)) => OriginKind::Own,
                Origin::Unreadable => return Err(Denied::Origin(shown(headers, ORIGIN))),
                _ if self.listed.contains(&origin) => OriginKind::Listed,
                _ => return Err(Denied::Origin(shown(headers, ORIGIN))),
            };
        }
        Ok(kind)
    }

    /// Checks `Host`, against pages that point a name of their own at this machine: for
    /// every request.
    ///
    /// # Errors
    /// When it is no name of this gateway, or is missing where it must not.
    pub fn host(&self, headers: &HeaderMap, rule: HostRule) -> Result<(), Denied> {
        if rule == HostRule::Optional && !headers.contains_key(HOST) {
            return Ok(());
        }
        if headers.get_all(HOST).iter().count() != 1 {
            return Err(Denied::NoHost);
        }
        match host_of(headers) {
            Some(Authority { host, .. }) if self.is_own(&host) => Ok(()),
            _ => Err(Denied::Host(shown(headers, HOST))),
        }
    }

    fn is_own(&self, host: &Host) -> bool {
        if host.is_loopback() {
            return true;
        }
        self.anonymous != Anonymous::None
            && (matches!(host, Host::Address(_))
                || self.names.contains(host)
                || self.listed.iter().any(|origin| origin.host() == Some(host)))
    }

    fn lists_origins(&self) -> bool {
        !self.listed.is_empty()
    }
}

impl Origin {
    fn host(&self) -> Option<&Host> {
        match self {
            Self::Page { host, .. } => Some(host),
            _ => None,
        }
    }
}

impl Denied {
    /// Which kind of refusal it is, without what the peer sent.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Origin(_) => "origin",
            Self::Host(_) | Self::NoHost => "host",
            Self::UnknownBoard(_) => UNKNOWN_BOARD,
            Self::Anonymous => "a token is needed",
        }
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Origin(origin) => write!(
                f,
                "a page of `{origin}` may not connect (list it in `allowed_origins` if it is yours)"
            ),
            Self::Host(host) => write!(
                f,
                "`{host}` is not a name of this gateway (use its address, or list `http://{host}` \
                 in `allowed_origins`; `anonymous` is needed away from loopback)"
            ),
            Self::NoHost => write!(f, "the request needs one Host header"),
            Self::UnknownBoard(board) => write!(
                f,
                "board {board} is not known here (add a `[[board]]`, or set `accept_unknown`)"
            ),
            Self::Anonymous => write!(f, "a token is needed (or set `anonymous` in `[access]`)"),
        }
    }
}

impl std::error::Error for Denied {}

fn host_of(headers: &HeaderMap) -> Option<Authority> {
    Authority::parse(headers.get(HOST)?.to_str().ok()?.trim())
}

fn shown(headers: &HeaderMap, name: HeaderName) -> String {
    let value = headers.get(name).map(|value| value.as_bytes());
    let text = String::from_utf8_lossy(value.unwrap_or_default());
    text.chars().take(100).collect()
}

/// `pi.lan` is also `pi` and `pi.local`.
fn names_of(machine: &str) -> Vec<Host> {
    let machine = machine.to_ascii_lowercase();
    let short = machine.split('.').next().unwrap_or(&machine);
    let names = [machine.clone(), short.to_owned(), format!("{short}.local")];
    let parsed = names.iter().filter_map(|name| Authority::parse(name));
    parsed.map(|authority| authority.host).collect()
}
