//! Ten boards that count and twenty subscribers, of which two are bad, for long, while the
//! gateway is stopped and killed in turn: nothing may be lost without a word, and memory
//! must not grow.

use std::time::{Duration, Instant};

use tokio::runtime::Builder;
use tokio::task::block_in_place;

use crate::Outcome;
use crate::counted::Moment;
use crate::table::Table;

mod bad;

mod line;

mod scene;

use line::{Sample, at_equal_age, of_lives};
use scene::Scene;

/// How often memory is looked at.
const LOOK: Duration = Duration::from_secs(10);

const MINUTE: Duration = Duration::from_secs(60);

/// Runs for so many minutes, with a restart each `restart` minutes unless that is 0.
/// Fails if anything was lost without a word.
pub fn run(minutes: u64, restart: u64, no_history: bool) -> Outcome {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    runtime.block_on(soak(minutes.max(1), restart, no_history))
}

async fn soak(minutes: u64, restart: u64, no_history: bool) -> Outcome {
    let mut scene = Scene::start(match no_history {
        true => "",
        false => "[history]\n",
    })?;
    scene.boards()?;
    scene.subscribers();
    let began = Instant::now();
    let (mut samples, mut lives) = (Vec::new(), Lives::new());
    for look in 1..=minutes * MINUTE.as_secs() / LOOK.as_secs() {
        tokio::time::sleep_until((began + LOOK * look as u32).into()).await;
        samples.push(lives.sample(began, scene.gateway.process.rss_kb()?));
        let seconds = look * LOOK.as_secs();
        if !seconds.is_multiple_of(MINUTE.as_secs()) {
            continue;
        }
        let minute = seconds / MINUTE.as_secs();
        say(minute, minutes, &scene, &lives)?;
        if restart > 0 && minute.is_multiple_of(restart) && minute < minutes {
            block_in_place(|| lives.next(&mut scene))?;
        }
    }
    scene.settle().await?;
    memory(&samples, restart);
    judge(&scene, &lives)
}

/// How often the gateway was started, and how it ended before.
struct Lives {
    number: u32,
    began: Instant,
    stops: u32,
    kills: u32,
}

impl Lives {
    fn new() -> Self {
        Self {
            number: 0,
            began: Instant::now(),
            stops: 0,
            kills: 0,
        }
    }

    fn sample(&self, soak: Instant, rss_kb: u64) -> Sample {
        Sample {
            life: self.number,
            age: self.began.elapsed(),
            at: soak.elapsed(),
            rss_kb,
        }
    }

    /// Stops it with SIGTERM, and the next time with SIGKILL.
    fn next(&mut self, scene: &mut Scene) -> Outcome {
        if self.stops > self.kills {
            scene.kill()?;
            self.kills += 1;
        } else {
            scene.gateway.restart_in_order()?;
            self.stops += 1;
        }
        (self.number, self.began) = (self.number + 1, Instant::now());
        Ok(())
    }
}

/// A line each minute.
fn say(minute: u64, minutes: u64, scene: &Scene, lives: &Lives) -> Outcome {
    let verdicts = scene.verdicts(Moment::During);
    let sum =
        |part: fn(&crate::counted::Verdict) -> u64| -> u64 { verdicts.iter().map(part).sum() };
    let gaps: usize = scene.views().map(|view| view.lock().gaps.len()).sum();
    println!(
        "{minute:>4} of {minutes} min: RSS {} kB, {} stopped and {} killed, {} sent and taken, \
         {} readings at {} subscribers, {gaps} gaps told, {} lost and told, {} between streams, \
         {} unexplained",
        scene.gateway.process.rss_kb()?,
        lives.stops,
        lives.kills,
        scene.books.lock().acknowledged(),
        sum(|verdict| verdict.readings),
        verdicts.len(),
        sum(|verdict| verdict.told),
        sum(|verdict| verdict.before_a_beginning),
        sum(|verdict| verdict.unexplained),
    );
    Ok(())
}

fn memory(samples: &[Sample], restart: u64) {
    let mut table = Table::new(
        "memory, by least squares; ± is the standard error",
        &["what", "samples", "kB", "kB/h", "±"],
    );
    let lines = of_lives(samples);
    // A slope of minutes says little about hours: each has its error beside it.
    for line in lines.iter().chain(&at_equal_age(samples)) {
        table.row([
            line.what.clone(),
            line.samples.to_string(),
            format!("{:.0}", line.mean_kb),
            format!("{:.0}", line.slope),
            format!("{:.0}", line.error),
        ]);
    }
    table.print();
    if restart > 0 {
        println!("(--restart-minutes 0 gives one slope of a gateway that is never restarted)");
    }
}

fn judge(scene: &Scene, lives: &Lives) -> Outcome {
    let verdicts = scene.verdicts(Moment::AtTheEnd);
    let bad = verdicts.iter().filter(|verdict| !verdict.is_good()).count();
    let (taken, jump) = {
        let books = scene.books.lock();
        (books.acknowledged(), books.longest_jump())
    };
    println!(
        "\n{taken} values sent and taken; {} stopped, {} killed; \
         longest jump of numbers after a kill {jump}",
        lives.stops, lives.kills,
    );
    for (number, verdict) in verdicts.iter().enumerate() {
        println!("subscriber {number}: {verdict}");
    }
    let unexplained: u64 = verdicts.iter().map(|verdict| verdict.unexplained).sum();
    println!("unexplained losses: {unexplained}");
    match bad {
        0 => Ok(()),
        bad => Err(format!("{bad} subscribers saw what must not be").into()),
    }
}
