use std::sync::{Arc, Mutex};
use std::time::Duration;

use regex::Regex;

use super::queue::MAX_WAITING;
use super::*;
use crate::config::{Pattern, ReadingSettings};
use crate::wire::Outcome;

type Said = Arc<Mutex<Vec<String>>>;

fn queue(ack: Option<&str>) -> Queue {
    let pattern = |text: &str| Pattern(Regex::new(text).unwrap());
    let settings = ReadingSettings {
        ack: ack.map(pattern),
        nack: ack.map(|_| pattern("^err")),
        ..ReadingSettings::default()
    };
    Queue::new(Arc::new(settings), "\n")
}

fn push(queue: &Queue, said: &Said, text: &str, ttl: u64) {
    let (said, name) = (said.clone(), text.to_owned());
    let tell = move |outcome: Outcome, _| {
        let code = outcome.error.map(|error| format!("{:?}", error.code));
        let detail = outcome.reply.or(code).unwrap_or_default();
        said.lock().unwrap().push(
            format!("{name} {:?} {detail}", outcome.status)
                .trim_end()
                .to_owned(),
        );
    };
    queue.push(text, Duration::from_secs(ttl), Ticket::new("b", tell));
}

fn said(said: &Said) -> Vec<String> {
    std::mem::take(&mut said.lock().unwrap())
}

#[tokio::test(start_paused = true)]
async fn without_answers_written_is_final() {
    let (queue, log) = (queue(None), Said::default());
    push(&queue, &log, "a", 5);
    let outgoing = queue.next().await;
    assert_eq!(outgoing.bytes(), b"a\n");
    queue.written(outgoing);
    queue.heard("ok");
    assert_eq!(said(&log), ["a Written"]);
}

#[tokio::test(start_paused = true)]
async fn with_answers_one_is_out_at_a_time() {
    let (queue, log) = (queue(Some("^ok")), Said::default());
    for text in ["a", "b", "c"] {
        push(&queue, &log, text, 5);
    }
    queue.written(queue.next().await);
    queue.heard("noise");
    assert!(
        tokio::time::timeout(Duration::from_secs(1), queue.next())
            .await
            .is_err()
    );
    queue.heard("ok 1");
    queue.written(queue.next().await);
    queue.heard("err 2");
    let third = queue.next().await;
    queue.heard("ok 3");
    queue.written(third);
    let wanted = [
        "a Written",
        "a Acked ok 1",
        "b Written",
        "b Nacked err 2",
        "c Written",
        "c Acked ok 3",
    ];
    assert_eq!(said(&log), wanted);
}

#[tokio::test(start_paused = true)]
async fn time_runs_from_receipt_and_from_writing() {
    let (queue, log) = (queue(Some("^ok")), Said::default());
    push(&queue, &log, "a", 3);
    queue.written(queue.next().await);
    push(&queue, &log, "b", 2);
    push(&queue, &log, "c", 60);
    let next = queue.next().await;
    assert_eq!(next.bytes(), b"c\n");
    assert_eq!(said(&log), ["a Written", "b Failed Expired", "a Timeout"]);
}

#[tokio::test(start_paused = true)]
async fn every_command_has_one_final_result() {
    let (queue, log) = (queue(None), Said::default());
    for number in 0..=MAX_WAITING {
        push(&queue, &log, &number.to_string(), 5);
    }
    assert_eq!(said(&log), ["16 Failed QueueFull"]);
    drop(queue.next().await);
    assert_eq!(said(&log), ["0 Failed BoardOffline"]);
    queue.close();
    assert_eq!(said(&log).len(), MAX_WAITING - 1);
    push(&queue, &log, "late", 5);
    assert_eq!(said(&log), ["late Failed BoardOffline"]);
}
