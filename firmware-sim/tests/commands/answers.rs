//! Boards that answer: `ack` and `nack`.

use super::Bench;
use crate::support::json;

const ACK: &str = "ack = \"^ok\"\nnack = \"^err\"\n";

#[tokio::test]
async fn an_answer_is_the_final_result_and_an_event() {
    let mut bench = Bench::online(ACK).await;
    bench.send(1, "LED ON", 5.0).await;
    assert_eq!(bench.result().await["status"], "written");
    assert_eq!(bench.usb.hear(b'\n').await, "LED ON\n");
    bench.usb.print("ok led on\r\n").await;
    let (first, second) = (bench.sender.next().await, bench.sender.next().await);
    let is_text = first["type"] == "text";
    let (text, result) = if is_text {
        (first, second)
    } else {
        (second, first)
    };
    assert_eq!(text["text"], "ok led on");
    assert_eq!(
        (&result["status"], &result["reply"]),
        (&json!("acked"), &json!("ok led on"))
    );
}

#[tokio::test]
async fn a_refusal_is_nacked() {
    let mut bench = Bench::online(ACK).await;
    bench.send(1, "JUMP", 5.0).await;
    bench.usb.hear(b'\n').await;
    bench.usb.print("t:1\nerr unknown command\n").await;
    assert_eq!(bench.result().await["status"], "written");
    let result = bench.result().await;
    assert_eq!(result["status"], "nacked");
    assert_eq!(result["reply"], "err unknown command");
}

#[tokio::test]
async fn one_command_at_a_time_is_out() {
    let mut bench = Bench::online(ACK).await;
    for id in 1..=3 {
        bench.send(id, &format!("GO {id}"), 5.0).await;
    }
    for id in 1..=3 {
        let written = bench.result().await;
        assert_eq!(
            (&written["id"], &written["status"]),
            (&json!(id), &json!("written"))
        );
        assert_eq!(bench.usb.hear(b'\n').await, format!("GO {id}\n"));
        bench.usb.print(format!("ok {id}\n")).await;
        let acked = bench.result().await;
        assert_eq!(
            (&acked["id"], &acked["reply"]),
            (&json!(id), &json!(format!("ok {id}")))
        );
    }
}

#[tokio::test]
async fn no_answer_in_time_is_a_timeout_and_a_late_one_only_an_event() {
    let mut bench = Bench::online(ACK).await;
    bench.send(1, "SLEEP", 0.2).await;
    assert_eq!(bench.result().await["status"], "written");
    assert_eq!(bench.result().await["status"], "timeout");
    bench.usb.hear(b'\n').await;
    bench.usb.print("ok at last\nt:1\n").await;
    assert_eq!(bench.sender.next().await["text"], "ok at last");
    assert_eq!(bench.sender.next().await["type"], "reading");
}

#[tokio::test]
async fn a_command_that_waited_too_long_expires_unwritten() {
    let mut bench = Bench::online(ACK).await;
    bench.send(1, "SLOW", 5.0).await;
    assert_eq!(bench.result().await["status"], "written");
    bench.send(2, "LATE", 0.2).await;
    let expired = bench.result().await;
    assert_eq!(
        (&expired["id"], &expired["status"]),
        (&json!(2), &json!("failed"))
    );
    assert_eq!(expired["error"]["code"], "expired");
    bench.usb.print("ok\n").await;
    assert_eq!(bench.result().await["status"], "acked");
    bench.send(3, "NEXT", 5.0).await;
    assert_eq!(bench.usb.hear(b'\n').await, "SLOW\n");
    assert_eq!(bench.usb.hear(b'\n').await, "NEXT\n");
}

#[tokio::test]
async fn sixteen_commands_wait_and_no_more() {
    let mut bench = Bench::online(ACK).await;
    bench.send(0, "OUT", 5.0).await;
    assert_eq!(bench.result().await["status"], "written");
    for id in 1..=17 {
        bench.send(id, "WAIT", 5.0).await;
    }
    let full = bench.result().await;
    assert_eq!(
        (&full["id"], &full["error"]["code"]),
        (&json!(17), &json!("queue_full"))
    );
}

#[tokio::test]
async fn unplugging_ends_every_command_that_is_out_or_waits() {
    let mut bench = Bench::online(ACK).await;
    bench.send(0, "OUT", 60.0).await;
    assert_eq!(bench.result().await["status"], "written");
    bench.send(1, "WAIT", 60.0).await;
    bench.usb.port.unplug();
    let mut ids = Vec::new();
    for _ in 0..2 {
        let result = bench.result().await;
        assert_ne!(result["status"], "written", "{result}");
        ids.push(result["id"].as_u64().unwrap());
    }
    ids.sort_unstable();
    assert_eq!(ids, [0, 1]);
}

#[tokio::test]
async fn a_torn_line_may_be_an_answer() {
    let mut bench = Bench::online(ACK).await;
    bench.usb.port.unplug();
    bench.sender.state("greenhouse", "offline").await;
    bench.usb.port.plug().unwrap();
    bench.sender.state("greenhouse", "online").await;
    bench.send(1, "LED ON", 5.0).await;
    bench.usb.hear(b'\n').await;
    bench.usb.print("ok led on\n").await;
    assert_eq!(bench.result().await["status"], "written");
    assert_eq!(bench.result().await["status"], "acked");
}

#[tokio::test]
async fn a_websocket_board_may_answer_too() {
    let config = "[[board]]\nboard = \"porch\"\nack = \"^ok\"\n";
    let gateway = crate::support::Gateway::start(config).await;
    let mut sender = gateway.subscriber("?boards=none").await;
    let mut board = gateway.ws("/board/porch", &[]).await;
    board.send("t:1").await;
    let command = json!({"type": "command", "id": 1, "board": "porch", "data": {"led": 1}});
    sender.send(&command).await;
    assert_eq!(board.text().await, "{\"led\":1}");
    board.send("ok").await;
    assert_eq!(sender.next().await["status"], "written");
    assert_eq!(sender.next().await["status"], "acked");
}
