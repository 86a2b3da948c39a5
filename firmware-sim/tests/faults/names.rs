//! Ten thousand boards that nobody has: the gateway takes `max_boards` and stays small.

use crate::support::counted::{Taken, post};
use crate::support::{Gateway, json, soon};

const MAX: usize = 100;

/// Each a number, such as `n0`.
const NAMES: usize = 10_000;

const CONFIG: &str = "[limits]\nmax_boards = 100\n";

/// Posts once as each of these boards; gives how many were refused with 503.
async fn refused(gateway: &Gateway, names: std::ops::Range<usize>) -> usize {
    let mut connection = None;
    let mut refused = 0;
    for number in names {
        let name = format!("n{number}");
        let answer = post(gateway.address(), &mut connection, &name, "t:1");
        match soon("an answer", answer).await.unwrap() {
            Taken::Yes(_) => {}
            Taken::No(503) => refused += 1,
            Taken::No(other) => panic!("{name}: {other}"),
        }
    }
    refused
}

#[tokio::test]
async fn ten_thousand_names_from_one_address_are_bounded() {
    let gateway = Gateway::start(CONFIG).await;
    let mut subscriber = gateway.subscriber("?boards=n0").await;
    assert_eq!(refused(&gateway, 0..2 * MAX).await, MAX);
    let before = gateway.rss_kb();
    let rest = 2 * MAX..NAMES;
    let count = rest.len();
    assert_eq!(refused(&gateway, rest).await, count);
    let grown = gateway.rss_kb().saturating_sub(before);
    assert!(grown < 2 << 10, "{grown} kB more");
    let answer = gateway.http("POST", "/board/another", &[], "t:1").await;
    assert_eq!((answer.status, &*answer.code()), (503, "too_many_boards"));
    assert!(answer.text().contains("max_boards"), "{}", answer.text());
    let answer = gateway.refused_upgrade("/board/another", &[]).await;
    assert_eq!(answer.status, 503);
    // Those that are known go on.
    subscriber.reading("n0").await;
    gateway.post("n0", "t:2").await;
    assert_eq!(subscriber.reading("n0").await, json!({"t": 2}));
    assert_eq!(gateway.said().matches("max_boards").count(), 1);
}
