//! The sockets that listen on a machine, from /proc/net.
//! Judges nothing.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

/// The state of a listening socket in /proc/net/tcp.
const LISTEN: &str = "0A";

/// A socket that listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Listener {
    /// Where.
    pub address: SocketAddr,
    inode: u64,
}

impl Listener {
    /// Its name in /proc/*/fd.
    pub fn socket(&self) -> String {
        format!("socket:[{}]", self.inode)
    }
}

/// All sockets that listen on this machine.
pub(super) fn listeners(root: &Path) -> Vec<Listener> {
    let tables = ["proc/net/tcp", "proc/net/tcp6"];
    let tables = tables.map(|table| fs::read_to_string(root.join(table)).unwrap_or_default());
    let lines = tables.iter().flat_map(|table| table.lines());
    lines.filter_map(listener).collect()
}

/// Reads `0: 0100007F:1F90 00000000:0000 0A … inode …`.
fn listener(line: &str) -> Option<Listener> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [_, local, _, state, _, _, _, _, _, inode, ..] = fields[..] else {
        return None;
    };
    if state != LISTEN {
        return None;
    }
    let (ip, port) = local.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    Some(Listener {
        address: SocketAddr::new(ip_address(ip)?, port),
        inode: inode.parse().ok()?,
    })
}

/// The kernel prints each 32 bits as a number of this machine's byte order.
fn ip_address(hex: &str) -> Option<IpAddr> {
    let word = |at: usize| {
        let word = hex.get(at..at + 8)?;
        Some(u32::from_str_radix(word, 16).ok()?.to_ne_bytes())
    };
    match hex.len() {
        8 => Some(Ipv4Addr::from(word(0)?).into()),
        32 => {
            let words = [word(0)?, word(8)?, word(16)?, word(24)?];
            let bytes = <[u8; 16]>::try_from(words.concat()).ok()?;
            Some(Ipv6Addr::from(bytes).into())
        }
        _ => None,
    }
}
