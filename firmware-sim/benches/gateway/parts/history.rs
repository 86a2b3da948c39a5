//! What a history costs: processor time and bytes for an event, how fast it is written, and
//! how fast it is read again.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};
use tokio::runtime::Builder;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::Outcome;
use crate::counted::{Books, Shared, Taken, post, posting_board};
use crate::gateway::Gateway;
use crate::subscriber::Subscriber;
use crate::table::{Table, percent, rate};

const BOARDS: usize = 10;

const PACE: Duration = Duration::from_millis(100);

const SPAN: Duration = Duration::from_secs(30);

/// Events that are written in one go and then read again.
const BULK: u64 = 100_000;

/// Lines of a POST.
const LINES: u64 = 500;

const PATIENCE: Duration = Duration::from_secs(120);

const HISTORY: &str = "[backlog]\nevents = 200000\nbytes = \"64MiB\"\n[history]\n";

/// Ten boards at 10 Hz without and with a history, then 100,000 events at once.
pub fn run() -> Outcome {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        steady().await?;
        bulk().await
    })
}

async fn steady() -> Outcome {
    let mut table = Table::new(
        format!("history: {BOARDS} boards post at 10 Hz for {SPAN:?}"),
        &["history", "events /s", "% of a core", "RSS MB"],
    );
    for (name, config) in [("no", ""), ("yes", "[history]\n")] {
        let gateway = Gateway::start(config)?;
        let books = Shared::new(Books::default());
        let stop = CancellationToken::new();
        let mut boards = tokio::task::JoinSet::new();
        let began = Instant::now();
        for number in 0..BOARDS {
            let name = format!("board-{number}");
            let address = gateway.process.address();
            let board = posting_board(address, name, PACE, books.clone(), began, stop.clone());
            boards.spawn(board);
        }
        let cpu = gateway.process.cpu()?;
        tokio::time::sleep(SPAN).await;
        let (busy, elapsed) = (gateway.process.cpu()? - cpu, began.elapsed());
        let events = books.lock().acknowledged() as f64 / elapsed.as_secs_f64();
        stop.cancel();
        let mb = gateway.process.rss_kb()? as f64 / 1024.0;
        table.row([
            name.into(),
            rate(events),
            percent(busy, elapsed),
            format!("{mb:.1}"),
        ]);
    }
    table.print();
    Ok(())
}

async fn bulk() -> Outcome {
    let mut gateway = Gateway::start(HISTORY)?;
    let path = gateway.file("history.db");
    let address = gateway.process.address();
    let cpu = gateway.process.cpu()?;
    let (first, head, stream) = pour(address).await?;
    let began = Instant::now();
    while stored(&path).unwrap_or(0) < head {
        if began.elapsed() > PATIENCE {
            return Err("the events are not on disk (does it keep a history?)".into());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let written = began.elapsed();
    let busy = gateway.process.cpu()? - cpu;
    gateway.restart_in_order()?;
    let bytes = std::fs::metadata(&path)?.len();
    let (read, reading) = replay(address, &stream, first - 1, head).await?;
    let mut table = Table::new(
        format!("history: {BULK} events at once"),
        &[
            "ms until stored after the last POST",
            "CPU µs an event",
            "bytes an event",
            "resumed events",
            "resumed /s",
        ],
    );
    table.row([
        written.as_millis().to_string(),
        format!("{:.1}", busy.as_secs_f64() * 1e6 / BULK as f64),
        format!("{:.0}", bytes as f64 / BULK as f64),
        read.to_string(),
        rate(read as f64 / reading.as_secs_f64()),
    ]);
    table.print();
    Ok(())
}

/// Posts all events; gives the first and the last number, and the stream.
async fn pour(gateway: SocketAddr) -> Outcome<(u64, u64, String)> {
    let hello = Subscriber::connect(gateway, "").await?.hello;
    let stream = hello["stream"].as_str().unwrap_or_default().to_owned();
    let (mut connection, mut first, mut head) = (None, 0, 0);
    for number in 0..BULK / LINES {
        let lines = number * LINES..(number + 1) * LINES;
        let body: String = lines
            .map(|n| {
                format!("{{\"n\":{n},\"temperature\":23.5,\"humidity\":48.25,\"light\":512}}\n")
            })
            .collect();
        match post(gateway, &mut connection, "bulk", &body).await? {
            Taken::Yes(seq) => head = seq,
            Taken::No(status) => return Err(format!("a POST was answered with {status}").into()),
        }
        if number == 0 {
            first = head - LINES + 1;
        }
    }
    Ok((first, head, stream))
}

/// The newest number in the file.
fn stored(path: &Path) -> rusqlite::Result<u64> {
    let file = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    file.query_row("SELECT stored FROM progress", (), |row| {
        row.get::<_, i64>(0)
    })
    .map(i64::cast_unsigned)
}

/// Resumes from disk: how many readings came, and how long they took.
async fn replay(
    gateway: SocketAddr,
    stream: &str,
    since: u64,
    head: u64,
) -> Outcome<(u64, Duration)> {
    let began = Instant::now();
    let query = format!("?batch=true&stream={stream}&since={since}");
    let mut subscriber = Subscriber::connect(gateway, &query).await?;
    if subscriber.hello["resumed"] != true {
        return Err(format!("no resume: {}", subscriber.hello).into());
    }
    let (mut read, mut last) = (0, 0);
    while last < head {
        let message = timeout(PATIENCE, subscriber.next()).await??;
        let one = std::slice::from_ref(&message);
        for event in message.as_array().map_or(one, Vec::as_slice) {
            last = event["seq"].as_u64().unwrap_or(last);
            read += u64::from(event["type"] == "reading");
        }
    }
    Ok((read, began.elapsed()))
}
