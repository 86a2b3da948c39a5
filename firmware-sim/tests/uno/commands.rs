//! Commands reach a real sketch, and its answers are their results.

use firmware_sim::uno::{Level, Pin, Sketch};

use super::Bench;
use crate::support::json;
use crate::support::uno::told;

/// Sends one command and compares its final result.
async fn check(bench: &mut Bench, command: &str, status: &str, reply: &str) {
    let command = json!({"type": "command", "id": 1, "board": "commands", "data": command});
    bench.subscriber.send(&command).await;
    let result = bench
        .subscriber
        .wait_for(|message| message["type"] == "result" && message["status"] != "written");
    let result = result.await;
    assert_eq!(result["status"], status, "{command}: {result}");
    assert_eq!(result["reply"], reply, "{command}: {result}");
}

async fn led(bench: &Bench, level: Level) {
    let is_so = bench
        .board
        .uno
        .until("the LED", |board| board.level(Pin::LED) == level);
    told(is_so.await);
}

#[tokio::test]
async fn a_command_lights_the_led_and_its_answer_is_the_result() {
    let keys = "ack = \"^ok\"\nnack = \"^err\"\n";
    let mut bench = Bench::online(Sketch::COMMANDS, keys).await;
    bench.reading().await;
    assert_eq!(bench.board.uno.pin(Pin::LED), Level::Low);
    check(&mut bench, "LED ON", "acked", "ok LED ON").await;
    led(&bench, Level::High).await;
    check(&mut bench, "JUMP", "nacked", "err unknown command JUMP").await;
    assert_eq!(bench.board.uno.pin(Pin::LED), Level::High);
    check(&mut bench, "LED OFF", "acked", "ok LED OFF").await;
    led(&bench, Level::Low).await;
}
