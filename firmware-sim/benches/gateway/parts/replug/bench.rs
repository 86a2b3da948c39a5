//! A board on a simulated port, a gateway, and a subscriber who checks every line.

use std::time::{Duration, Instant};

use firmware_sim::pty::Port;
use serde_json::Value;
use tempfile::TempDir;
use tokio::time::timeout;

use super::line::{check, line};
use crate::Outcome;
use crate::gateway::Gateway;
use crate::subscriber::Subscriber;

/// The three of them, and what was found so far.
pub struct Bench {
    // Before its folder, which holds its link.
    port: Port,
    _folder: TempDir,
    pub gateway: Gateway,
    subscriber: Subscriber,
    random: fastrand::Rng,
    opening: u32,
    number: u64,
    pub found: Found,
}

/// What a gateway that does its work leaves at 0, but for the times.
#[derive(Default)]
pub struct Found {
    /// From plugging in to the event that says so, of each that came.
    pub recovered: Vec<Duration>,
    /// Whole lines that no board ever printed: glued from two openings, or garbled.
    pub spanning: u64,
    /// Lines printed after a recovery that did not come.
    pub lost: u64,
}

/// A board that is not back by then counts as not recovered.
const PATIENCE: Duration = Duration::from_secs(10);

/// Lines printed after each recovery.
const LINES: u64 = 5;

/// How long a plug is out at most.
const OUT_MS: u64 = 50;

impl Bench {
    /// A board that is plugged in and online.
    pub async fn online() -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let port = Port::plug_in(folder.path().join("ttyBENCH"))?;
        let link = port.link().display();
        let table =
            format!("[[serial]]\nboard = \"bench\"\nport = \"{link}\"\nformat = \"text\"\n");
        let gateway = Gateway::start(&table)?;
        let subscriber = Subscriber::connect(gateway.process.address(), "").await?;
        let mut bench = Self {
            port,
            _folder: folder,
            gateway,
            subscriber,
            random: fastrand::Rng::with_seed(1),
            opening: 0,
            number: 0,
            found: Found::default(),
        };
        timeout(PATIENCE, bench.state("online")).await??;
        bench.print("\n", 1, "").await?;
        Ok(bench)
    }

    /// Pulls the plug inside a line, puts it in again, and prints the end of another line
    /// and some whole ones.
    pub async fn replug(&mut self) -> Outcome {
        let (beginning, _) = self.torn_line();
        self.print("", 1, &beginning).await?;
        self.port.unplug();
        self.opening += 1;
        tokio::time::sleep(Duration::from_millis(self.random.u64(0..OUT_MS))).await;
        self.port.plug()?;
        let plugged = Instant::now();
        let back = async {
            self.state("offline").await?;
            self.state("online").await
        };
        if let Ok(back) = timeout(PATIENCE, back).await {
            back?;
            self.found.recovered.push(plugged.elapsed());
        }
        let (_, end) = self.torn_line();
        self.print(&format!("{end}\n"), LINES, "").await
    }

    /// Processor time of the gateway while the board is away for so long.
    pub async fn absence(&mut self, span: Duration) -> Outcome<Duration> {
        self.port.unplug();
        timeout(PATIENCE, self.state("offline")).await??;
        let before = self.gateway.process.cpu()?;
        tokio::time::sleep(span).await;
        Ok(self.gateway.process.cpu()? - before)
    }

    /// Prints some whole lines between two texts, and waits for the lines.
    async fn print(&mut self, before: &str, lines: u64, after: &str) -> Outcome {
        let first = self.number;
        self.number += lines;
        let lines: String = (first..self.number)
            .map(|number| line(self.opening, number) + "\n")
            .collect();
        let text = format!("{before}{lines}{after}");
        self.port.write(text.as_bytes()).await?;
        let mut missing = self.number - first;
        let all = async {
            while missing > 0 {
                let event = self.subscriber.next().await?;
                missing -= u64::from(self.found.judge(&event) >= Some(first));
            }
            Ok(())
        };
        let done: Result<Outcome, _> = timeout(PATIENCE, all).await;
        self.found.lost += missing;
        done.unwrap_or(Ok(()))
    }

    /// Waits until the board is in this state. Lines that come before are checked, too.
    async fn state(&mut self, state: &str) -> Outcome {
        loop {
            let event = self.subscriber.next().await?;
            self.found.judge(&event);
            if event["type"] == "board" && event["state"] == state {
                return Ok(());
            }
        }
    }

    /// The beginning and the end of a line that is torn somewhere; neither is empty.
    fn torn_line(&mut self) -> (String, String) {
        let mut beginning = line(self.opening, self.number);
        let end = beginning.split_off(self.random.usize(1..beginning.len()));
        self.number += 1;
        (beginning, end)
    }
}

impl Found {
    /// Checks what an event says that should be a whole line, and gives its number.
    fn judge(&mut self, event: &Value) -> Option<u64> {
        if event["type"] != "text" || event["partial"] == true {
            return None;
        }
        let number = check(event["text"].as_str().unwrap_or_default());
        self.spanning += u64::from(number.is_none());
        number
    }
}
