//! An emulated Uno at 50 Hz for long: is every reading there, and does the gateway stay
//! as small as it was?

use std::time::{Duration, Instant};

use tokio::runtime::Builder;
use tokio::time::{Instant as Deadline, timeout, timeout_at};

use super::uno::Bench;
use crate::Outcome;
use crate::table::Table;

/// A board at 50 Hz that says nothing for so long has gone.
const PATIENCE: Duration = Duration::from_secs(10);

const MINUTE: Duration = Duration::from_secs(60);

const COLUMNS: [&str; 8] = [
    "readings",
    "lost",
    "a second",
    "gateway CPU ms per 1000 lines",
    "MB at the start",
    "MB at the end",
    "UART bytes lost",
    "board stood still ms",
];

/// Listens for so many minutes, at least one.
pub fn run(minutes: u64) -> Outcome {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(measure(minutes.max(1)))
}

async fn measure(minutes: u64) -> Outcome {
    let mut bench = Bench::online().await?;
    let mut last = timeout(PATIENCE, bench.reading()).await??;
    let uno = bench.uno.stat().await?;
    let process = &bench.gateway.process;
    let (cpu, memory, start) = (process.cpu()?, process.rss_kb()?, Instant::now());
    let (mut readings, mut lost) = (0, 0);
    // Sparser the longer it is: ten times at most.
    let every = minutes.div_ceil(10);
    for minute in 1..=minutes {
        let end = Deadline::from_std(start + MINUTE * minute as u32);
        while let Ok(reading) = timeout_at(end, timeout(PATIENCE, bench.reading())).await {
            let number = reading??;
            // A board that has started over has lost what nobody can count, and that is one.
            lost += if number > last { number - last - 1 } else { 1 };
            (last, readings) = (number, readings + 1);
        }
        if minute % every == 0 {
            println!("soak: {minute} of {minutes} minutes, {readings} readings, {lost} lost");
        }
    }
    let elapsed = start.elapsed().as_secs_f64();
    let process = &bench.gateway.process;
    let busy = (process.cpu()? - cpu).as_secs_f64();
    let mb = |kb: u64| format!("{:.1}", kb as f64 / 1024.0);
    let (memory_after, after) = (process.rss_kb()?, bench.uno.stat().await?);
    let mut table = Table::new(
        format!("soak: an emulated Uno at 50 Hz for {minutes} minutes"),
        &COLUMNS,
    );
    table.row([
        readings.to_string(),
        lost.to_string(),
        format!("{:.3}", readings as f64 / elapsed),
        format!("{:.2}", 1e6 * busy / readings as f64),
        mb(memory),
        mb(memory_after),
        (after.lost - uno.lost).to_string(),
        ((after.stood_still_us - uno.stood_still_us) / 1000).to_string(),
    ]);
    table.print();
    Ok(())
}
