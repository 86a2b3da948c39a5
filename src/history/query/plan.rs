//! How a question is answered: which times, every reading or buckets, and what would be
//! too much for one answer.
//! Reads nothing.

use std::time::Duration;

use super::events::Span;
use super::view::View;
use super::{Detail, Format, MAX_POINTS, Question};
use crate::clock::Timestamp;
use crate::config::units::show_duration;
use crate::history::when::{HOUR, MILLI, MINUTE, SECOND, ceil, floor};

/// Cells of a JSON answer, three for each channel of a bucket: some 20 MiB of text.
pub const MAX_CELLS: usize = 1_000_000;

/// What a question is about, in time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    /// As asked, or the oldest there is.
    pub from: Timestamp,
    /// As asked, or just behind the newest. Does not belong to it.
    pub to: Timestamp,
    /// What of it there can be readings in.
    pub span: Span,
}

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// With every reading.
    Raw,
    /// With every reading if there are at most so many, else in that many buckets.
    Few(usize),
    /// In at most so many buckets.
    Points(usize),
    /// In buckets of this width.
    Every(i64),
}

impl Extent {
    /// Of a question.
    pub fn of(question: &Question, view: &View, now: Timestamp) -> Self {
        Self::between(question, view.oldest, view.newest.max(now))
    }

    /// Of a question about what lies between these times, as far as there is anything.
    pub fn between(question: &Question, oldest: Option<Timestamp>, newest: Timestamp) -> Self {
        let end = newest.plus(1);
        let to = question.to.unwrap_or(end);
        let oldest = oldest.unwrap_or(to).min(to);
        let from = question.from.unwrap_or(oldest).min(to);
        let span = Span {
            begin: from.max(oldest).0,
            end: to.min(end).0,
        };
        Self { from, to, span }
    }
}

/// Decides how to answer.
///
/// # Errors
/// What would be too much, with the cure.
pub fn plan(question: &Question, columns: usize, span: Span) -> Result<Plan, String> {
    let json = question.format == Format::Json;
    match question.detail {
        Detail::All if json => Ok(Plan::Few(most_points(columns))),
        Detail::All => Ok(Plan::Raw),
        Detail::Points(points) if json && points > most_points(columns) => Err(format!(
            "{points} points of {columns} channels are too many: take points={}, or name fewer in `channels`",
            most_points(columns)
        )),
        Detail::Points(points) if json => Ok(Plan::Few(points)),
        Detail::Points(points) => Ok(Plan::Points(points)),
        Detail::Every(width) if json => check(width, columns, span).map(|()| Plan::Every(width)),
        Detail::Every(width) => Ok(Plan::Every(width)),
    }
}

/// The smallest width with which a span takes at most so many buckets: whole milliseconds,
/// above a minute whole minutes, above an hour whole hours.
pub fn width_for(span: Span, points: usize) -> i64 {
    let points = i64::try_from(points).unwrap_or(i64::MAX);
    let length = (span.end - span.begin).max(1);
    let mut width = round(length.saturating_add(points - 1) / points);
    // A span that begins and ends inside a bucket may take one more than its length says.
    while count(span, width) > points {
        width = round(width + 1);
    }
    width
}

/// A span of whole buckets.
pub fn widen(span: Span, width: i64) -> Span {
    Span {
        begin: floor(span.begin, width),
        end: ceil(span.end, width),
    }
}

/// What a board may have, whose readings are too many to be summed one by one.
pub fn crowded(width: i64) -> String {
    let width = show(width);
    format!(
        "too many readings for every={width}: take every=1m or more, a shorter time, or format=csv"
    )
}

/// In whole seconds where it is one or more.
fn show(width: i64) -> String {
    let unit = if width > SECOND { SECOND } else { MILLI };
    show_duration(Duration::from_micros(ceil(width, unit).unsigned_abs()))
}

fn most_points(columns: usize) -> usize {
    (MAX_CELLS / 3 / columns.max(1)).clamp(1, MAX_POINTS)
}

fn check(width: i64, columns: usize, span: Span) -> Result<(), String> {
    let most = most_points(columns);
    let wanted = count(span, width);
    if usize::try_from(wanted).is_ok_and(|wanted| wanted <= most) {
        return Ok(());
    }
    let fewer = if most < MAX_POINTS {
        format!(" of {columns} channels")
    } else {
        String::new()
    };
    Err(format!(
        "{wanted} points{fewer} are too many: take every={} or more, a shorter time, or format=csv",
        show(width_for(span, most))
    ))
}

fn count(span: Span, width: i64) -> i64 {
    let span_of_buckets = widen(span, width);
    (span_of_buckets.end - span_of_buckets.begin) / width
}

fn round(width: i64) -> i64 {
    let unit = if width > HOUR {
        HOUR
    } else if width > MINUTE {
        MINUTE
    } else {
        MILLI
    };
    ceil(width, unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: i64 = 1_000_000;

    fn span(begin: i64, end: i64) -> Span {
        Span { begin, end }
    }

    #[test]
    fn widths_are_round() {
        let month = 30 * 24 * HOUR;
        let cases = [
            (span(0, 1000 * S), 1000, S),
            (span(0, 1000 * S), 999, 1_002_000),
            (span(1, 1000 * S + 1), 1000, 1_001_000),
            (span(0, 1), 10, MILLI),
            (span(5, 5), 10, MILLI),
            (span(0, 60_001 * S), 1000, 2 * MINUTE),
            (span(0, month), 1000, 44 * MINUTE),
            (span(0, month), 10_000, 5 * MINUTE),
            (span(0, 365 * 24 * HOUR), 1000, 9 * HOUR),
            (span(0, 3600 * 1000 * S + 1), 1000, 2 * HOUR),
            (span(59 * S, 61 * S), 1, 2_034_000),
            (span(1_700_000_000 * S, 1_700_000_001 * S), 1, S),
        ];
        for (span, points, wanted) in cases {
            assert_eq!(width_for(span, points), wanted, "{span:?} {points}");
        }
    }

    #[test]
    fn too_much_is_refused_with_the_cure() {
        let check = |query: &str, columns, wanted: Result<Plan, &str>| {
            let question = Question::from_query(query, Timestamp(0)).unwrap();
            let plan = plan(&question, columns, span(0, 24 * HOUR));
            assert_eq!(plan, wanted.map_err(str::to_owned), "{query} {columns}");
        };
        check("", 1, Ok(Plan::Few(10_000)));
        check("", 1024, Ok(Plan::Few(325)));
        check("points=325", 1024, Ok(Plan::Few(325)));
        check(
            "points=400",
            1024,
            Err(
                "400 points of 1024 channels are too many: take points=325, or name fewer in `channels`",
            ),
        );
        check("every=10s", 4, Ok(Plan::Every(10 * S)));
        check(
            "every=1s",
            4,
            Err("86400 points are too many: take every=9s or more, a shorter time, or format=csv"),
        );
        check(
            "every=10s",
            100,
            Err(
                "8640 points of 100 channels are too many: take every=26s or more, a shorter time, or format=csv",
            ),
        );
        check("every=1s&format=csv", 100, Ok(Plan::Every(S)));
        check("points=9&format=csv", 100, Ok(Plan::Points(9)));
        check("format=csv", 100, Ok(Plan::Raw));
    }
}
