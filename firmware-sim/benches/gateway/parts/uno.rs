//! An emulated Uno that runs a real sketch at 50 Hz and is unplugged and plugged in: how
//! soon is it back, and is every reading there from then on?

use std::time::{Duration, Instant};

use firmware_sim::uno::{Opening, Sketch, Uno, Workshop};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Builder;
use tokio::time::timeout;

use super::replug::at;
use crate::Outcome;
use crate::gateway::Gateway;
use crate::subscriber::Subscriber;
use crate::table::Table;

/// A board that is not back by then counts as not recovered.
const PATIENCE: Duration = Duration::from_secs(10);

/// Readings looked at after each recovery.
const READINGS: u64 = 10;

/// How often it is said how far it is.
const SAID_EVERY: u32 = 100;

const COLUMNS: [&str; 7] = [
    "recovered",
    "online, median ms",
    "online, p99 ms",
    "first reading, median ms",
    "first reading, p99 ms",
    "readings after",
    "lost",
];

/// An Uno with the sketch `serial-json`, a gateway, and a subscriber.
pub struct Bench {
    pub uno: Uno,
    pub gateway: Gateway,
    subscriber: Subscriber,
    _folder: TempDir,
}

#[derive(Default)]
struct Found {
    online: Vec<Duration>,
    first: Vec<Duration>,
    readings: u64,
    lost: u64,
}

/// Replugs so many times.
pub fn run(replugs: u32) -> Outcome {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(measure(replugs))
}

async fn measure(replugs: u32) -> Outcome {
    let mut bench = Bench::online().await?;
    let mut found = Found::default();
    for turn in 1..=replugs {
        // A board that is not back is back a turn later, or never.
        if let Ok(done) = timeout(PATIENCE, bench.replug(&mut found)).await {
            done?;
        }
        if turn % SAID_EVERY == 0 {
            println!("uno: {turn} of {replugs} replugs, {} lost", found.lost);
        }
    }
    found.online.sort();
    found.first.sort();
    let mut table = Table::new(
        format!("uno: an emulated Uno at 50 Hz, replugged {replugs} times"),
        &COLUMNS,
    );
    table.row([
        format!("{} of {replugs}", found.first.len()),
        at(&found.online, 50),
        at(&found.online, 99),
        at(&found.first, 50),
        at(&found.first, 99),
        found.readings.to_string(),
        found.lost.to_string(),
    ]);
    table.print();
    Ok(())
}

impl Bench {
    /// A board that is plugged in and online.
    pub async fn online() -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let workshop = Workshop::open(folder.path().join("built"))?;
        let link = folder.path().join("ttyUNO");
        let uno = Uno::start(&workshop, &Sketch::SERIAL_JSON, &link, Opening::Resets).await?;
        let link = link.display();
        let gateway = Gateway::start(&format!("[[serial]]\nboard = \"uno\"\nport = \"{link}\"\n"))?;
        let subscriber = Subscriber::connect(gateway.process.address(), "").await?;
        let mut bench = Self {
            uno,
            gateway,
            subscriber,
            _folder: folder,
        };
        timeout(PATIENCE, bench.state("online")).await??;
        timeout(PATIENCE, bench.reading()).await??;
        Ok(bench)
    }

    /// The counter of the next reading.
    pub async fn reading(&mut self) -> Outcome<u64> {
        loop {
            let event = self.subscriber.next().await?;
            if let Some(number) = event["values"]["n"].as_u64() {
                return Ok(number);
            }
        }
    }

    async fn replug(&mut self, found: &mut Found) -> Outcome {
        self.uno.unplug().await?;
        self.state("offline").await?;
        let plugged = Instant::now();
        self.uno.plug().await?;
        self.state("online").await?;
        found.online.push(plugged.elapsed());
        let mut wanted = self.reading().await?;
        found.first.push(plugged.elapsed());
        // The sketch has started over with its power, and again as its port was opened.
        found.lost += wanted;
        for _ in 1..READINGS {
            wanted += 1;
            let number = self.reading().await?;
            found.lost += number.abs_diff(wanted);
            wanted = number;
        }
        found.readings += READINGS;
        Ok(())
    }

    async fn state(&mut self, state: &str) -> Outcome {
        let is_so = |event: &Value| event["type"] == "board" && event["state"] == state;
        while !is_so(&self.subscriber.next().await?) {}
        Ok(())
    }
}
