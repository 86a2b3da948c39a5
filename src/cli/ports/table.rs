//! Ports as a table of at most 80 columns, and what to paste for each that has no name yet.

use super::listed::Listed;
use crate::doctor::Finding;

/// What a terminal has, and what a mail keeps.
const WIDTH: usize = 80;

/// A title is shortened to no less than this.
const SHORTEST: usize = 12;

const PASTE: &str = "For config.toml, with names that you like:";

const HIDDEN: &str =
    "What other users' programs have open is not seen: sudo $(which boardcast) ports";

/// The table, what helps where a port is closed to this user, and the blocks.
pub(super) fn as_text(ports: &[Listed], cure: Option<&Finding>) -> String {
    let mut text = table(ports);
    if ports.iter().any(|port| port.some_hidden) {
        text.push_str(&format!("\n{HIDDEN}\n"));
    }
    if let Some(finding) = cure {
        text.push_str(&format!("\n{}\n", finding.lines().trim_end()));
    }
    let blocks: Vec<String> = ports.iter().filter_map(block).collect();
    if !blocks.is_empty() {
        text.push_str(&format!("\n{PASTE}\n\n{}", blocks.join("\n")));
    }
    text
}

fn block(port: &Listed) -> Option<String> {
    let block = port.block.as_deref()?;
    let device = port.device.display();
    let title = port.title().map(|title| format!(": {title}"));
    Some(format!("# {device}{}\n{block}", title.unwrap_or_default()))
}

const COLUMNS: usize = 5;

/// The column that gives way.
const TITLE: usize = 2;

fn table(ports: &[Listed]) -> String {
    let heading = ["DEVICE", "USB", "BOARD", "NAME", "OPEN IN"].map(str::to_owned);
    let mut rows = vec![heading];
    rows.extend(ports.iter().map(row));
    let mut widths = [0; COLUMNS];
    for (column, width) in widths.iter_mut().enumerate() {
        let cells = rows.iter().map(|row| row[column].chars().count());
        *width = cells.max().unwrap_or(0);
    }
    let all: usize = widths.iter().sum::<usize>() + 2 * (COLUMNS - 1);
    let excess = all.saturating_sub(WIDTH);
    let shortest = SHORTEST.min(widths[TITLE]);
    widths[TITLE] = widths[TITLE].saturating_sub(excess).max(shortest);
    rows.iter().map(|row| line(row, &widths)).collect()
}

fn line(row: &[String; COLUMNS], widths: &[usize; COLUMNS]) -> String {
    let cells = row.iter().zip(widths);
    let cells: Vec<String> = cells
        .map(|(cell, width)| format!("{:width$}", shortened(cell, *width)))
        .collect();
    format!("{}\n", cells.join("  ").trim_end())
}

fn shortened(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let start: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", start.trim_end())
}

fn row(port: &Listed) -> [String; COLUMNS] {
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let holders = port.holders.iter();
    let holders: Vec<String> = holders
        .map(|by| format!("{} ({})", by.name, by.pid))
        .collect();
    let open_in = match (holders.is_empty(), port.permitted) {
        (false, _) => holders.join(", "),
        (true, true) => "-".to_owned(),
        (true, false) => "not permitted".to_owned(),
    };
    [
        port.device.display().to_string(),
        or_dash(port.ids()),
        or_dash(port.title()),
        or_dash(port.name.as_ref().map(ToString::to_string)),
        open_in,
    ]
}
