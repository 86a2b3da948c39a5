//! Subscribers that are served together: whoever comes, goes, pings or does not read, each is
//! sent every event once, in order, in whole frames.

use std::collections::BTreeSet;

use tokio::task::{JoinHandle, yield_now};

use super::*;
use crate::server::websocket::testing::narrow_pair;
use crate::wire::encode::{payloads, seq_of};

const STEPS: usize = 200;

/// One subscriber, and what it was sent so far.
struct Member {
    boards: &'static str,
    /// The newest number before it came.
    after: u64,
    client: TcpStream,
    outbox: Arc<Outbox>,
    feed: JoinHandle<End>,
    bytes: Vec<u8>,
}

impl Member {
    async fn join(shared: &Arc<Shared>, boards: &'static str) -> Self {
        let (client, reader, mut writer) = narrow_pair(Options::strict(1000)).await;
        let outbox = Arc::<Outbox>::default();
        let (tasks, after) = (&shared.sockets, shared.hub.journal.head());
        let (shared, theirs) = (shared.clone(), outbox.clone());
        let feed = tasks.spawn(async move {
            let wanted = Subscribe::from_query(&format!("boards={boards}")).unwrap();
            let wanted = wanted.check().unwrap();
            let feed = Feed::new(&mut writer, &theirs, &shared, &wanted);
            let end = feed.run(wanted).await;
            drop(reader);
            writer.finish(end.close.flatten(), end.why).await;
            end
        });
        // Its snapshot is made before anything else happens.
        while client.try_read(&mut []).is_err() {
            client.readable().await.unwrap();
        }
        Self {
            boards,
            after,
            client,
            outbox,
            feed,
            bytes: Vec::new(),
        }
    }

    /// Reads what is there, up to so many bytes.
    fn read(&mut self, most: usize) {
        let mut buffer = vec![0; most];
        if let Ok(count) = self.client.try_read(&mut buffer) {
            self.bytes.extend_from_slice(&buffer[..count]);
        }
    }

    /// Reads to the end; checks that every event came that it wants of all there were.
    async fn check(mut self, events: &BTreeSet<(u64, &str)>) {
        self.client.read_to_end(&mut self.bytes).await.unwrap();
        assert_eq!(self.feed.await.unwrap().why, "going away");
        let json: Vec<_> = payloads(&self.bytes).collect();
        let told = json
            .iter()
            .filter(|json| !json.starts_with(br#"{"type":"hello""#));
        let told: Vec<u64> = told.filter_map(|json| seq_of(json)).collect();
        let live: Vec<u64> = told.into_iter().filter(|seq| *seq > self.after).collect();
        let wanted = events.iter().filter(|(seq, board)| {
            *seq > self.after && (self.boards == "*" || self.boards == *board)
        });
        let wanted: Vec<u64> = wanted.map(|(seq, _)| *seq).collect();
        assert_eq!(live, wanted, "{}", self.boards);
    }
}

/// A board says some lines of some length.
fn say<'a>(
    shared: &Shared,
    board: &'a str,
    random: &mut fastrand::Rng,
    events: &mut BTreeSet<(u64, &'a str)>,
) {
    let line = "x".repeat(random.usize(1..500));
    let before = shared.hub.journal.head();
    post(
        shared,
        board,
        &format!("{line}\n").repeat(random.usize(1..20)),
    );
    let new = before + 1..=shared.hub.journal.head();
    events.extend(new.map(|seq| (seq, board)));
}

async fn play(seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let shared = server("[backlog]\nbytes = \"256MiB\"", 1);
    let mut events = BTreeSet::new();
    let mut members = Vec::new();
    for boards in ["*", "a", "*", "a", "*"] {
        members.push(Member::join(&shared, boards).await);
    }
    for _ in 0..STEPS {
        let place = random.usize(..members.len());
        match random.u8(..20) {
            0..8 => say(&shared, "a", &mut random, &mut events),
            8..11 => say(&shared, "b", &mut random, &mut events),
            // The last hardly ever reads.
            11..16 => members[place].read(random.usize(1..20_000) >> (8 * (place / 4))),
            16 => members[place].outbox.ping(Bytes::from_static(b"ping")),
            17 => {
                members[place].feed.abort();
                members[place] = Member::join(&shared, ["*", "a"][place % 2]).await;
            }
            _ => {
                for _ in 0..random.usize(1..20) {
                    yield_now().await;
                }
            }
        }
    }
    shared.hub.journal.close();
    for member in members {
        member.check(&events).await;
    }
    assert!(shared.fans.is_empty(), "seed {seed}");
    shared.fanning.close();
    shared.fanning.wait().await;
}

#[tokio::test]
async fn everybody_is_sent_every_event_once() {
    for seed in 0..3 {
        play(seed).await;
    }
}
