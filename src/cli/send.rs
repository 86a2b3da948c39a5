//! `boardcast send`: one command, and its result in words.

use std::process::ExitCode;

use hyper::StatusCode;
use serde_json::{Value, json};

use super::address::Address;
use super::ask::ask;
use crate::name::BoardName;

/// Sends the command and prints what became of it. Success is `written` or `acked`.
pub(super) fn run(address: &Address, board: &BoardName, text: &str) -> ExitCode {
    let path = format!("/api/boards/{board}/command");
    ask(
        address,
        &path,
        &json!({ "data": text }),
        |status, answer| words(board, status, answer),
    )
}

/// The result in words; failures are the error.
fn words(board: &BoardName, status: StatusCode, answer: &Value) -> Result<String, String> {
    let result = answer["status"].as_str().unwrap_or_default();
    let reply = answer["reply"]
        .as_str()
        .map(|reply| format!(": {}", reply.escape_debug()));
    let said = format!("{board}: {result}{}", reply.unwrap_or_default());
    match result {
        "written" | "acked" => return Ok(said),
        "nacked" => return Err(said),
        "timeout" => {
            return Err(format!(
                "{board}: written, but the board did not answer in time"
            ));
        }
        _ => {}
    }
    let error = &answer["error"];
    match (error["message"].as_str(), error["code"].as_str()) {
        (Some(message), _) if message.contains(board.as_str()) => Err(message.to_owned()),
        (Some(why), _) | (None, Some(why)) => Err(format!("{board}: {why}")),
        (None, None) => Err(format!("{board}: the gateway answered {status}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, answer: Value, wanted: Result<&str, &str>) {
        let board = BoardName::new("greenhouse").unwrap();
        let status = StatusCode::from_u16(status).unwrap();
        let shown = words(&board, status, &answer);
        assert_eq!(shown.as_deref().map_err(String::as_str), wanted);
    }

    #[test]
    fn results_are_words() {
        check(200, json!({"status":"written"}), Ok("greenhouse: written"));
        let acked = json!({"status":"acked","reply":"ok LED ON"});
        check(200, acked, Ok("greenhouse: acked: ok LED ON"));
        let nacked = json!({"status":"nacked","reply":"err \u{1b}[2J"});
        check(200, nacked, Err("greenhouse: nacked: err \\u{1b}[2J"));
        let timeout = json!({"status":"timeout"});
        check(
            504,
            timeout,
            Err("greenhouse: written, but the board did not answer in time"),
        );
        let offline = json!({"status":"failed","error":{"code":"board_offline","message":"board greenhouse is offline"}});
        check(409, offline, Err("board greenhouse is offline"));
        let full = json!({"status":"failed","error":{"code":"queue_full"}});
        check(429, full, Err("greenhouse: queue_full"));
        check(
            500,
            json!({}),
            Err("greenhouse: the gateway answered 500 Internal Server Error"),
        );
    }
}
