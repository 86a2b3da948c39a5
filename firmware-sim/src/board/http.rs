//! A WiFi board that wakes, posts a reading and sleeps again.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::{Address, Backoff, Note, Tell};
use crate::clockwork::{Act, Clockwork};

/// ArduinoHttpClient gives up after 30 s; a simulated board has less patience.
const PATIENCE: Duration = Duration::from_secs(5);

/// An answer is a status and some headers; more than this is not read.
const MAX_ANSWER: u64 = 4096;

/// Runs a board that posts each reading on a connection of its own, until `stop`. A post
/// that fails is lost; the next comes in its time, or after a pause that grows. Cancel
/// safe in that nothing outlives it.
pub async fn run_http(gateway: Address, mut board: Clockwork, stop: CancellationToken, tell: Tell) {
    let start = Instant::now();
    let mut backoff = Backoff::new();
    let mut away_until = start;
    loop {
        let due = (start + board.due()).max(away_until);
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep_until(due) => {}
        }
        let Some(body) = body(&mut board, start, &mut away_until, tell) else {
            continue;
        };
        let posted = tokio::select! {
            () = stop.cancelled() => return,
            posted = timeout(PATIENCE, post(&gateway, board.sketch().content_type(), &body)) => posted,
        };
        match posted.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
            Ok(()) => backoff = Backoff::new(),
            Err(error) => {
                let pause = backoff.next();
                away_until = Instant::now() + pause;
                (tell)(&Note::Lost(error.to_string(), pause));
            }
        }
    }
}

/// What to post now; `None` if the board has nothing to say or is away.
fn body(
    board: &mut Clockwork,
    start: Instant,
    away_until: &mut Instant,
    tell: Tell,
) -> Option<Vec<u8>> {
    let now = start.elapsed();
    let (act, fault) = board.turn(now);
    let Some(fault) = fault else {
        return Some(board.body(now).into_bytes());
    };
    (tell)(&Note::Fault(fault));
    match act {
        Act::Print(bytes) if bytes.is_empty() => None,
        Act::Print(bytes) => Some(bytes),
        Act::Reset => None,
        Act::Unplug(time) => {
            *away_until = Instant::now() + time;
            None
        }
    }
}

/// One request as a sketch writes it: HTTP/1.1, `Connection: close`, a length, and the
/// answer read to its end.
async fn post(gateway: &Address, content_type: &str, body: &[u8]) -> io::Result<()> {
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: firmware-sim\r\nConnection: close\r\n\
         Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
        gateway.path(),
        gateway.host(),
        body.len(),
    );
    let mut stream = TcpStream::connect(gateway.socket()).await?;
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    let mut answer = Vec::new();
    (&mut stream)
        .take(MAX_ANSWER)
        .read_to_end(&mut answer)
        .await?;
    accepted(&answer)
}

fn accepted(answer: &[u8]) -> io::Result<()> {
    let text = String::from_utf8_lossy(answer);
    let status = text.lines().next().unwrap_or_default();
    match status.split(' ').nth(1) {
        Some(code) if code.starts_with('2') => Ok(()),
        _ => Err(io::Error::other(format!("answered `{status}`"))),
    }
}

#[cfg(test)]
mod tests;
