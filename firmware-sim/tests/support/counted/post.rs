//! A board that posts its counter, each number once, on a connection that it keeps.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::{Books, RETRY, Shared, line};

/// How a post was answered.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// 202, with the number of its last event.
    Yes(u64),
    /// Another status.
    No(u16),
}

/// A gateway that answers no post for so long is away.
const PATIENCE: Duration = Duration::from_secs(10);

/// Posts until `stop`, at most once in `pace`. A post that fails is not repeated, since
/// nobody knows whether it arrived. `began` is where the books' times begin.
pub async fn board(
    gateway: SocketAddr,
    name: String,
    pace: Duration,
    books: Shared<Books>,
    began: Instant,
    stop: CancellationToken,
) {
    let mut connection = None;
    let mut ticks = tokio::time::interval(pace);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while !stop.is_cancelled() {
        ticks.tick().await;
        let n = books.lock().send(&name, Books::ALONE);
        let body = line(n, Books::ALONE);
        let posted = post(gateway, &mut connection, &name, &body);
        let posted = tokio::time::timeout(PATIENCE, posted).await;
        match posted.unwrap_or(Err(io::ErrorKind::TimedOut.into())) {
            Ok(Taken::Yes(seq)) => books.lock().taken(&name, n, seq, began.elapsed()),
            Ok(Taken::No(_)) => {}
            Err(_) => {
                connection = None;
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

/// Posts one body over this connection, which is made if it is not there. Fails if the
/// connection does; it is of no more use then.
pub async fn post(
    gateway: SocketAddr,
    connection: &mut Option<BufReader<TcpStream>>,
    name: &str,
    body: &str,
) -> io::Result<Taken> {
    if connection.is_none() {
        let stream = TcpStream::connect(gateway).await?;
        stream.set_nodelay(true)?;
        *connection = Some(BufReader::new(stream));
    }
    let stream = connection.as_mut().expect("it was just made");
    let request = format!(
        "POST /board/{name} HTTP/1.1\r\nHost: {gateway}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await?;
    let (status, answer) = answer(stream).await?;
    match status {
        202 => {
            let answer: Value = serde_json::from_slice(&answer)?;
            Ok(Taken::Yes(answer["seq"].as_u64().unwrap_or_default()))
        }
        other => Ok(Taken::No(other)),
    }
}

async fn answer(stream: &mut BufReader<TcpStream>) -> io::Result<(u16, Vec<u8>)> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
    let status = status.ok_or(io::ErrorKind::UnexpectedEof)?;
    let mut length = 0;
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim_end().to_ascii_lowercase().split_once(':') {
            Some(("content-length", value)) => {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok((status, body))
}
