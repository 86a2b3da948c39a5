//! What only a subscriber that is behind for long meets.

mod company;

use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use super::*;
use crate::server::testing::{post, server};
use crate::server::websocket::testing::pair;
use crate::wire::request::Subscribe;

/// More than the kernel takes: the feed stands still until somebody reads.
const POSTS: usize = 500;

fn shared() -> Arc<Shared> {
    let shared = server("[backlog]\nbytes = \"64MiB\"", 1);
    let body = format!("{}\n", "x".repeat(4000)).repeat(10);
    for _ in 0..POSTS {
        post(&shared, "b", &body);
    }
    shared
}

/// Reads whole frames until the first of this kind; gives how many others came before.
async fn frames_before(client: &mut TcpStream, first_byte: u8) -> usize {
    for count in 0.. {
        let mut head = [0; 2];
        client.read_exact(&mut head).await.unwrap();
        let length = match head[1] {
            126 => client.read_u16().await.unwrap().into(),
            127 => client.read_u64().await.unwrap(),
            length => length.into(),
        };
        if head[0] == first_byte {
            return count;
        }
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        client.read_exact(&mut payload).await.unwrap();
    }
    unreachable!()
}

#[tokio::test(start_paused = true)]
async fn who_is_behind_is_pinged_too() {
    let (shared, outbox) = (shared(), Arc::<Outbox>::default());
    let wanted = Subscribe::from_query("history=100000").unwrap();
    let wanted = wanted.check().unwrap();
    let (mut client, _reader, mut writer) = pair(Options::strict(1000)).await;
    let feed = Feed::new(&mut writer, &outbox, &shared, &wanted).run(wanted);
    let client = async {
        // The clock stands still until the feed does, which cannot write any more.
        sleep(Duration::from_secs(21)).await;
        tokio::time::resume();
        frames_before(&mut client, 0x89).await
    };
    tokio::select! {
        end = feed => panic!("{end:?}"),
        before = client => assert!(before < POSTS * 10, "{before} frames"),
    }
}
