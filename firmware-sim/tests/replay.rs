//! `boardcast replay`: a subscriber sees what the recorded board said.

use tempfile::TempDir;

use crate::support::{Gateway, Program, Subscriber, Value, json};

const LOG: &str = "# boardcast log 1: a test\n\
    100.0 open\n\
    100.5 \"orn:1\\r\\n\"\n\
    101.0 \"temp:23.5\\r\\ntemp:2\"\n\
    101.0 close\n\
    105.0 open\n\
    105.1 \"3.5\\r\\n\"\n\
    110.0 \"temp:24\\r\\n\"\n";

/// A directory with this log as `my lab.log`, and a configuration with a free port.
fn folder(log: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("my lab.log"), log).unwrap();
    let config = "[server]\nlisten = \"127.0.0.1:0\"\n\
                  [[serial]]\nboard = \"attic\"\nport = \"/dev/nowhere\"\n\
                  [serial.channels.temp]\nrename = \"air\"\n";
    std::fs::write(folder.path().join("config.toml"), config).unwrap();
    folder
}

async fn play(arguments: &[&str]) -> (Program, Subscriber) {
    let all = [
        &["replay", "my lab.log", "--config", "config.toml"],
        arguments,
    ]
    .concat();
    let mut program = Program::start(folder(LOG), &all);
    let gateway = program.listening().await;
    let subscriber = Subscriber::connect(gateway, "?history=100").await;
    (program, subscriber)
}

/// What the board says, and when it is gone.
async fn said(subscriber: &mut Subscriber, board: &str, count: usize) -> Vec<Value> {
    let mut said = Vec::new();
    while said.len() < count {
        let event = subscriber.next().await;
        assert_eq!(event["board"], board, "{event}");
        match event["type"].as_str() {
            Some("reading") => said.push(event["values"].clone()),
            Some("text") => said.push(event["text"].clone()),
            _ if event["state"] == "offline" => said.push(event["reason"].clone()),
            _ => {}
        }
    }
    said
}

#[tokio::test]
async fn a_subscriber_sees_what_was_recorded_with_its_unplug() {
    let (mut program, mut subscriber) = play(&["--speed", "10"]).await;
    let wanted = [
        json!("orn:1"),
        json!({"temp": 23.5}),
        json!("unplugged"),
        json!("3.5"),
        json!({"temp": 24}),
    ];
    let found = said(&mut subscriber, "my-lab", wanted.len()).await;
    assert_eq!(found, wanted);
    program
        .until_said("my lab.log has ended; the gateway serves until Ctrl-C", 1)
        .await;
    let started = program.said();
    assert!(
        started.contains("my lab.log (1.0 s) is board my-lab on http://127.0.0.1:"),
        "{started}"
    );
    assert_eq!(program.interrupt().await, Some(0));
}

#[tokio::test]
async fn a_named_board_has_its_settings_and_may_be_repeated() {
    let (mut program, mut subscriber) =
        play(&["--board", "attic", "--speed", "100", "--repeat"]).await;
    for _ in 0..2 {
        let end = |event: &Value| event["values"]["air"] == 24;
        subscriber.wait_for(end).await;
    }
    assert_eq!(program.interrupt().await, Some(0));
}

#[tokio::test]
async fn a_log_with_a_mistake_is_refused_before_the_gateway_starts() {
    let folder = folder(&LOG.replace("close", "closed"));
    let refused = Gateway::refused_with(&folder, &["replay", "my lab.log"]).await;
    let wanted = "boardcast: my lab.log: line 5: `closed` is not `open`, `close` or bytes in double quotes\n";
    assert_eq!((refused.said.as_str(), refused.code), (wanted, Some(1)));
    let refused = Gateway::refused_with(&folder, &["replay", "config.toml"]).await;
    assert!(
        refused.said.contains("config.toml: line 1: not a log"),
        "{}",
        refused.said
    );
}
