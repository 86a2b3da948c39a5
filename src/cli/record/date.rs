//! A moment as a date in UTC.
//! Reads no clock.

use crate::clock::Timestamp;

/// As in `2026-01-02T15:30:12Z`.
pub fn rfc3339(time: Timestamp) -> String {
    let [year, month, day, hour, minute, second] = parts(time);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// As in `2026-01-02-153012`, for the name of a file.
pub fn for_a_file(time: Timestamp) -> String {
    let [year, month, day, hour, minute, second] = parts(time);
    format!("{year:04}-{month:02}-{day:02}-{hour:02}{minute:02}{second:02}")
}

/// Year, month, day, hour, minute, second.
fn parts(time: Timestamp) -> [i64; 6] {
    let [year, month, day] = date(time.0.div_euclid(86_400 * 1_000_000));
    let [hour, minute, second] = time.time_of_day();
    [year, month, day, hour, minute, second]
}

/// The Gregorian date so many days after 1970-01-01. Years begin in March here, so that the
/// leap day is the last of them, and eras of 400 years have the same days.
fn date(days: i64) -> [i64; 3] {
    const ERA: i64 = 146_097;
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year = (day - day / 1460 + day / 36_524 - day / (ERA - 1)) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let march = (5 * day + 2) / 153;
    let day = day - (153 * march + 2) / 5 + 1;
    let month = if march < 10 { march + 3 } else { march - 9 };
    [era * 400 + year + i64::from(month <= 2), month, day]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_gregorian() {
        let check = |seconds: i64, wanted: &str| {
            assert_eq!(rfc3339(Timestamp(seconds * 1_000_000)), wanted);
        };
        check(0, "1970-01-01T00:00:00Z");
        check(951_782_400, "2000-02-29T00:00:00Z");
        check(951_868_799, "2000-02-29T23:59:59Z");
        check(951_868_800, "2000-03-01T00:00:00Z");
        check(1_767_367_812, "2026-01-02T15:30:12Z");
        check(4_107_542_400, "2100-03-01T00:00:00Z");
        check(-1, "1969-12-31T23:59:59Z");
        assert_eq!(
            for_a_file(Timestamp(1_767_367_812_999_999)),
            "2026-01-02-153012"
        );
    }
}
