//! Remembers who was told to go and why, so that the log says it once: boards come back
//! every few seconds for ever. Knows nothing of requests.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Refusals that are remembered; beyond, the oldest is forgotten and said again.
const REMEMBERED: usize = 64;

/// Who was refused, and why.
#[derive(Debug, Default)]
pub struct Refusals {
    known: Mutex<VecDeque<(IpAddr, &'static str)>>,
}

impl Refusals {
    /// Whether this address is refused for this reason for the first time.
    pub fn is_news(&self, address: IpAddr, why: &'static str) -> bool {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.contains(&(address, why)) {
            return false;
        }
        if known.len() == REMEMBERED {
            known.pop_front();
        }
        known.push_back((address, why));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Addresses by their last number, and which of them are news.
    fn check(addresses: impl IntoIterator<Item = u8>, news: usize) {
        let refusals = Refusals::default();
        let addresses = addresses.into_iter();
        let said = addresses.filter(|last| refusals.is_news([10, 0, 0, *last].into(), "why"));
        assert_eq!(said.count(), news);
    }

    #[test]
    fn a_refusal_is_news_once() {
        check([1, 1, 2, 1, 2], 2);
    }

    #[test]
    fn what_was_long_ago_is_news_again() {
        check((0..=64).chain([64, 0]), 66);
    }
}
