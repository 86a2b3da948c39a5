//! Subscribers that read too slowly cost themselves something, and nobody else.

use crate::support::{Gateway, Raw, Subscriber, Value, json};

/// A backlog that a flood passes quickly.
const SMALL: &str = "[backlog]\nevents = 1000\nbytes = \"1MiB\"\n";

/// Enough for the socket buffers between the two, and the backlog many times over.
const POSTS: usize = 400;

/// About 60 kB, in 20 events.
fn flood(number: usize) -> String {
    (0..20)
        .map(|line| format!("note {number} {line} {}\n", "x".repeat(3000)))
        .collect()
}

#[tokio::test]
async fn a_stalled_subscriber_gets_a_gap_and_a_snapshot_and_goes_on() {
    let gateway = Gateway::start(SMALL).await;
    let mut stalled = gateway.raw().await;
    let request = stalled.upgrade("/ws", &[]);
    stalled.send(request).await;
    stalled.head().await;
    let rss = gateway.rss_kb();
    let mut head = 0;
    for number in 0..POSTS {
        head = gateway.post("a", &flood(number)).await;
    }
    // Less than what was posted (24 MB), more than the backlog (1 MiB) and some buffers.
    let grown = gateway.rss_kb().saturating_sub(rss);
    assert!(grown < 16 << 10, "{grown} kB more");
    let (events, missed) = read_on(&mut stalled, head).await;
    assert!(missed > 0, "nothing was lost, so nothing was tested");
    assert_eq!(events + missed, head);
}

/// Reads until the event `head`. Gives how many events came, and how many gaps say
/// are missing.
async fn read_on(stalled: &mut Raw, head: u64) -> (u64, u64) {
    let (mut events, mut missed, mut last) = (0, 0, 0);
    loop {
        let message: Value = serde_json::from_slice(&stalled.message().await.payload).unwrap();
        match message["type"].as_str() {
            Some("gap") => {
                assert_eq!(message["from"], last + 1, "{message}");
                missed += message["missed"].as_u64().unwrap();
                last = message["to"].as_u64().unwrap();
            }
            Some("hello") => {}
            Some("board") if message["seq"].as_u64().unwrap() <= last => {}
            _ => {
                events += 1;
                let seq = message["seq"].as_u64().unwrap();
                assert_eq!(seq, last + 1, "{message}");
                last = seq;
            }
        }
        if last == head {
            return (events, missed);
        }
    }
}

#[tokio::test]
async fn a_stalled_subscriber_slows_nobody() {
    let gateway = Gateway::start(SMALL).await;
    let mut stalled = Vec::new();
    for _ in 0..5 {
        let mut raw = gateway.raw().await;
        let request = raw.upgrade("/ws", &[]);
        raw.send(request).await;
        raw.head().await;
        stalled.push(raw);
    }
    let mut quick: Subscriber = gateway.subscriber("?boards=b&batch=true").await;
    for number in 0..100 {
        gateway.post("a", &flood(number)).await;
        gateway.post("b", &format!("t:{number}")).await;
        assert_eq!(quick.reading("b").await, json!({"t": number}));
    }
}
