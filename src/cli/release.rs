//! `boardcast release` and `boardcast resume`: a port for another program, and back.

use std::process::ExitCode;
use std::time::Duration;

use hyper::StatusCode;
use serde_json::{Value, json};

use super::address::Address;
use super::ask::ask;
use crate::config::units::parse_duration;
use crate::name::BoardName;
use crate::wire::release::BOUNDS;

/// Reads how long a port is to be released.
///
/// # Errors
/// What is wrong, as the end of a sentence about the text.
pub(super) fn span(text: &str) -> Result<Duration, String> {
    let span = parse_duration(text)?;
    match BOUNDS.contains(&span.as_secs_f64()) {
        true => Ok(span),
        false => Err("does not lie between 1s and 1h".to_owned()),
    }
}

/// Asks the gateway to close the board's port, and says for how long. Success is that the
/// port is closed.
pub(super) fn release(address: &Address, board: &BoardName, span: Duration) -> ExitCode {
    order(
        address,
        board,
        "release",
        &json!({ "for": span.as_secs_f64() }),
        is_released,
    )
}

/// Asks the gateway to open the board's port again. Success is that it is open.
pub(super) fn resume(address: &Address, board: &BoardName) -> ExitCode {
    order(address, board, "resume", &json!({}), is_open)
}

fn order(
    address: &Address,
    board: &BoardName,
    what: &str,
    body: &Value,
    is_done: fn(&Value) -> bool,
) -> ExitCode {
    let path = format!("/api/boards/{board}/{what}");
    ask(address, &path, body, |status, answer| {
        words(board, status, answer, is_done)
    })
}

fn is_released(answer: &Value) -> bool {
    answer["reason"] == "released"
}

fn is_open(answer: &Value) -> bool {
    answer["state"] != "offline"
}

/// The board in words; what was not done, and failures, are the error.
fn words(
    board: &BoardName,
    status: StatusCode,
    answer: &Value,
    is_done: fn(&Value) -> bool,
) -> Result<String, String> {
    if let Some(why) = answer["error"]["message"].as_str() {
        return Err(match why.contains(board.as_str()) {
            true => why.to_owned(),
            false => format!("{board}: {why}"),
        });
    }
    let word = |name: &str| answer[name].as_str().unwrap_or_default();
    let (state, detail) = (word("state"), word("detail"));
    let said = match word("reason") {
        _ if state.is_empty() => format!("the gateway answered {status}"),
        "released" => detail.to_owned(),
        "" => format!("{state}, {detail}"),
        reason => format!("{state} ({reason}), {detail}"),
    };
    match status == StatusCode::OK && is_done(answer) {
        true => Ok(format!("{board}: {said}")),
        false => Err(format!("{board}: {said}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, answer: Value, is_done: fn(&Value) -> bool, wanted: Result<&str, &str>) {
        let board = BoardName::new("greenhouse").unwrap();
        let status = StatusCode::from_u16(status).unwrap();
        let shown = words(&board, status, &answer, is_done);
        assert_eq!(shown.as_deref().map_err(String::as_str), wanted);
    }

    #[test]
    fn what_became_of_it_is_words() {
        let free = "/dev/ttyACM0 is free for 1m, until 14:32:05 UTC";
        let released = json!({"state":"offline","reason":"released","detail":free});
        let said = format!("greenhouse: {free}");
        check(200, released.clone(), is_released, Ok(&said));
        // Somebody has released it again.
        check(200, released, is_open, Err(&said));
        let online = json!({"state":"online","detail":"/dev/ttyACM0"});
        check(
            200,
            online.clone(),
            is_open,
            Ok("greenhouse: online, /dev/ttyACM0"),
        );
        // Somebody was quick to take it back.
        check(
            200,
            online,
            is_released,
            Err("greenhouse: online, /dev/ttyACM0"),
        );
        let busy = json!({"state":"offline","reason":"busy","detail":"/dev/ttyACM0 is open in avrdude (7)"});
        check(
            200,
            busy,
            is_open,
            Err("greenhouse: offline (busy), /dev/ttyACM0 is open in avrdude (7)"),
        );
        let bounds =
            json!({"error":{"message":"`for` must be a number of seconds between 1 and 3600"}});
        check(
            400,
            bounds,
            is_released,
            Err("greenhouse: `for` must be a number of seconds between 1 and 3600"),
        );
        let unknown = json!({"error":{"message":"no board is called `greenhouse`"}});
        check(
            404,
            unknown,
            is_open,
            Err("no board is called `greenhouse`"),
        );
        check(
            500,
            json!({}),
            is_open,
            Err("greenhouse: the gateway answered 500 Internal Server Error"),
        );
    }
}
