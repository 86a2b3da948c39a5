//! A gateway that is killed with SIGKILL and started again: subscribers are back soon,
//! and see that the numbers belong to another stream.

use std::time::{Duration, Instant};

use tokio::runtime::Builder;
use tokio::time::{sleep, timeout};

use crate::Outcome;
use crate::gateway::Gateway;
use crate::subscriber::Subscriber;
use crate::table::{Table, ms};

const RESTARTS: usize = 10;

const SUBSCRIBERS: usize = 10;

/// How long a subscriber waits between two attempts to connect.
const RETRY: Duration = Duration::from_millis(5);

const PATIENCE: Duration = Duration::from_secs(10);

const COLUMNS: [&str; 5] = [
    "another stream",
    "resumed",
    "from kill to hello, median ms",
    "longest ms",
    "connections that did not end",
];

/// What subscribers saw after a restart.
#[derive(Default)]
struct Seen {
    reconnected: Vec<Duration>,
    another_stream: usize,
    resumed: usize,
    unended: usize,
}

/// Kills ten times before ten subscribers.
pub fn run() -> Outcome {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let mut seen = runtime.block_on(measure())?;
    seen.reconnected.sort();
    let all = RESTARTS * SUBSCRIBERS;
    let mut table = Table::new(
        format!(
            "restart: killed {RESTARTS} times, {SUBSCRIBERS} subscribers reconnect with what they had"
        ),
        &COLUMNS,
    );
    table.row([
        format!("{} of {all}", seen.another_stream),
        seen.resumed.to_string(),
        ms(seen.reconnected[all / 2]),
        ms(seen.reconnected[all - 1]),
        seen.unended.to_string(),
    ]);
    table.print();
    Ok(())
}

async fn measure() -> Outcome<Seen> {
    let mut gateway = Gateway::start("")?;
    let mut seen = Seen::default();
    let mut subscribers = Vec::new();
    for _ in 0..SUBSCRIBERS {
        subscribers.push(Subscriber::connect(gateway.process.address(), "").await?);
    }
    for _ in 0..RESTARTS {
        let began = Instant::now();
        gateway.restart()?;
        for subscriber in &mut subscribers {
            seen.unended += usize::from(!has_ended(subscriber).await);
            seen.reconnect(&gateway, subscriber).await?;
            seen.reconnected.push(began.elapsed());
        }
    }
    Ok(seen)
}

/// Whether the old connection ends, rather than hanging.
async fn has_ended(subscriber: &mut Subscriber) -> bool {
    let ended = async { while subscriber.next().await.is_ok() {} };
    timeout(PATIENCE, ended).await.is_ok()
}

impl Seen {
    async fn reconnect(&mut self, gateway: &Gateway, subscriber: &mut Subscriber) -> Outcome {
        let old = subscriber.hello.take();
        let (stream, seq) = (old["stream"].as_str().unwrap_or_default(), &old["seq"]);
        let query = format!("?stream={stream}&since={seq}");
        let address = gateway.process.address();
        *subscriber = timeout(PATIENCE, connected(address, &query)).await?;
        let hello = &subscriber.hello;
        self.another_stream += usize::from(hello["stream"] != stream);
        self.resumed += usize::from(hello["resumed"] == true);
        Ok(())
    }
}

async fn connected(address: std::net::SocketAddr, query: &str) -> Subscriber {
    loop {
        match Subscriber::connect(address, query).await {
            Ok(subscriber) => return subscriber,
            Err(_) => sleep(RETRY).await,
        }
    }
}
