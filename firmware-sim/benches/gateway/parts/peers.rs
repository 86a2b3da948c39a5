//! The gateway beside other servers, in one run: tables and pictures for the document.

use std::time::Duration;

use clap::ValueEnum;

use crate::peers::{Peer, Workshop};
use crate::table::Table;
use crate::{Outcome, document};

mod contest;

mod picture;

mod plot;

mod tables;

use contest::{Contest, Standing};

const SUBSCRIBERS: [usize; 3] = [10, 100, 1000];

/// Measures these beside the limit and the gateway, or all. Only all of them are written
/// to the document, where figures of different runs must not be compared.
pub fn run(chosen: &[Peer], round: f64) -> Outcome {
    let workshop = Workshop::open()?;
    let peers = Peer::value_variants().iter().copied();
    let wanted = |peer: &Peer| chosen.is_empty() || chosen.contains(peer) || peer.is_yardstick();
    let peers: Vec<_> = peers.filter(wanted).collect();
    let (programs, missing) = bring(&peers, &workshop);
    programs.print();
    let contest = Contest {
        peers: &peers,
        missing: &missing,
        workshop: &workshop,
        round: Duration::from_secs_f64(round),
    };
    let mut text = programs.markdown();
    let mut results = Vec::new();
    for subscribers in SUBSCRIBERS {
        let standings = contest.hold(subscribers)?;
        for table in tables::of(subscribers, &standings) {
            table.print();
            text += &format!("\n{}", table.markdown());
        }
        results.push((subscribers, standings));
    }
    if !chosen.is_empty() {
        return Ok(());
    }
    picture::draw(&results)?;
    document::put("peers", &text)
}

/// Gets what is to be measured. Says what it is, or why it cannot be had, and who cannot.
fn bring(peers: &[Peer], workshop: &Workshop) -> (Table, Vec<Peer>) {
    let mut table = Table::new("peers: what is compared", &["server", "is"]);
    let mut missing = Vec::new();
    for &peer in peers {
        let version = peer.bring(workshop).and_then(|()| peer.version(workshop));
        let is = version.unwrap_or_else(|error| {
            missing.push(peer);
            format!("missing: {error}")
        });
        table.row([peer.name().to_owned(), is]);
    }
    (table, missing)
}
