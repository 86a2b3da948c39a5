//! Straight lines through samples of memory.

use std::time::Duration;

/// Memory at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// Which of the gateway's lives.
    pub life: u32,
    /// Since it was started.
    pub age: Duration,
    /// Since the soak began.
    pub at: Duration,
    pub rss_kb: u64,
}

/// A line through some of them.
#[derive(Debug)]
pub struct Line {
    pub what: String,
    pub samples: usize,
    pub mean_kb: f64,
    /// kB in an hour, and its standard error.
    pub slope: f64,
    pub error: f64,
}

/// A process that was just started fills its buffers, whatever it does later.
const WARM_UP: Duration = Duration::from_secs(60);

/// A backlog takes longer to fill: of a long life only what comes later counts.
const LONG_WARM_UP: Duration = Duration::from_secs(900);

/// One line for each life that is long enough, after its warm-up.
pub fn of_lives(samples: &[Sample]) -> Vec<Line> {
    let last = samples.last().map_or(0, |sample| sample.life);
    let lives = (0..=last).filter_map(|life| {
        let of_life = |sample: &&Sample| sample.life == life;
        let oldest = samples
            .iter()
            .filter(of_life)
            .map(|sample| sample.age)
            .max()?;
        let warm_up = if oldest > 2 * LONG_WARM_UP {
            LONG_WARM_UP
        } else {
            WARM_UP
        };
        let points = samples.iter().filter(of_life);
        let points = points.filter(|sample| sample.age > warm_up);
        let points: Vec<_> = points.map(|sample| (sample.age, sample.rss_kb)).collect();
        line(format!("life {}", life + 1), &points)
    });
    lives.collect()
}

/// One line through the lives, all at the age that the shortest complete one has reached:
/// what grows from life to life would be on disk, or in how it is read.
pub fn at_equal_age(samples: &[Sample]) -> Option<Line> {
    let last = samples.last()?.life;
    let oldest = |life| {
        let of_life = samples.iter().filter(move |sample| sample.life == life);
        of_life.map(|sample| sample.age).max()
    };
    // The last life may have been cut short.
    let age = (0..last).filter_map(oldest).min()?;
    let points: Vec<_> = samples
        .iter()
        .filter(|sample| sample.age + WARM_UP > age && sample.age <= age)
        .map(|sample| (sample.at, sample.rss_kb))
        .collect();
    line(
        format!("all lives at the age of {} s", age.as_secs()),
        &points,
    )
}

/// Least squares; `None` of fewer than three points.
fn line(what: String, points: &[(Duration, u64)]) -> Option<Line> {
    let count = points.len() as f64;
    if points.len() < 3 {
        return None;
    }
    let hours = |time: &Duration| time.as_secs_f64() / 3600.0;
    let mean_x = points.iter().map(|(x, _)| hours(x)).sum::<f64>() / count;
    let mean_y = points.iter().map(|(_, y)| *y as f64).sum::<f64>() / count;
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in points {
        let (x, y) = (hours(x) - mean_x, *y as f64 - mean_y);
        (xx, xy, yy) = (xx + x * x, xy + x * y, yy + y * y);
    }
    let slope = xy / xx;
    let rest = (yy - slope * xy).max(0.0);
    Some(Line {
        what,
        samples: points.len(),
        mean_kb: mean_y,
        slope,
        error: (rest / (count - 2.0) / xx).sqrt(),
    })
}
