//! Prints what was measured, as a table that a person reads and a program can split, and
//! as one for the document.

use std::time::Duration;

use crate::{Outcome, document};

/// Rows under a heading; columns are aligned to the right when it is printed.
pub struct Table {
    title: String,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with the names of its columns.
    pub fn new(title: impl Into<String>, columns: &[&str]) -> Self {
        let head = columns.iter().map(|name| (*name).to_owned()).collect();
        Self {
            title: title.into(),
            rows: vec![head],
        }
    }

    /// Adds a row, which has as many cells as there are columns.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Prints it to standard output.
    pub fn print(&self) {
        println!("\n{}", self.title);
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(|column| self.width(column)).collect();
        for row in &self.rows {
            let cells = row.iter().zip(&widths);
            let cells: Vec<_> = cells
                .map(|(cell, width)| format!("{cell:>width$}"))
                .collect();
            println!("  {}", cells.join("  "));
        }
    }

    /// Prints it, and puts it into the section of this name in the document.
    pub fn publish(&self, section: &str) -> Outcome {
        self.print();
        document::put(section, &self.markdown())
    }

    /// The table in Markdown, under its title.
    pub fn markdown(&self) -> String {
        let mut text = format!("**{}**\n\n", self.title);
        for (number, row) in self.rows.iter().enumerate() {
            text += &format!("| {} |\n", row.join(" | "));
            if number == 0 {
                let rules = (0..row.len()).map(|column| self.rule(column));
                text += &format!("|{}|\n", rules.collect::<Vec<_>>().join("|"));
            }
        }
        text
    }

    /// Numbers stand below each other at their right ends.
    fn rule(&self, column: usize) -> &'static str {
        let mut cells = self.rows[1..].iter().filter_map(|row| row.get(column));
        match cells.any(|cell| cell.starts_with(|first: char| first.is_ascii_digit())) {
            true => "---:",
            false => "---",
        }
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    }
}

/// A number a second, in millions where it is large.
pub fn rate(per_second: f64) -> String {
    match per_second {
        large if large >= 1e6 => format!("{:.2} M", large / 1e6),
        small => format!("{small:.0}"),
    }
}

/// How one relates to the other; nothing if there is no other.
pub fn ratio(one: f64, other: f64) -> String {
    match other > 0.0 {
        true => format!("{:.2}", one / other),
        false => "-".into(),
    }
}

/// A time in milliseconds.
pub fn ms(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1e3)
}

/// A part of one core in percent.
pub fn percent(busy: Duration, elapsed: Duration) -> String {
    format!("{:.1}", 100.0 * busy.as_secs_f64() / elapsed.as_secs_f64())
}
