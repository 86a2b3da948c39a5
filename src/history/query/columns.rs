//! Which column a channel is.
//! Knows nothing of values.

use std::collections::HashMap;

/// The columns of an answer, at most [`super::MAX_COLUMNS`].
#[derive(Clone, Debug)]
pub struct Columns {
    names: Vec<String>,
    places: HashMap<String, usize>,
}

impl Columns {
    /// In this order, each name once.
    pub fn new(names: Vec<String>) -> Self {
        let places = names.iter().cloned().zip(0..).collect();
        Self { names, places }
    }

    /// In order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Where a channel stands, if it is asked for.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }
}
