//! Resets tear lines: what is torn is text, and never a reading.

use firmware_sim::uno::{Opening, Sketch, Uno};

use super::Bench;
use crate::support::uno::{told, workshop};
use crate::support::{Gateway, UnoBoard, Value, json};

/// Every value of a reading is what the sketch could have measured.
fn check(reading: &Value) {
    let values = reading["values"].as_object().unwrap();
    let names: Vec<_> = values.keys().map(String::as_str).collect();
    assert_eq!(names, ["n", "ms", "a0"], "{reading}");
    let number = values["n"].as_u64().unwrap();
    let due = 20 * (number + 1);
    let ms = values["ms"].as_u64().unwrap();
    assert!((due..due + 20).contains(&ms), "{reading}");
    assert_eq!(values["a0"], 0, "{reading}");
}

#[tokio::test]
async fn the_first_line_after_opening_is_marked_as_torn() {
    let board = UnoBoard::start(Sketch::SERIAL_JSON).await;
    // The board talks to nobody for a moment; its USB chip holds the end of a line.
    let first = Gateway::start(&board.toml("")).await;
    let mut subscriber = first.subscriber("").await;
    subscriber.reading("serial-json").await;
    drop(first);
    told(
        board
            .uno
            .until("it to be closed", |board| !board.is_open)
            .await,
    );
    let gateway = Gateway::start(&board.toml("")).await;
    let mut subscriber = gateway.subscriber("").await;
    subscriber.state("serial-json", "online").await;
    let torn = subscriber.next().await;
    assert_eq!(torn["type"], "text", "{torn}");
    assert_eq!(torn["partial"], true, "{torn}");
    loop {
        let event = subscriber.next().await;
        if event["type"] == "text" {
            continue;
        }
        check(&event);
        if event["values"]["n"] == 3 {
            break;
        }
    }
}

#[tokio::test]
async fn a_line_cut_by_a_reset_is_never_a_reading() {
    let mut bench = Bench::online(Sketch::SERIAL_JSON, "").await;
    check(&bench.subscriber.next_of("reading").await);
    for _ in 0..3 {
        told(bench.board.uno.reset_midline().await);
        loop {
            let event = bench.subscriber.next().await;
            if event["type"] == "reading" {
                check(&event);
                continue;
            }
            // Glued, since the port has stayed open, and no line end came.
            let text = event["text"].as_str().unwrap();
            assert!(text.starts_with("{\"n\":"), "{event}");
            assert!(text.ends_with("serial-json starts"), "{event}");
            assert_eq!(event.get("partial"), None, "{event}");
            break;
        }
        let first = bench.subscriber.next_of("reading").await;
        assert_eq!(first["values"]["n"], 0, "{first}");
    }
    assert_eq!(bench.gateway.dropped("serial-json", "malformed").await, 3);
}

#[tokio::test]
async fn a_reset_by_the_watchdog_is_never_a_reading() {
    let mut bench = Bench::online(Sketch::GREENHOUSE, "").await;
    bench.reading().await;
    let hang = json!({"type": "command", "id": 1, "board": "greenhouse", "data": "hang"});
    bench.subscriber.send(&hang).await;
    let is_cut = |event: &Value| {
        let text = event["text"].as_str().unwrap_or_default();
        text.starts_with("{\"n\":") && text.ends_with(",\"temperagreenhouse starts")
    };
    bench.subscriber.wait_for(is_cut).await;
    assert_eq!(bench.board.uno.board().bites, 1);
    assert_eq!(bench.reading().await["n"], 0);
}

#[tokio::test]
async fn a_board_without_the_reset_trace_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("ttyUNO");
    let uno = Uno::start(&workshop(), &Sketch::SERIAL_JSON, &link, Opening::Quiet).await;
    let mut uno = told(uno);
    let table = format!(
        "[[serial]]\nboard = \"quiet\"\nport = \"{}\"\n",
        link.display()
    );
    let gateway = Gateway::start(&table).await;
    let mut subscriber = gateway.subscriber("").await;
    subscriber.reading("quiet").await;
    assert_eq!(uno.board().resets, 1, "only by plugging in");
    told(uno.reset().await);
    let is_first = |event: &Value| event["values"]["n"] == 0;
    subscriber.wait_for(is_first).await;
    assert_eq!(uno.board().resets, 2);
}
