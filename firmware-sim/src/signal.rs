//! What simulated sensors measure: a day's curve, noise, spikes, and now and then nothing.
//! Pure functions of a seed and a time: the same board measures the same again.

use std::f64::consts::TAU;
use std::time::Duration;

/// A simulated day is this long, so that somebody who watches for two minutes sees
/// more than a flat line.
pub const DAY: Duration = Duration::from_secs(600);

/// One measured quantity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signal {
    /// The mean over a day, in the quantity's own unit.
    pub mean: f64,
    /// How far the day's curve goes up and down from the mean.
    pub swing: f64,
    /// How far noise goes up and down from the curve.
    pub noise: f64,
    /// How far a spike goes above the rest; 0 for a quantity without spikes.
    pub spike: f64,
    /// The smallest value the sensor can give; what is below becomes this.
    pub min: f64,
    /// The largest value the sensor can give; what is above becomes this.
    pub max: f64,
    /// How often the sensor fails to answer: 0.02 is one reading in 50.
    pub missing: f64,
}

/// Noise is drawn anew this often, and runs smoothly in between.
const NOISE_STEP: Duration = Duration::from_millis(700);

/// A spike lasts this long.
const SPIKE_STEP: Duration = Duration::from_secs(2);

/// One step in this many has a spike.
const SPIKE_CHANCE: f64 = 1.0 / 40.0;

/// A failing sensor is asked again this often; faster readings repeat the failure.
const MISSING_STEP: Duration = Duration::from_millis(250);

impl Signal {
    /// The value at `at`, counted from the board's start; NaN where the sensor did not
    /// answer. Two signals of one board need different seeds to be independent.
    pub fn at(&self, seed: u64, at: Duration) -> f64 {
        if draw(seed ^ MISSING, step(at, MISSING_STEP)) < self.missing {
            return f64::NAN;
        }
        let day = at.as_secs_f64() / DAY.as_secs_f64();
        let curve = self.swing * (TAU * (day + draw(seed ^ PHASE, 0) / 8.0)).sin();
        let noise = self.noise * smooth_noise(seed ^ NOISE, at);
        (self.mean + curve + noise + self.spike_at(seed, at)).clamp(self.min, self.max)
    }

    fn spike_at(&self, seed: u64, at: Duration) -> f64 {
        let height = draw(seed ^ SPIKE, step(at, SPIKE_STEP));
        if height < SPIKE_CHANCE {
            self.spike * (0.5 + 0.5 * height / SPIKE_CHANCE)
        } else {
            0.0
        }
    }
}

/// Whether something that is true a `share` of the time is so now; it changes at most
/// once every `hold`. For doors, motion and flags.
pub fn toggle(seed: u64, at: Duration, share: f64, hold: Duration) -> bool {
    draw(seed ^ TOGGLE, step(at, hold)) < share
}

// What keeps the draws of one signal independent of each other.
const MISSING: u64 = 0x6d69_7373;
const PHASE: u64 = 0x7068_6173;
const NOISE: u64 = 0x6e6f_6973;
const SPIKE: u64 = 0x7370_696b;
const TOGGLE: u64 = 0x746f_6767;

/// From -1 to 1, without jumps: readings a few milliseconds apart differ by little.
fn smooth_noise(seed: u64, at: Duration) -> f64 {
    let here = step(at, NOISE_STEP);
    let within = at.as_secs_f64() / NOISE_STEP.as_secs_f64() - here as f64;
    let ease = within * within * (3.0 - 2.0 * within);
    let (from, to) = (draw(seed, here), draw(seed, here + 1));
    2.0 * (from + (to - from) * ease) - 1.0
}

fn step(at: Duration, length: Duration) -> u64 {
    (at.as_millis() / length.as_millis()) as u64
}

/// From 0 to 1, the same for the same seed and step.
fn draw(seed: u64, step: u64) -> f64 {
    // Multiplied by an odd constant, because generators seeded with neighbouring
    // numbers begin alike.
    let mut rng = fastrand::Rng::with_seed(seed ^ step.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    rng.f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AIR: Signal = Signal {
        mean: 20.0,
        swing: 5.0,
        noise: 0.5,
        spike: 0.0,
        min: -40.0,
        max: 80.0,
        missing: 0.05,
    };

    fn minutes(signal: Signal, seed: u64) -> Vec<f64> {
        (0..6000)
            .map(|tenth| signal.at(seed, Duration::from_millis(tenth * 100)))
            .collect()
    }

    #[test]
    fn the_same_seed_measures_the_same() {
        let bits = |seed| -> Vec<u64> { minutes(AIR, seed).iter().map(|v| v.to_bits()).collect() };
        assert_eq!(bits(7), bits(7));
        assert_ne!(bits(7), bits(8));
    }

    #[test]
    fn values_stay_in_range_and_a_few_are_missing() {
        let values = minutes(AIR, 1);
        let missing = values.iter().filter(|value| value.is_nan()).count();
        assert!((100..600).contains(&missing), "{missing} of 6000 missing");
        assert!(
            values
                .iter()
                .all(|v| v.is_nan() || (14.0..=26.0).contains(v))
        );
    }

    #[test]
    fn spikes_come_and_go() {
        let spiky = Signal {
            spike: 100.0,
            missing: 0.0,
            max: 1000.0,
            ..AIR
        };
        let high = minutes(spiky, 1)
            .iter()
            .filter(|value| **value > 60.0)
            .count();
        assert!((20..600).contains(&high), "{high} of 6000 high");
    }
}
