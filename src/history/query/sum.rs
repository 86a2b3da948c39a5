//! Numbers as one: how many, the smallest, the largest and their mean.
//! Knows nothing of times.

use serde_json::Value;

/// What one channel was in a bucket: numbers, and true as 1, false as 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sum {
    /// How many numbers there were; without any, the rest says nothing.
    pub count: u64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// Their mean.
    pub mean: f64,
}

impl Sum {
    /// Takes a value; what is no number leaves it as it is.
    pub fn add(&mut self, value: &Value) {
        let number = match value {
            Value::Bool(on) => Some(f64::from(u8::from(*on))),
            value => value.as_f64(),
        };
        if let Some(number) = number {
            self.join(Self {
                count: 1,
                min: number,
                max: number,
                mean: number,
            });
        }
    }

    /// Takes what another has.
    pub fn join(&mut self, other: Self) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = other;
            return;
        }
        self.count += other.count;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        // Without a total, which a year of large numbers would overflow.
        self.mean += (other.mean - self.mean) * (other.count as f64 / self.count as f64);
    }
}
