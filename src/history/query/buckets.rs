//! Readings and summaries in buckets of equal width, aligned to multiples of it since 1970.
//! Knows nothing of databases.

use std::collections::BTreeMap;

use super::table::Table;
use crate::clock::Timestamp;
use crate::history::sum::Sum;
use crate::history::when::floor;

/// Buckets that are not finished.
#[derive(Debug)]
pub struct Buckets {
    width: i64,
    columns: usize,
    /// By begin; a bucket is here once one of the channels was there.
    open: BTreeMap<i64, Box<[Sum]>>,
}

impl Buckets {
    /// `width` in microseconds, above 0.
    pub fn new(width: i64, columns: usize) -> Self {
        Self {
            width,
            columns,
            open: BTreeMap::new(),
        }
    }

    /// The cell of a channel at a time; from here on its bucket is there.
    pub fn cell(&mut self, time: i64, column: usize) -> &mut Sum {
        let start = floor(time, self.width);
        let columns = self.columns;
        let bucket = || vec![Sum::default(); columns].into_boxed_slice();
        &mut self.open.entry(start).or_insert_with(bucket)[column]
    }

    /// Gives away the buckets that end before or at this time, in order.
    pub fn finish(&mut self, until: i64, table: &mut impl Table) {
        while let Some(first) = self.open.first_entry()
            && first.key().saturating_add(self.width) <= until
        {
            let (start, cells) = first.remove_entry();
            table.bucket(Timestamp(start), &cells);
        }
    }
}
