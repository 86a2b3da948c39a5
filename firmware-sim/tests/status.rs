//! How the gateway is: `/api/status`, and what is wrong around it: `/api/doctor`.

use crate::support::{Gateway, Usb, Value, json, soon};

const VIEWERS: &str = "[server]\nlisten = \"0.0.0.0:0\"\n[access]\nanonymous = \"viewer\"\n";

async fn status(gateway: &Gateway) -> Value {
    gateway.get_json("/api/status").await
}

#[tokio::test]
async fn the_status_has_all_that_is_promised() {
    let gateway = Gateway::start("").await;
    let now = status(&gateway).await;
    let names = [
        "gateway",
        "version",
        "time",
        "role",
        "uptime",
        "memory",
        "stream",
        "seq",
        "subscribers",
        "boards",
        "backlog",
        "history",
        "commands",
        "refused",
        "gaps",
        "gap_events",
        "slow_closed",
        "sent_bytes",
        "accept_pauses",
        "drops",
    ];
    let found: Vec<&String> = now.as_object().unwrap().keys().collect();
    assert_eq!(found, names);
    let hello = gateway.subscriber("").await.hello;
    for name in ["gateway", "version", "stream", "seq"] {
        assert_eq!(now[name], hello[name], "{name}");
    }
    let memory = now["memory"].as_u64().unwrap();
    assert!((1 << 20..1 << 30).contains(&memory), "{memory}");
    let backlog = json!({"events": 0, "bytes": now["backlog"]["bytes"],
        "max_events": 65536, "max_bytes": 16 << 20});
    assert_eq!(now["backlog"], backlog);
    assert_eq!((&now["history"], &now["drops"]), (&Value::Null, &json!([])));
    assert_eq!(
        (&now["role"], &now["boards"]),
        (&json!("operator"), &json!(0))
    );
}

#[tokio::test]
async fn the_status_follows_what_happens() {
    let gateway = Gateway::start("[history]\npath = \"history.db\"\nkeep = \"2d\"\n").await;
    let before = status(&gateway).await;
    let mut subscriber = gateway.subscriber("").await;
    gateway.post("a", "t:1\n{\"t\":2").await;
    gateway.post("b", "t:1").await;
    subscriber.reading("b").await;
    let body = json!({"data": "x", "ttl": 1}).to_string();
    gateway
        .http("POST", "/api/boards/a/command", &[], body)
        .await;
    gateway
        .http("GET", "/", &[("Host", "evil.example")], "")
        .await;
    let now = status(&gateway).await;
    assert_eq!(
        (&now["subscribers"], &now["boards"]),
        (&json!(1), &json!(2))
    );
    let drops = json!([{"board": "a", "reason": "malformed", "count": 1}]);
    assert_eq!(now["drops"], drops);
    for name in ["uptime", "seq", "sent_bytes", "commands", "refused"] {
        let (old, new) = (before[name].as_f64(), now[name].as_f64());
        assert!(new > old, "{name}: {old:?}, then {new:?}");
    }
    assert_eq!(now["backlog"]["events"], now["seq"]);
    let history = &now["history"];
    assert_eq!(
        (&history["state"], &history["detail"]),
        (&json!("ok"), &json!(""))
    );
    assert_eq!(history["keep"], 2 * 86_400);
    assert_eq!(history["max_bytes"], 2_u64 << 30);
    assert!(
        history["bytes"].is_u64() && history["behind"].is_u64(),
        "{history}"
    );
    drop(subscriber);
    let gone = async { while status(&gateway).await["subscribers"] != 0 {} };
    soon("the subscriber to be gone", gone).await;
}

#[tokio::test]
async fn a_viewer_is_told_that_he_is_one() {
    let gateway = Gateway::start(VIEWERS).await;
    assert_eq!(status(&gateway).await["role"], "viewer");
    let doctor = gateway.http("GET", "/api/doctor", &[], "").await;
    assert_eq!((doctor.status, &*doctor.code()), (403, "forbidden"));
}

/// Severity and text of the finding of this kind.
fn finding<'a>(found: &'a Value, id: &str) -> (&'a str, &'a str) {
    let findings = found["findings"].as_array().unwrap();
    let found = findings.iter().find(|finding| finding["id"] == id);
    let found = found.unwrap_or_else(|| panic!("no {id} in {findings:?}"));
    let text = |name: &str| found[name].as_str().unwrap();
    (text("severity"), text("what"))
}

#[tokio::test]
async fn the_gateway_finds_itself_well() {
    let usb = Usb::plugged("greenhouse");
    let gateway = Gateway::start(&usb.toml("")).await;
    let mut subscriber = gateway.subscriber("?boards=greenhouse").await;
    subscriber.state("greenhouse", "online").await;
    let found = gateway.get_json("/api/doctor").await;
    let address = format!("the gateway listens on {}", gateway.address());
    assert_eq!(finding(&found, "address"), ("fine", &*address));
    let (severity, what) = finding(&found, "port-open");
    let own = format!(" is open in boardcast (pid {})", gateway.pid());
    assert!(severity == "fine" && what.ends_with(&own), "{what}");
    let (severity, what) = finding(&found, "config");
    assert!(severity == "fine" && what.contains("config.toml"), "{what}");
    for finding in found["findings"].as_array().unwrap() {
        let id = finding["id"].as_str().unwrap();
        assert!(!["address-in-use", "port-busy"].contains(&id), "{finding}");
        let is_fine = finding["severity"] == "fine";
        assert_eq!(finding["cure"].is_null(), is_fine, "{finding}");
    }
}

#[tokio::test]
async fn an_examination_is_told_to_everybody_who_asks_soon() {
    let gateway = Gateway::start("").await;
    let ask = || gateway.get_json("/api/doctor");
    let (one, two, three) = tokio::join!(ask(), ask(), ask());
    assert!(one["time"].is_f64(), "{one}");
    assert_eq!((&one, &one), (&two, &three));
    // Another configuration is another question.
    gateway.allow_origin("http://panel.example").await;
    assert_ne!(ask().await["time"], one["time"]);
}
