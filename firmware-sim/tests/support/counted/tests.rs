//! Stories of one board and one subscriber, and what is found in them.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Books, Moment, View};

/// What the subscriber hears in these stories: `hello STREAM HEAD`, `resumed STREAM HEAD`,
/// `snapshot SEQ N`, `gap FROM TO`, `n SEQ N SESSION`, `text SEQ`.
fn message(story: &str) -> Value {
    let words: Vec<&str> = story.split(' ').collect();
    let number = |index: usize| words[index].parse::<u64>().unwrap();
    match words[0] {
        "hello" => {
            json!({"type": "hello", "stream": words[1], "seq": number(2), "resumed": false})
        }
        "resumed" => {
            json!({"type": "hello", "stream": words[1], "seq": number(2), "resumed": true})
        }
        "snapshot" => json!({"type": "board", "board": "b", "seq": number(1),
            "last": {"seq": number(1), "values": {"n": number(2)}}}),
        "gap" => json!({"type": "gap", "from": number(1), "to": number(2), "missed": 9}),
        "n" => json!({"type": "reading", "board": "b", "seq": number(1),
            "values": {"n": number(2), "session": number(3)}}),
        "text" => json!({"type": "text", "board": "b", "seq": number(1), "text": ""}),
        other => panic!("{other}"),
    }
}

/// What was sent: `SESSION`, `SESSION ok` if acknowledged, `SESSION SEQ` with its number.
fn books(sent: &[&str]) -> Books {
    let mut books = Books::default();
    for (index, story) in sent.iter().enumerate() {
        let (session, taken) = story.split_once(' ').unwrap_or((story, ""));
        let session = session.parse().unwrap();
        let (n, at) = (
            books.send("b", session),
            Duration::from_millis(100 * index as u64),
        );
        match taken {
            "" => {}
            "ok" => books.taken_up_to("b", n, session, at),
            seq => books.taken("b", n, seq.parse().unwrap(), at),
        }
    }
    books
}

/// `wanted` is `told, before a beginning, unsent, unexplained`.
fn check(sent: &[&str], heard: &[&str], wanted: [u64; 4]) {
    let mut view = View::default();
    heard.iter().for_each(|story| view.hear(&message(story)));
    let verdict = books(sent).judge(&view, Moment::AtTheEnd);
    let found = [
        verdict.told,
        verdict.before_a_beginning,
        verdict.unsent,
        verdict.unexplained,
    ];
    assert_eq!(found, wanted, "{verdict}");
    assert_eq!(verdict.is_good(), wanted[3] == 0, "{verdict}");
}

#[track_caller]
fn check_wrong(heard: &[&str], wanted: &str) {
    let mut view = View::default();
    heard.iter().for_each(|story| view.hear(&message(story)));
    assert_eq!(view.wrongs, 1, "{:?}", view.wrong);
    assert!(view.wrong[0].contains(wanted), "{:?}", view.wrong);
}

#[test]
fn everything_came() {
    let heard = ["hello s 0", "n 1 1 0", "text 2", "n 3 2 0", "n 5 3 0"];
    check(&["0 1", "0 3", "0 5"], &heard, [0; 4]);
}

#[test]
fn what_was_acknowledged_and_never_came_is_a_loss() {
    check(
        &["0 1", "0 2", "0 3"],
        &["hello s 0", "n 1 1 0", "n 3 3 0"],
        [0, 0, 0, 1],
    );
    check(&["0 1", "0 2"], &["hello s 0", "n 1 1 0"], [0, 0, 0, 1]);
    check(&["0 1"], &["hello s 0"], [0, 0, 0, 1]);
}

#[test]
fn what_was_never_acknowledged_is_none() {
    check(
        &["0 1", "0", "0 3"],
        &["hello s 0", "n 1 1 0", "n 3 3 0"],
        [0, 0, 1, 0],
    );
}

#[test]
fn what_came_before_the_first_snapshot_is_not_owed() {
    check(
        &["0 1", "0 2", "0 3"],
        &["hello s 2", "snapshot 2 2", "n 3 3 0"],
        [0; 4],
    );
}

#[test]
fn inside_a_session_a_later_line_acknowledges_an_earlier_one() {
    check(
        &["1", "1", "1"],
        &["hello s 0", "n 1 1 1", "n 3 3 1"],
        [0, 0, 0, 1],
    );
    check(
        &["1", "1", "2"],
        &["hello s 0", "n 1 1 1", "n 3 3 2"],
        [0, 0, 1, 0],
    );
}

#[test]
fn a_gap_tells_what_lies_in_it() {
    let heard = [
        "hello s 0",
        "n 1 1 0",
        "resumed s 1",
        "gap 2 1001",
        "n 1002 3 0",
    ];
    check(&["0 1", "0 2", "0 1002"], &heard, [1, 0, 0, 0]);
    let heard = ["hello s 0", "n 1 1 0", "resumed s 9", "gap 5 9", "n 10 3 0"];
    check(&["0 1", "0 2", "0 10"], &heard, [0, 0, 0, 1]);
}

#[test]
fn without_a_number_a_gap_at_the_right_time_will_do() {
    let heard = ["hello s 0", "n 1 1 1", "resumed s 9", "gap 5 9", "n 10 3 2"];
    check(&["1 ok", "1 ok", "2 ok"], &heard, [1, 0, 0, 0]);
    let heard = ["hello s 0", "gap 1 2", "n 3 1 1", "n 4 3 2", "gap 5 6"];
    check(&["1 ok", "1 ok", "2 ok"], &heard, [0, 0, 0, 1]);
}

#[test]
fn another_stream_promises_nothing_of_the_time_before() {
    let heard = [
        "hello s 0",
        "n 1 1 0",
        "hello t 1",
        "snapshot 1 3",
        "n 2 4 0",
    ];
    check(&["0 1", "0 2", "0 1", "0 2"], &heard, [0, 2, 0, 0]);
}

#[test]
fn another_id_of_the_same_numbers_changes_nothing() {
    let heard = ["hello s 0", "n 1 1 0", "resumed t 1", "n 2 2 0"];
    check(&["0 1", "0 2"], &heard, [0; 4]);
}

#[test]
fn a_missed_resume_tells_by_its_gap() {
    let heard = [
        "hello s 0",
        "n 1 1 0",
        "hello s 4",
        "gap 2 4",
        "snapshot 4 3",
        "n 5 4 0",
    ];
    check(&["0 1", "0 2", "0 3", "0 5"], &heard, [2, 0, 0, 0]);
}

#[test]
fn numbers_never_come_twice_and_never_go_back() {
    check_wrong(&["hello s 0", "n 1 1 0", "text 1"], "after 1");
    check_wrong(&["hello s 0", "n 5 1 0", "resumed s 4"], "behind 5");
    check_wrong(&["hello s 0", "n 1 1 0", "n 2 1 0"], "came after number 1");
    check_wrong(&["hello s 9", "gap 5 8"], "a gap after 9");
}

#[test]
fn a_kill_is_compared_with_what_it_has_undone() {
    let mut books = books(&["0 1", "0 2", "0 3", "0 1004"]);
    books.killed(Duration::from_millis(350));
    let mut view = View::default();
    let heard = ["hello s 0", "n 1 1 0", "gap 2 1003", "n 1004 4 0"];
    heard.iter().for_each(|story| view.hear(&message(story)));
    let verdict = books.judge(&view, Moment::During);
    assert_eq!(verdict.told, 2, "{verdict}");
    assert_eq!(verdict.oldest, Duration::from_millis(250));
}

#[test]
fn a_subscriber_asks_to_go_on() {
    let mut view = View::default();
    assert_eq!(view.query(""), "");
    assert_eq!(view.query("a,b-*"), "?boards=a,b-*");
    view.hear(&message("hello s 4"));
    view.hear(&message("n 7 1 0"));
    assert_eq!(view.query(""), "?stream=s&since=7");
}
