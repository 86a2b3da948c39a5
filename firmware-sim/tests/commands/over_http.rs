//! Commands over HTTP: the final result, and a status that says the same.

use super::Bench;
use crate::support::{Gateway, Usb, Value, json};

async fn post(gateway: &Gateway, board: &str, data: Value, ttl: f64) -> (u16, Value) {
    let body = json!({"id": 1, "data": data, "ttl": ttl}).to_string();
    let answer = gateway
        .http("POST", &format!("/api/boards/{board}/command"), &[], body)
        .await;
    (answer.status, answer.json())
}

async fn check(gateway: &Gateway, board: &str, data: Value, status: u16, code: &str) {
    let (found, result) = post(gateway, board, data, 5.0).await;
    assert_eq!(found, status, "{result}");
    assert_eq!(result["status"], "failed", "{result}");
    assert_eq!(result["error"]["code"], code, "{result}");
}

#[tokio::test]
async fn written_is_200() {
    let mut bench = Bench::online("").await;
    let (status, result) = post(&bench.gateway, "greenhouse", json!("LED ON"), 5.0).await;
    assert_eq!(
        (status, &result["status"]),
        (200, &json!("written")),
        "{result}"
    );
    assert_eq!(result["board"], "greenhouse");
    assert_eq!(bench.usb.hear(b'\n').await, "LED ON\n");
}

#[tokio::test]
async fn the_answer_waits_for_the_final_result() {
    let Bench {
        mut usb, gateway, ..
    } = Bench::online("ack = \"^ok\"\nnack = \"^err\"\n").await;
    for (reply, expected) in [("ok", "acked"), ("err no", "nacked")] {
        let board = async {
            usb.hear(b'\n').await;
            usb.print(format!("{reply}\n")).await;
        };
        let command = post(&gateway, "greenhouse", json!("x"), 5.0);
        let ((status, result), ()) = tokio::join!(command, board);
        assert_eq!(
            (status, &result["status"]),
            (200, &json!(expected)),
            "{result}"
        );
        assert_eq!(result["reply"], reply);
    }
}

#[tokio::test]
async fn no_answer_in_time_is_504() {
    let bench = Bench::online("ack = \"^ok\"\n").await;
    let (status, result) = post(&bench.gateway, "greenhouse", json!("x"), 0.2).await;
    assert_eq!(
        (status, &result["status"]),
        (504, &json!("timeout")),
        "{result}"
    );
}

#[tokio::test]
async fn an_expired_command_is_504_too() {
    let mut bench = Bench::online("ack = \"^ok\"\n").await;
    bench.send(1, "SLOW", 30.0).await;
    assert_eq!(bench.result().await["status"], "written");
    let (status, result) = post(&bench.gateway, "greenhouse", json!("x"), 0.2).await;
    assert_eq!(
        (status, &result["error"]["code"]),
        (504, &json!("expired")),
        "{result}"
    );
}

#[tokio::test]
async fn a_full_queue_is_429() {
    let mut bench = Bench::online("ack = \"^ok\"\n").await;
    bench.send(0, "OUT", 30.0).await;
    assert_eq!(bench.result().await["status"], "written");
    for id in 1..=17 {
        bench.send(id, "WAIT", 30.0).await;
    }
    assert_eq!(bench.result().await["error"]["code"], "queue_full");
    check(&bench.gateway, "greenhouse", json!("x"), 429, "queue_full").await;
}

#[tokio::test]
async fn what_cannot_be_done_has_its_status() {
    let usb = Usb::absent("greenhouse");
    let gateway = Gateway::start(&usb.toml("")).await;
    gateway.post("mailbox", "t:1").await;
    let _porch = gateway.ws("/board/porch", &[]).await;
    check(&gateway, "nobody", json!("x"), 404, "unknown_board").await;
    check(&gateway, "greenhouse", json!("x"), 409, "board_offline").await;
    check(&gateway, "mailbox", json!("x"), 409, "read_only").await;
    check(&gateway, "porch", json!("x".repeat(1001)), 413, "too_long").await;
    check(&gateway, "porch", json!("a\nb"), 400, "invalid").await;
}

#[tokio::test]
async fn a_body_that_is_no_command_is_400() {
    let bench = Bench::online("").await;
    for body in ["", "LED ON", "[]", "{}"] {
        let path = "/api/boards/greenhouse/command";
        let answer = bench.gateway.http("POST", path, &[], body).await;
        assert_eq!(answer.status, 400, "{body}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_board_may_answer_by_a_post() {
    let toml = "[[board]]\nboard = \"porch\"\nack = \"^ok\"\n";
    let gateway = Gateway::start(toml).await;
    let mut board = gateway.ws("/board/porch", &[]).await;
    let answers = async {
        assert_eq!(board.text().await, "x");
        gateway.post("porch", "ok x").await;
    };
    let command = post(&gateway, "porch", json!("x"), 5.0);
    let ((status, result), ()) = tokio::join!(command, answers);
    assert_eq!(
        (status, &result["reply"]),
        (200, &json!("ok x")),
        "{result}"
    );
}
