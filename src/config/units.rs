//! Durations and sizes as people write them: `10s`, `300ms`, `16MiB`.

use std::time::Duration;

/// Bytes in a kibibyte.
pub const KIB: usize = 1024;

/// Bytes in a mebibyte.
pub const MIB: usize = 1024 * KIB;

/// Bytes in a gibibyte.
pub const GIB: usize = 1024 * MIB;

const DURATIONS: [(&str, u64); 5] = [
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

const SIZES: [(&str, u64); 4] = [
    ("GiB", GIB as u64),
    ("MiB", MIB as u64),
    ("KiB", KIB as u64),
    ("B", 1),
];

/// Reads a duration: a whole number and `ms`, `s`, `m`, `h` or `d`.
///
/// # Errors
/// What is wrong, as the end of a sentence about the text, with a text that is right.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    parse(text, &DURATIONS, "300ms", "`ms`, `s`, `m`, `h` or `d`").map(Duration::from_millis)
}

/// Reads a size: a whole number and `B`, `KiB`, `MiB` or `GiB`.
///
/// # Errors
/// As [`parse_duration`].
pub fn parse_size(text: &str) -> Result<usize, String> {
    let bytes = parse(text, &SIZES, "64KiB", "`B`, `KiB`, `MiB` or `GiB`")?;
    usize::try_from(bytes).map_err(|_| "is too large".to_owned())
}

/// Writes a duration in the largest unit that keeps it whole; below 1 ms is cut off.
pub fn show_duration(duration: Duration) -> String {
    let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    if millis == 0 {
        return "0s".to_owned();
    }
    show(millis, &DURATIONS)
}

/// Writes a size in the largest unit that keeps it whole.
pub fn show_size(bytes: usize) -> String {
    show(bytes as u64, &SIZES)
}

fn show(amount: u64, units: &[(&str, u64)]) -> String {
    let whole = |&&(_, unit): &&(&str, u64)| amount >= unit && amount.is_multiple_of(unit);
    let (name, unit) = units.iter().find(whole).unwrap_or(&("", 1));
    format!("{}{name}", amount / unit)
}

fn parse(text: &str, units: &[(&str, u64)], example: &str, names: &str) -> Result<u64, String> {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    if number.is_empty() {
        return Err(format!(
            "is not a whole number with a unit, as in \"{example}\""
        ));
    }
    let unit = unit.trim_start();
    let Some((_, factor)) = units.iter().find(|(name, _)| *name == unit) else {
        return Err(wrong_unit(unit, units, example, names));
    };
    let number = number.parse::<u64>().ok();
    number
        .and_then(|number| number.checked_mul(*factor))
        .ok_or_else(|| "is too large".to_owned())
}

fn wrong_unit(unit: &str, units: &[(&str, u64)], example: &str, names: &str) -> String {
    if unit.is_empty() {
        return format!("lacks its unit: one of {names}, as in \"{example}\"");
    }
    if unit.starts_with('.') {
        return format!("is not whole: take a smaller unit, one of {names}");
    }
    let meant = units.iter().find(|(name, _)| same_unit(name, unit));
    match meant {
        Some((name, _)) => format!("has the unit `{unit}`, did you mean `{name}`?"),
        None => format!("has no known unit: `{unit}` is none of {names}, as in \"{example}\""),
    }
}

/// `kb`, `KB` and `K` are meant as `KiB`, `sec` as `s`, `min` as `m`.
fn same_unit(name: &str, written: &str) -> bool {
    let written = written.to_ascii_lowercase();
    let short = name.to_ascii_lowercase().replace("ib", "");
    let long = match name {
        "ms" => "milliseconds",
        "s" => "seconds",
        "m" => "minutes",
        "h" => "hours",
        "d" => "days",
        _ => "",
    };
    written == name.to_ascii_lowercase()
        || written.trim_end_matches('b').trim_end_matches('i') == short
        || (written.len() > 1 && written != "mi" && long.starts_with(&written))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_written() {
        let cases = [
            ("300ms", 300),
            ("10s", 10_000),
            ("5m", 300_000),
            ("2h", 7_200_000),
            ("30d", 2_592_000_000),
            ("0s", 0),
        ];
        for (text, millis) in cases {
            let duration = Duration::from_millis(millis);
            assert_eq!(parse_duration(text), Ok(duration), "{text}");
            assert_eq!(show_duration(duration), text);
        }
        assert_eq!(parse_duration("10 s"), Ok(Duration::from_secs(10)));
        assert_eq!(show_duration(Duration::from_millis(1500)), "1500ms");
    }

    #[test]
    fn sizes_are_read_and_written() {
        for (text, bytes) in [
            ("100B", 100),
            ("64KiB", 65_536),
            ("16MiB", 16 * MIB),
            ("1GiB", GIB),
        ] {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
            assert_eq!(show_size(bytes), text);
        }
    }

    #[test]
    fn a_wrong_unit_names_the_right_one() {
        let durations = [
            (
                "10",
                "lacks its unit: one of `ms`, `s`, `m`, `h` or `d`, as in \"300ms\"",
            ),
            ("10sec", "has the unit `sec`, did you mean `s`?"),
            ("10 S", "has the unit `S`, did you mean `s`?"),
            ("5min", "has the unit `min`, did you mean `m`?"),
            (
                "1.5s",
                "is not whole: take a smaller unit, one of `ms`, `s`, `m`, `h` or `d`",
            ),
            (
                "10x",
                "has no known unit: `x` is none of `ms`, `s`, `m`, `h` or `d`, as in \"300ms\"",
            ),
            ("fast", "is not a whole number with a unit, as in \"300ms\""),
            ("-1s", "is not a whole number with a unit, as in \"300ms\""),
            ("99999999999999999999d", "is too large"),
        ];
        for (text, why) in durations {
            assert_eq!(parse_duration(text), Err(why.to_owned()), "{text}");
        }
        for (text, unit) in [("16MB", "MiB"), ("64k", "KiB"), ("1Gb", "GiB"), ("5b", "B")] {
            let why = parse_size(text).unwrap_err();
            assert!(
                why.contains(&format!("did you mean `{unit}`?")),
                "{text}: {why}"
            );
        }
    }
}
