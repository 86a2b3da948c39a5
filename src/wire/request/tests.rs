//! Facts about subscriptions.

use super::*;

fn check(query: &str) -> Result<Subscription, String> {
    Subscribe::from_query(query)?.check()
}

#[test]
fn a_query_is_a_subscription() {
    let all = check(
        "boards=a,lab-*&max_rate=10&history=5&stream=x&since=7&batch=true&lines=true&token=t",
    )
    .unwrap();
    assert_eq!(all.period, Some(100_000));
    assert_eq!(all.since, Some((Some("x".into()), 7)));
    assert_eq!(
        (all.history, all.batch, all.lines),
        (5, Batching::Array, RawLines::Yes)
    );
    assert!(all.boards.matches("lab-3") && !all.boards.matches("b"));
}

#[test]
fn nonsense_is_refused() {
    for bad in [
        "max_rate=0",
        "max_rate=1001",
        "max_rate=x",
        "max_rate=NaN",
        "since=-1",
        "since=1.5",
        "history=-1",
        "stream=x",
        "batch=maybe",
        "boards=a b",
        "lines=2",
    ] {
        assert!(check(bad).is_err(), "{bad}");
    }
}
