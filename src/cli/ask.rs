//! One question to a running gateway, and its answer for a person.

use std::io::{self, Write};
use std::process::ExitCode;

use hyper::StatusCode;
use serde_json::Value;

use super::address::Address;
use super::client::post;
use super::{block_on, chain, say};

/// Posts to the gateway and prints the answer in words; what was not done is the error.
pub(super) fn ask(
    address: &Address,
    path: &str,
    body: &Value,
    words: impl FnOnce(StatusCode, &Value) -> Result<String, String>,
) -> ExitCode {
    let result = match block_on(post(address, path, body)) {
        Ok(Ok((status, answer))) => words(status, &answer),
        Ok(Err(error)) => Err(format!("boardcast: {}", chain(&error))),
        Err(error) => Err(error.to_string()),
    };
    match result {
        Ok(done) => {
            let _ = writeln!(io::stdout(), "{done}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            say(&why);
            ExitCode::FAILURE
        }
    }
}
