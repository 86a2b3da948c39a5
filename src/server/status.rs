//! `GET /api/status`: what `/metrics` counts, for people's eyes, and who asks.
//! Counts nothing itself.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use hyper::StatusCode;

use crate::history::History;
use crate::metrics::{Drop, memory};
use crate::server::Shared;
use crate::server::access::Role;
use crate::server::answer::{Answer, encoded};
use crate::wire::encode::millis;
use crate::wire::status::{BacklogStatus, Counts, Dropped, GatewayStatus, HistoryStatus};

/// How the gateway is, for somebody with this role. Cancel safe.
pub async fn answer(role: Role, shared: &Shared) -> Answer {
    let journal = &shared.hub.journal;
    let seq = journal.head();
    // A number that could be given out again after a crash is told to nobody.
    journal.shown(seq).await;
    let (events, bytes) = journal.size();
    let status = GatewayStatus {
        gateway: shared.machine.clone(),
        version: env!("CARGO_PKG_VERSION"),
        time: millis(shared.hub.now()),
        role: role.name(),
        uptime: seconds(shared.started.elapsed()),
        memory: memory::resident(),
        stream: journal.stream().to_string(),
        seq,
        subscribers: shared.hub.counters.subscribers.load(Relaxed),
        boards: journal.count(),
        backlog: BacklogStatus {
            events,
            bytes,
            max_events: shared.backlog.events,
            max_bytes: shared.backlog.bytes,
        },
        history: shared.history.as_deref().map(history),
        counts: counts(shared),
        drops: drops(shared),
    };
    encoded(StatusCode::OK, &status)
}

/// With milliseconds as decimals.
fn seconds(span: Duration) -> f64 {
    (span.as_secs_f64() * 1e3).round() / 1e3
}

fn history(history: &History) -> HistoryStatus {
    let (now, config) = (history.status(), history.config());
    HistoryStatus {
        state: now.state,
        detail: now.detail,
        behind: now.behind,
        bytes: now.bytes,
        max_bytes: config.max_size,
        keep: config.keep.as_secs(),
    }
}

fn counts(shared: &Shared) -> Counts {
    let counters = &shared.hub.counters;
    let get = |counter: &AtomicU64| counter.load(Relaxed);
    Counts {
        commands: get(&counters.commands),
        refused: get(&counters.refused),
        gaps: get(&counters.gaps),
        gap_events: get(&counters.missed),
        slow_closed: get(&counters.slow),
        sent_bytes: get(&counters.sent_bytes),
        accept_pauses: get(&shared.health.pauses),
    }
}

fn drops(shared: &Shared) -> Vec<Dropped> {
    let boards = shared.boards().into_iter();
    let of_each = boards.flat_map(|board| {
        Drop::ALL.map(|why| Dropped {
            board: board.name().to_string(),
            reason: why.name(),
            count: board.tally().dropped(why),
        })
    });
    of_each.filter(|dropped| dropped.count > 0).collect()
}
