//! What one channel was in a span of time, in five numbers that stay finite.
//! Knows no times.

use rusqlite::Row;

use super::sums::values::Value;

/// Smallest, largest, mean and number of values. Without values the three are zero and
/// mean nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sum {
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// Their mean.
    pub mean: f64,
    /// How many there were.
    pub count: u64,
}

impl Sum {
    /// Takes a value in. What is no number only shows that the channel was there.
    pub fn take(&mut self, value: Value) {
        let Value::Number(number) = value else {
            return;
        };
        // Adding zero makes 0 of -0, which as a minimum would only raise eyebrows.
        let number = number + 0.0;
        self.join(&Self {
            min: number,
            max: number,
            mean: number,
            count: 1,
        });
    }

    /// Takes in what the same channel was in another span.
    pub fn join(&mut self, other: &Self) {
        if self.count == 0 || other.count == 0 {
            if self.count == 0 {
                *self = *other;
            }
            return;
        }
        let count = self.count + other.count;
        let min = self.min.min(other.min);
        let max = self.max.max(other.max);
        // The usual way keeps the mean of equal values exact, but the way from -1e308 to
        // 1e308 is infinitely far.
        let (part, whole) = (other.count as f64, count as f64);
        let step = (other.mean - self.mean) / whole * part;
        let mean = if step.is_finite() {
            self.mean + step
        } else {
            self.mean * ((whole - part) / whole) + other.mean * (part / whole)
        };
        // Rounding must not take it out of its bounds.
        let mean = mean.clamp(min, max);
        *self = Self {
            min,
            max,
            mean,
            count,
        };
    }

    /// From four columns of a row: smallest, largest, mean, number.
    ///
    /// # Errors
    /// When they are something else.
    pub fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<Self> {
        let number = |column| row.get(column).map(Option::<f64>::unwrap_or_default);
        Ok(Self {
            min: number(first)?,
            max: number(first + 1)?,
            mean: number(first + 2)?,
            count: row.get::<_, i64>(first + 3)?.unsigned_abs(),
        })
    }

    /// As in a table: smallest, largest, mean.
    pub fn columns(&self) -> [Option<f64>; 3] {
        [self.min, self.max, self.mean].map(|number| (self.count > 0).then_some(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes numbers, one by one and in two halves; gives min, max, mean.
    fn check(numbers: &[f64], wanted: [f64; 3]) {
        for split in 0..=numbers.len() {
            let [mut sum, mut second] =
                [numbers.split_at(split).0, numbers.split_at(split).1].map(|half| {
                    let mut sum = Sum::default();
                    half.iter()
                        .for_each(|&number| sum.take(Value::Number(number)));
                    sum
                });
            second.take(Value::Other);
            sum.join(&second);
            let got = [sum.min, sum.max, sum.mean];
            assert_eq!(sum.count, numbers.len() as u64);
            for (got, wanted) in got.into_iter().zip(wanted) {
                let off = (got - wanted).abs();
                assert!(off <= wanted.abs() * 1e-15, "{numbers:?}: {sum:?}");
                assert!(got != 0.0 || got.is_sign_positive(), "{numbers:?}: {sum:?}");
            }
        }
    }

    #[test]
    fn means_are_means() {
        check(&[1.0, 2.0, 6.0], [1.0, 6.0, 3.0]);
        check(&[23.7; 60], [23.7, 23.7, 23.7]);
        check(&[-0.0], [0.0, 0.0, 0.0]);
        check(&[-0.0, 0.0, -0.0], [0.0, 0.0, 0.0]);
    }

    #[test]
    fn the_largest_numbers_have_a_mean() {
        const MAX: f64 = f64::MAX;
        check(&[1e308, 1e308, 1e308], [1e308; 3]);
        check(&[MAX, MAX, MAX], [MAX; 3]);
        check(&[-1e308, 1e308], [-1e308, 1e308, 0.0]);
        check(&[MAX, -MAX], [-MAX, MAX, 0.0]);
        check(
            &[9_007_199_254_740_993.0, 1.0],
            [1.0, 9_007_199_254_740_992.0, 4_503_599_627_370_496.5],
        );
    }
}
