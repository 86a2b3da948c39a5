//! Readers of events that come back, and those that read too slowly.

use tokio::task::JoinSet;

use crate::support::{Events, Gateway, json};

#[tokio::test]
async fn who_comes_back_again_and_again_gets_everything_once() {
    let gateway = Gateway::start("").await;
    let mut events = Events::connect(gateway.address(), "?boards=a", &[]).await;
    events.next_of("hello").await;
    let mut posting = JoinSet::new();
    let address = gateway.address();
    posting.spawn(async move {
        for number in 1..=300 {
            let other = format!("u:{number}");
            post(address, "/board/b", &other).await;
            post(address, "/board/a", &format!("t:{number}\n")).await;
        }
    });
    let mut expected = 1;
    while expected <= 300 {
        for _ in 0..7 {
            let reading = events.next_of("reading").await;
            assert_eq!(reading.data["values"], json!({"t": expected}));
            expected += 1;
            if expected > 300 {
                break;
            }
        }
        let last_id = events.last_id.clone();
        drop(events);
        events = Events::come_back(address, "?boards=a&max_rate=1000", &last_id).await;
        let hello = events.next().await.unwrap();
        assert_eq!(hello.data["resumed"], true, "{hello:?}");
        assert_eq!(hello.id, Some(last_id));
    }
}

async fn post(gateway: std::net::SocketAddr, path: &str, body: &str) {
    let answer = crate::support::Answer::to(gateway, "POST", path, &[], body.as_bytes()).await;
    assert_eq!(answer.status, 202);
}

/// About 60 kB, in 20 events.
fn flood(number: usize) -> String {
    let note = |line| format!("note {number} {line} {}\n", "x".repeat(3000));
    (0..20).map(note).collect()
}

#[tokio::test]
async fn a_stalled_reader_gets_a_gap_and_a_snapshot_and_goes_on() {
    let gateway = Gateway::start("[backlog]\nevents = 1000\nbytes = \"1MiB\"\n").await;
    let mut stalled = Events::connect(gateway.address(), "", &[]).await;
    stalled.next_of("hello").await;
    let rss = gateway.rss_kb();
    let mut head = 0;
    for number in 0..400 {
        head = gateway.post("a", &flood(number)).await;
    }
    // Less than what was posted (24 MB), more than the backlog (1 MiB) and some buffers.
    let grown = gateway.rss_kb().saturating_sub(rss);
    assert!(grown < 16 << 10, "{grown} kB more");
    let (mut last, mut missed) = (0, 0);
    while last < head {
        let event = stalled.next().await.unwrap();
        let (from, to) = match event.data["type"].as_str() {
            Some("gap") => {
                missed += event.data["missed"].as_u64().unwrap();
                (&event.data["from"], &event.data["to"])
            }
            // The snapshot.
            _ if event.id.is_none() => continue,
            _ => (&event.data["seq"], &event.data["seq"]),
        };
        assert_eq!(*from, last + 1, "{}", event.data);
        last = to.as_u64().unwrap();
        let id = event.id.unwrap();
        assert!(id.ends_with(&format!("/{last}")), "{id} of {}", event.data);
    }
    assert!(missed > 0, "nothing was lost, so nothing was tested");
}
