//! Points in time and widths as people and programs write them.
//! Reads no clock.

use crate::clock::Timestamp;
use crate::config::units::parse_duration;
use crate::wire::encode;

/// Microseconds in a millisecond.
pub const MILLI: i64 = 1000;

/// Microseconds in a second.
pub const SECOND: i64 = 1000 * MILLI;

/// Microseconds in a minute.
pub const MINUTE: i64 = 60 * SECOND;

/// Microseconds in an hour.
pub const HOUR: i64 = 60 * MINUTE;

/// The last millisecond of the year 9999: what is later was not meant as milliseconds.
const LAST_MILLI: f64 = 253_402_300_799_999.0;

const FORMS: &str =
    "take ms since 1970, a date as in 2026-01-31T15:30:00Z, a time before now as in -24h, or `now`";

/// The multiple of `width` at or before a time.
pub fn floor(time: i64, width: i64) -> i64 {
    time.saturating_sub(time.rem_euclid(width))
}

/// The multiple of `width` at or behind a time.
pub fn ceil(time: i64, width: i64) -> i64 {
    floor(time.saturating_add(width - 1), width)
}

/// A point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At this time.
    At(Timestamp),
    /// Up to now, whatever the time is.
    Now,
}

/// Reads milliseconds since 1970, an RFC 3339 date, `-24h` or `now`. What lies before 1970
/// is 1970: there is nothing older.
///
/// # Errors
/// What is wrong, as the end of a sentence about the text, with the cure.
pub fn parse_when(text: &str, now: Timestamp) -> Result<When, String> {
    let text = text.trim();
    if text == "now" {
        return Ok(When::Now);
    }
    let time = match text.parse::<f64>() {
        // `nan` and `inf` are numbers for Rust, and no times.
        Ok(millis) if millis.is_finite() => from_millis(millis)?,
        _ => match text.strip_prefix('-') {
            Some(span) => now.plus(-micros(span)?),
            None => from_date(text)?,
        },
    };
    Ok(When::At(time.max(Timestamp(0))))
}

/// Reads the width of a bucket in microseconds: a duration, or a number of milliseconds.
///
/// # Errors
/// As [`parse_when`].
pub fn parse_width(text: &str) -> Result<i64, String> {
    let text = text.trim();
    let width = match text.parse::<u32>() {
        Ok(millis) => i64::from(millis) * MILLI,
        Err(_) => micros(text)?,
    };
    match width {
        0 => Err("must be above 0, as in 10s".to_owned()),
        width if width >= MINUTE && width % MINUTE != 0 => Err(format!(
            "must be whole minutes where it is above one: take {}m",
            width / MINUTE + 1
        )),
        width => Ok(width),
    }
}

/// A time in milliseconds, with its microseconds as decimals, as events have it.
pub fn put_millis(out: &mut Vec<u8>, time: Timestamp) {
    let mut whole = itoa::Buffer::new();
    out.extend_from_slice(whole.format(time.0.div_euclid(1000)).as_bytes());
    out.extend_from_slice(&encode::micros(time));
}

fn from_millis(millis: f64) -> Result<Timestamp, String> {
    if millis > LAST_MILLI {
        return Err("lies behind the year 9999 (it is milliseconds since 1970)".to_owned());
    }
    Ok(Timestamp((millis * 1000.0).round() as i64))
}

fn from_date(text: &str) -> Result<Timestamp, String> {
    if parse_duration(text).is_ok() {
        return Err(format!("is no time: did you mean -{text}?"));
    }
    let date = text.parse::<jiff::Timestamp>();
    // In a query, an unescaped `+` of an offset has become a space.
    let date = date.or_else(|why| spaced_offset(text).ok_or(why)?.parse());
    date.map(|date| Timestamp(date.as_microsecond()))
        .map_err(|_| format!("is no time: {FORMS}"))
}

/// `2026-01-31T15:30:00 01:00` with its `+`.
fn spaced_offset(text: &str) -> Option<String> {
    let (time, offset) = text.rsplit_once(' ')?;
    (time.contains(':') && offset.len() == 5).then(|| format!("{time}+{offset}"))
}

fn micros(span: &str) -> Result<i64, String> {
    let micros = parse_duration(span)?.as_micros();
    i64::try_from(micros).map_err(|_| "is too large".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000_000);

    #[test]
    fn times_are_read_as_people_write_them() {
        let cases = [
            ("1763829599619", 1_763_829_599_619_000),
            ("1763829599619.214", 1_763_829_599_619_214),
            (" 0 ", 0),
            ("-5", 0),
            ("1e3", 1_000_000),
            ("2025-11-22T16:39:59.619214Z", 1_763_829_599_619_214),
            ("2025-11-22t16:39:59z", 1_763_829_599_000_000),
            ("2025-11-22T17:39:59+01:00", 1_763_829_599_000_000),
            ("2025-11-22T17:39:59 01:00", 1_763_829_599_000_000),
            ("2025-11-22 16:39:59Z", 1_763_829_599_000_000),
            ("1955-11-05T06:15:00Z", 0),
            ("-24h", NOW.0 - 86_400_000_000),
            ("-0s", NOW.0),
            ("-300ms", NOW.0 - 300_000),
            ("-40000d", 0),
        ];
        for (text, micros) in cases {
            let wanted = When::At(Timestamp(micros));
            assert_eq!(parse_when(text, NOW), Ok(wanted), "{text}");
        }
        assert_eq!(parse_when("now", NOW), Ok(When::Now));
    }

    #[test]
    fn what_is_no_time_is_told_with_the_cure() {
        let cases = [
            ("", "is no time: take ms since 1970"),
            ("yesterday", "is no time: take ms since 1970"),
            ("nan", "is no time: take ms since 1970"),
            ("inf", "is no time: take ms since 1970"),
            ("2025-11-22", "is no time: take ms since 1970"),
            ("2025-11-22T16:39:59", "is no time: take ms since 1970"),
            ("2025-13-22T16:39:59Z", "is no time: take ms since 1970"),
            ("24h", "is no time: did you mean -24h?"),
            ("-24", ""),
            ("-24hours", "has the unit `hours`, did you mean `h`?"),
            ("-1.5h", "is not whole: take a smaller unit"),
            ("1763829599619214", "lies behind the year 9999"),
        ];
        for (text, wanted) in cases {
            let why = parse_when(text, NOW).err().unwrap_or_default();
            assert!(why.starts_with(wanted), "{text}: {why}");
        }
    }

    #[test]
    fn widths_are_durations_or_milliseconds() {
        let cases = [
            ("10s", Ok(10_000_000)),
            ("500", Ok(500_000)),
            ("1m", Ok(MINUTE)),
            ("90m", Ok(90 * MINUTE)),
            ("0", Err("must be above 0, as in 10s")),
            ("0s", Err("must be above 0, as in 10s")),
            (
                "90s",
                Err("must be whole minutes where it is above one: take 2m"),
            ),
            ("10sec", Err("has the unit `sec`, did you mean `s`?")),
            (
                "-1",
                Err("is not a whole number with a unit, as in \"300ms\""),
            ),
        ];
        for (text, wanted) in cases {
            let wanted = wanted.map_err(str::to_owned);
            assert_eq!(parse_width(text), wanted, "{text}");
        }
    }

    #[test]
    fn times_are_written_as_events_have_them() {
        let cases = [
            (1_763_829_599_619_214, "1763829599619.214"),
            (0, "0.000"),
            (1_000_007, "1000.007"),
        ];
        for (micros, wanted) in cases {
            let mut out = Vec::new();
            put_millis(&mut out, Timestamp(micros));
            assert_eq!(String::from_utf8(out).unwrap(), wanted);
        }
        let time = Timestamp(1_763_829_599_619_214);
        assert_eq!(time.utc("%Y-%m-%dT%H%M%SZ"), "2025-11-22T163959Z");
    }
}
