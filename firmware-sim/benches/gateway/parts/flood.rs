//! A board at 20 Hz beside one that sends as fast as the gateway takes it: how late are the
//! readings of the one?

use std::io::Write;
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use futures_util::SinkExt;
use tokio::runtime::Builder;
use tokio::time::{interval, timeout};
use tokio_tungstenite::tungstenite::Message;

use crate::Outcome;
use crate::gateway::Gateway;
use crate::load::Door;
use crate::subscriber::Subscriber;
use crate::table::{Table, ms, percent, rate};

const PACE: Duration = Duration::from_millis(50);

/// Half a minute.
const READINGS: u32 = 600;

const PATIENCE: Duration = Duration::from_secs(30);

/// A reading beside a flood that is later than this is a fault of the gateway, unless the
/// machine has other work; one in a hundred may be.
const TARGET: Duration = Duration::from_millis(50);

/// Lines of a flood that go out in one write.
const BUNDLE: usize = 500;

const COLUMNS: [&str; 7] = [
    "max_lines_per_s",
    "flood taken /s",
    "flood dropped /s",
    "p50 ms",
    "p99 ms",
    "max ms",
    "% of a core",
];

/// What the readings beside a flood were like.
struct Measured {
    delays: Vec<Duration>,
    taken: f64,
    dropped: f64,
    busy: Duration,
    elapsed: Duration,
}

/// Measures without a flood, then with one, then with one that is limited.
pub fn run() -> Outcome {
    let mut table = Table::new(
        format!("flood: a WebSocket board at 20 Hz, {READINGS} readings, beside one that floods"),
        &COLUMNS,
    );
    let limited = "[[board]]\nboard = \"loud\"\nmax_lines_per_s = 1000\n";
    let mut latest = Duration::ZERO;
    for (name, config, floods) in [("(no flood)", "", 0), ("none", "", 1), ("1000", limited, 1)] {
        let found = measure(config, floods)?;
        let part = |part: f64| found.delays[((READINGS - 1) as f64 * part) as usize];
        latest = latest.max(part(0.99));
        table.row([
            name.to_owned(),
            rate(found.taken),
            rate(found.dropped),
            ms(part(0.5)),
            ms(part(0.99)),
            ms(part(1.0)),
            percent(found.busy, found.elapsed),
        ]);
    }
    table.print();
    match latest <= TARGET {
        true => Ok(()),
        false => Err(format!("p99 is {latest:?}, which is above {TARGET:?}").into()),
    }
}

fn measure(config: &str, floods: usize) -> Outcome<Measured> {
    let gateway = Gateway::start(config)?;
    let address = gateway.process.address();
    let mut ends = Vec::new();
    let mut threads = Vec::new();
    for _ in 0..floods {
        let board = Door::Gateway(address).upgraded("/board/loud")?;
        ends.push(board.try_clone()?);
        threads.push(std::thread::spawn(move || flood(board)));
    }
    let (cpu, began) = (gateway.process.cpu()?, Instant::now());
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let mut delays = runtime.block_on(beside(address))?;
    let (busy, elapsed) = (gateway.process.cpu()? - cpu, began.elapsed());
    ends.iter()
        .try_for_each(|end| end.shutdown(Shutdown::Both))?;
    for thread in threads {
        thread.join().map_err(|_| "the flood panicked")?;
    }
    delays.sort();
    let loud = |name: &str| match floods {
        0 => Ok(0.0),
        _ => Ok::<_, Box<dyn std::error::Error>>(
            gateway.metric(&format!("boardcast_{name}"))? as f64 / elapsed.as_secs_f64(),
        ),
    };
    Ok(Measured {
        delays,
        taken: loud("lines_total{board=\"loud\"}")?,
        dropped: loud("drops_total{board=\"loud\",reason=\"rate_limit\"}")?,
        busy,
        elapsed,
    })
}

/// Ends when the connection does.
fn flood(mut board: TcpStream) {
    let mut bundle = Vec::new();
    for number in 0..BUNDLE {
        let text = format!("flood:{number}");
        bundle.extend([0x81, 0x80 | text.len() as u8, 0, 0, 0, 0]);
        bundle.extend(text.as_bytes());
    }
    while board.write_all(&bundle).is_ok() {}
}

/// How late each reading of the quiet board was.
async fn beside(gateway: SocketAddr) -> Outcome<Vec<Duration>> {
    let mut subscriber = Subscriber::connect(gateway, "?boards=quiet").await?;
    let address = format!("ws://{gateway}/board/quiet");
    let (mut board, _) = timeout(PATIENCE, tokio_tungstenite::connect_async(address)).await??;
    let mut delays = Vec::new();
    let mut ticks = interval(PACE);
    for number in 0..READINGS {
        ticks.tick().await;
        let sent = Instant::now();
        let line = Message::text(format!("{{\"n\":{number}}}"));
        board.send(line).await?;
        loop {
            let message = timeout(PATIENCE, subscriber.next()).await??;
            if message["values"]["n"] == number {
                break;
            }
            if message["type"] == "reading" {
                return Err(format!("{message} came instead of {number}").into());
            }
        }
        delays.push(sent.elapsed());
    }
    Ok(delays)
}
