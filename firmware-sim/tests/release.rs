//! A port that is left to another program for a while.

use std::path::{Path, PathBuf};

use crate::serial::Bench;
use crate::support::{Answer, Gateway, Usb, Value, json};

mod cli;

mod others;

mod restart;

/// Asks for `greenhouse`, `release` or `resume`.
async fn ask(gateway: &Gateway, what: &str, body: &str) -> Answer {
    let path = format!("/api/boards/greenhouse/{what}");
    gateway.http("POST", &path, &[], body).await
}

/// The board's state after a request that must succeed.
async fn done(gateway: &Gateway, what: &str, body: &str) -> Value {
    let answer = ask(gateway, what, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn device(bench: &Bench) -> PathBuf {
    bench.usb.port.device().unwrap().to_owned()
}

fn check_detail(board: &Value, device: &Path, words: &[&str]) {
    let detail = board["detail"].as_str().unwrap();
    assert!(detail.starts_with(device.to_str().unwrap()), "{detail}");
    words
        .iter()
        .for_each(|word| assert!(detail.contains(word), "{detail}"));
}

#[tokio::test]
async fn a_released_port_is_closed_when_that_is_answered() {
    let mut bench = Bench::online("").await;
    let device = device(&bench);
    assert!(bench.gateway.has_open(&device));
    let board = done(&bench.gateway, "release", "{\"for\":60}").await;
    assert!(!bench.gateway.has_open(&device));
    assert_eq!(
        (&board["state"], &board["reason"], &board["link"]),
        (&json!("offline"), &json!("released"), &json!("serial"))
    );
    let words = ["is free for 1m", " UTC", "boardcast resume greenhouse"];
    check_detail(&board, &device, &words);
    let event = bench.subscriber.next_of("board").await;
    assert_eq!(event["reason"], "released");
    assert_eq!(event["detail"], board["detail"]);
    let board = done(&bench.gateway, "resume", "").await;
    assert_eq!(board["state"], "online");
    assert!(bench.gateway.has_open(&device));
    bench.subscriber.state("greenhouse", "online").await;
    bench.usb.print("\nt:1\n").await;
    assert_eq!(bench.events(1).await, [json!({"values": {"t": 1}})]);
}

#[tokio::test]
async fn a_released_port_comes_back_by_itself() {
    let mut bench = Bench::online("").await;
    done(&bench.gateway, "release", "{\"for\":1}").await;
    let offline = bench.subscriber.next_of("board").await;
    let online = bench.subscriber.state("greenhouse", "online").await;
    let between = online["time"].as_f64().unwrap() - offline["time"].as_f64().unwrap();
    assert!(between >= 900.0, "{between} ms");
}

#[tokio::test]
async fn a_board_that_named_itself_is_released_by_its_ports_name_too() {
    let mut usb = Usb::plugged("greenhouse");
    let gateway = Gateway::start(&usb.toml("trust_hello = true")).await;
    let mut subscriber = gateway.subscriber("").await;
    subscriber.state("greenhouse", "online").await;
    usb.print("{\"board\":\"lab\"}\n").await;
    subscriber.state("lab", "online").await;
    let board = done(&gateway, "release", "").await;
    assert_eq!(
        (&board["board"], &board["reason"]),
        (&json!("lab"), &json!("released"))
    );
    let board = done(&gateway, "resume", "").await;
    assert_eq!(
        (&board["board"], &board["state"]),
        (&json!("greenhouse"), &json!("online"))
    );
}

#[tokio::test]
async fn a_release_again_restarts_the_time() {
    let mut bench = Bench::online("").await;
    done(&bench.gateway, "release", "{\"for\":1}").await;
    let longer = done(&bench.gateway, "release", "{\"for\":120}").await;
    check_detail(&longer, &device(&bench), &["is free for 2m"]);
    done(&bench.gateway, "release", "{\"for\":1}").await;
    bench.subscriber.state("greenhouse", "online").await;
}

#[tokio::test]
async fn resuming_what_is_not_released_changes_nothing() {
    let bench = Bench::online("").await;
    let before = bench.gateway.get_json("/api/boards/greenhouse").await;
    assert_eq!(done(&bench.gateway, "resume", "").await, before);
}

#[tokio::test]
async fn an_absent_port_is_not_opened_until_it_is_resumed() {
    let mut usb = Usb::absent("greenhouse");
    let gateway = Gateway::start(&usb.toml("")).await;
    let mut subscriber = gateway.subscriber("").await;
    subscriber.state("greenhouse", "offline").await;
    let board = done(&gateway, "release", "").await;
    check_detail(&board, usb.port.link(), &["is free for 1m"]);
    usb.port.plug().unwrap();
    // Its node is known as soon as it is there.
    let device = usb.port.device().unwrap().to_owned();
    let found = subscriber
        .wait_for(|event| {
            event["detail"]
                .as_str()
                .is_some_and(|d| d.starts_with(device.to_str().unwrap()))
        })
        .await;
    assert_eq!(found["reason"], "released");
    assert!(!gateway.has_open(&device));
    let board = done(&gateway, "resume", "").await;
    assert_eq!(board["state"], "online");
}

#[tokio::test]
async fn a_reload_keeps_the_release() {
    let mut bench = Bench::online("").await;
    done(&bench.gateway, "release", "").await;
    let toml = bench.usb.toml("");
    bench
        .gateway
        .rewrite(&format!("{toml}\n[wifi]\nping_interval = \"7s\"\n"));
    bench.gateway.signal(rustix::process::Signal::HUP);
    bench.gateway.until_said("configuration reloaded").await;
    // One whose table has changed as well.
    let toml = bench.usb.toml("baud = 9600\n");
    bench.gateway.rewrite(&toml);
    bench.gateway.signal(rustix::process::Signal::HUP);
    bench.subscriber.state("greenhouse", "connecting").await;
    let again = bench.subscriber.next_of("board").await;
    assert_eq!(again["reason"], "released", "{again}");
    assert!(!bench.gateway.has_open(&device(&bench)));
    done(&bench.gateway, "resume", "").await;
    bench.subscriber.state("greenhouse", "online").await;
}

#[tokio::test]
async fn a_command_for_a_released_port_says_that_it_is() {
    let bench = Bench::online("").await;
    done(&bench.gateway, "release", "").await;
    let answer = ask(&bench.gateway, "command", "{\"data\":\"LED ON\"}").await;
    assert_eq!(answer.status, 409);
    let error = &answer.json()["error"];
    assert_eq!(error["code"], "board_offline");
    assert!(
        error["message"].as_str().unwrap().contains("is released"),
        "{error}"
    );
}

async fn check(gateway: &Gateway, method: &str, path: &str, body: &str, wanted: (u16, &str)) {
    let answer = gateway
        .http(method, &format!("/api/boards/{path}"), &[], body)
        .await;
    assert_eq!(
        (answer.status, &*answer.code()),
        wanted,
        "{method} {path} {body}"
    );
    if answer.status == 405 {
        assert_eq!(answer.header("Allow"), Some("POST"));
    }
}

#[tokio::test]
async fn what_cannot_be_released_says_why() {
    let bench = Bench::online("").await;
    let gateway = &bench.gateway;
    gateway.post("porch", "t:1").await;
    let bad = (400, "bad_message");
    for body in [
        "{\"for\":0}",
        "{\"for\":3601}",
        "{\"for\":\"60s\"}",
        "[60]",
        "60s",
    ] {
        check(gateway, "POST", "greenhouse/release", body, bad).await;
    }
    for what in ["release", "resume"] {
        let path = |board: &str| format!("{board}/{what}");
        check(gateway, "POST", &path("attic"), "", (404, "unknown_board")).await;
        check(gateway, "POST", &path("porch"), "", (409, "no_port")).await;
        for method in ["GET", "PUT", "DELETE"] {
            let wanted = (405, "method_not_allowed");
            check(gateway, method, &path("greenhouse"), "", wanted).await;
        }
    }
    let origin = [("Origin", "http://evil.example")];
    let path = "/api/boards/greenhouse/release";
    let answer = gateway.http("POST", path, &origin, "").await;
    assert_eq!((answer.status, &*answer.code()), (403, "forbidden"));
    assert!(gateway.has_open(&device(&bench)));
}

#[tokio::test]
async fn a_viewer_may_not_release() {
    let access = "[server]\nlisten = \"0.0.0.0:0\"\n[access]\nanonymous = \"viewer\"\n";
    let bench = Bench::online_with("", access).await;
    for what in ["release", "resume"] {
        let path = format!("greenhouse/{what}");
        check(&bench.gateway, "POST", &path, "", (403, "forbidden")).await;
    }
    assert!(bench.gateway.has_open(&device(&bench)));
}
