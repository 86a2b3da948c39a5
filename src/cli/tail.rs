//! `boardcast tail`: follows boards, over any number of connections.

mod lines;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;

use super::address::Address;
use super::client::{ClientError, Socket};
use super::{block_on, chain, say};
use lines::Lines;

/// Between two attempts to connect again, doubled each time up to the last.
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LAST_WAIT: Duration = Duration::from_secs(5);

/// The gateway will say the same next time.
const UNAUTHORIZED: u16 = 4001;

/// Prints events until the output is closed, or the gateway refuses. A gateway that is not
/// there is an error at first; once it was there, it is waited for.
pub(super) fn run(address: Address, boards: &[String]) -> ExitCode {
    let mut tail = Tail {
        address,
        boards: boards.join(","),
        place: None,
        lines: Lines::default(),
    };
    match block_on(tail.follow(&mut io::stdout().lock())) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            say(&format!("boardcast: {}", chain(&error)));
            ExitCode::FAILURE
        }
        Err(error) => {
            say(&format!("boardcast: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// What has been seen, and so what to ask for.
struct Tail {
    address: Address,
    boards: String,
    place: Option<Place>,
    lines: Lines,
}

/// The last number seen in a stream.
#[derive(Debug, Clone, PartialEq)]
struct Place {
    stream: String,
    seq: u64,
}

/// Why one connection ended.
enum End {
    /// Nobody reads what is printed.
    Output,
    /// The connection.
    Client(ClientError),
}

impl Tail {
    /// Ends without an error only when the output is closed. Not cancel safe.
    async fn follow(&mut self, out: &mut impl Write) -> Result<(), ClientError> {
        let mut wait = FIRST_WAIT;
        let mut told = false;
        loop {
            let before = self.place.clone();
            let error = match self.connection(out).await {
                End::Output => return Ok(()),
                End::Client(error) => error,
            };
            if self.place.is_none() || is_final(&error) {
                return Err(error);
            }
            if self.place != before {
                (wait, told) = (FIRST_WAIT, false);
            }
            if !std::mem::replace(&mut told, true) {
                say(&format!("boardcast: {}; trying again", chain(&error)));
            }
            sleep(wait).await;
            wait = (wait * 2).min(LAST_WAIT);
        }
    }

    /// One connection, from its beginning to its end.
    async fn connection(&mut self, out: &mut impl Write) -> End {
        let mut socket = match Socket::open(&self.address, &self.query()).await {
            Ok(socket) => socket,
            Err(error) => return End::Client(error),
        };
        loop {
            let message = match socket.next().await {
                Ok(message) => message,
                Err(error) => return End::Client(error),
            };
            let Ok(message) = serde_json::from_str(&message) else {
                let why = "a message is not JSON".to_owned();
                return End::Client(ClientError::Broken(why));
            };
            if let Some(line) = self.lines.line(&message)
                && writeln!(out, "{line}").is_err()
            {
                return End::Output;
            }
            self.note(&message);
        }
    }

    fn query(&self) -> String {
        let mut query = String::from("/ws?");
        if !self.boards.is_empty() {
            query += &format!("boards={}&", self.boards);
        }
        if let Some(Place { stream, seq }) = &self.place {
            query += &format!("stream={stream}&since={seq}&");
        }
        query.pop();
        query
    }

    /// Remembers how far the stream has been seen.
    fn note(&mut self, message: &Value) {
        if message["type"] == "hello" {
            self.greet(message);
        }
        let reached = match message["type"].as_str() {
            Some("gap") => message["to"].as_u64(),
            Some("reading" | "text" | "board" | "clock") => message["seq"].as_u64(),
            _ => None,
        };
        if let (Some(place), Some(seq)) = (&mut self.place, reached) {
            // A snapshot's numbers are older than the head.
            place.seq = place.seq.max(seq);
        }
    }

    fn greet(&mut self, hello: &Value) {
        let stream = hello["stream"].as_str().unwrap_or_default();
        let harmless = stream
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        if hello["resumed"] == true || stream.is_empty() || !harmless {
            return;
        }
        self.place = Some(Place {
            stream: stream.to_owned(),
            seq: hello["seq"].as_u64().unwrap_or_default(),
        });
    }
}

/// Whether the gateway would say the same again.
fn is_final(error: &ClientError) -> bool {
    match error {
        ClientError::Refused(status, _) => status.is_client_error() && status.as_u16() != 429,
        ClientError::Closed(code, _) => *code == UNAUTHORIZED,
        _ => false,
    }
}
