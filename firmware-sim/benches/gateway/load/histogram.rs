//! Many times in little memory, each kept to within 2 %.

use std::time::Duration;

/// Steps between a power of two and the next, as bits.
const STEPS: u32 = 6;

/// How often each time occurred.
#[derive(Clone)]
pub struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            counts: vec![0; 64 << STEPS],
            total: 0,
        }
    }
}

impl Histogram {
    /// Counts a time in nanoseconds.
    pub fn add(&mut self, nanos: u64) {
        // Below, a step would be less than a nanosecond.
        let nanos = nanos.max(1 << STEPS);
        let power = nanos.ilog2();
        let step = (nanos >> (power - STEPS)) as usize & ((1 << STEPS) - 1);
        self.counts[(power << STEPS) as usize + step] += 1;
        self.total += 1;
    }

    /// The time that this part of all, between 0 and 1, do not exceed.
    pub fn quantile(&self, part: f64) -> Duration {
        let wanted = (self.total as f64 * part) as u64;
        let mut seen = 0;
        let place = self.counts.iter().position(|count| {
            seen += count;
            seen > wanted
        });
        let place = place.unwrap_or(0);
        let (power, step) = ((place >> STEPS) as u32, place as u64 & ((1 << STEPS) - 1));
        Duration::from_nanos(((1 << STEPS) + step) << power.saturating_sub(STEPS))
    }
}
