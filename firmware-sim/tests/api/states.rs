//! When a board was in which state: `/api/boards/{board}/states`.

use crate::support::{Gateway, Usb, User, Value, json};

const HISTORY: &str = "[history]\npath = \"history.db\"\ncommit_every = \"50ms\"\n";

async fn states(gateway: &Gateway, query: &str) -> Value {
    let path = format!("/api/boards/greenhouse/states{query}");
    gateway.get_json(&path).await
}

/// States and reasons.
fn told(answer: &Value) -> Vec<(&str, &str)> {
    let states = answer["states"].as_array().unwrap().iter();
    states
        .map(|one| {
            let reason = one.get("reason").and_then(Value::as_str);
            (one["state"].as_str().unwrap(), reason.unwrap_or_default())
        })
        .collect()
}

/// A board comes, goes and comes back: the events that a subscriber is told are the states.
async fn check(config: &str) -> (Gateway, Usb, Vec<Value>) {
    let mut usb = Usb::plugged("greenhouse");
    let gateway = Gateway::start(&usb.toml(config)).await;
    let mut subscriber = gateway.subscriber("?boards=greenhouse&history=100").await;
    let mut seen = Vec::new();
    seen.push(subscriber.state("greenhouse", "online").await);
    usb.print("\nt:1\nt:2\n").await;
    usb.port.unplug();
    seen.push(subscriber.state("greenhouse", "offline").await);
    usb.port.plug().unwrap();
    seen.push(subscriber.state("greenhouse", "online").await);
    let answer = states(&gateway, "").await;
    let found = answer["states"].as_array().unwrap();
    for event in &seen {
        let one = found.iter().find(|one| one["seq"] == event["seq"]);
        let one = one.unwrap_or_else(|| panic!("{event} in {answer}"));
        for name in ["time", "state", "reason"] {
            assert_eq!(one.get(name), event.get(name), "{name}: {one}");
        }
    }
    assert!(
        found.is_sorted_by_key(|one| one["seq"].as_u64()),
        "{answer}"
    );
    assert!(
        told(&answer).contains(&("offline", "unplugged")),
        "{answer}"
    );
    (gateway, usb, seen)
}

#[tokio::test]
async fn without_a_history_the_backlog_has_them() {
    let (gateway, _usb, seen) = check("").await;
    let offline = seen[1]["time"].as_f64().unwrap();
    let since = states(&gateway, &format!("?from={offline}")).await;
    assert_eq!(since["states"][0]["seq"], seen[1]["seq"], "{since}");
    let before = states(&gateway, &format!("?to={offline}")).await;
    assert!(
        !told(&before).contains(&("offline", "unplugged")),
        "{before}"
    );
    assert_eq!(before["to"], json!(offline));
    for (path, wanted) in [
        ("/api/boards/nobody/states", (404, "unknown_board")),
        (
            "/api/boards/greenhouse/states?from=soon",
            (400, "bad_query"),
        ),
        (
            "/api/boards/greenhouse/states?from=-1h&to=-2h",
            (400, "bad_query"),
        ),
    ] {
        let answer = gateway.http("GET", path, &[], "").await;
        assert_eq!((answer.status, &*answer.code()), wanted, "{path}");
    }
    let posted = gateway.http("POST", "/api/boards/a/states", &[], "").await;
    assert_eq!(
        (posted.status, posted.header("Allow")),
        (405, Some("GET, HEAD"))
    );
}

#[tokio::test]
async fn a_history_has_them_across_a_restart() {
    let (mut gateway, usb, seen) = check(HISTORY).await;
    let before = states(&gateway, "").await;
    gateway.signal(rustix::process::Signal::TERM);
    gateway.wait_exit(std::time::Duration::from_secs(10)).await;
    let config = usb.toml(HISTORY);
    let gateway = Gateway::start_in(gateway.into_folder(), User::Tester, &config).await;
    let mut subscriber = gateway.subscriber("?boards=greenhouse").await;
    subscriber.state("greenhouse", "online").await;
    let after = states(&gateway, "").await;
    let (old, new) = (
        before["states"].as_array().unwrap(),
        after["states"].as_array().unwrap(),
    );
    assert_eq!(new[..old.len()], *old);
    assert_eq!(told(&after).last(), Some(&("online", "")), "{after}");
    assert!(new.len() > old.len(), "{after}");
    let offline = seen[1]["time"].as_f64().unwrap();
    let since = states(&gateway, &format!("?from={offline}")).await;
    assert_eq!(since["states"][0]["seq"], seen[1]["seq"], "{since}");
}
