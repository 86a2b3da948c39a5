//! How long a port is released for, as `POST /api/boards/{board}/release` says it.
//! Knows nothing of ports.

use std::ops::RangeInclusive;
use std::time::Duration;

use serde_json::{Map, Value};

/// `for` where it is left out, in seconds: an Uno is flashed in 10 s, an ESP32 with a large
/// sketch in 30 s.
const DEFAULT: f64 = 60.0;

/// `for` lies between these, in seconds.
pub const BOUNDS: RangeInclusive<f64> = 1.0..=3600.0;

/// Reads the body of a release. Nothing, or nothing but blanks, is the default.
///
/// # Errors
/// What is wrong with it: no JSON object, or a `for` that is no number from 1 to 3600.
pub fn span(body: &[u8]) -> Result<Duration, String> {
    let body = match body.trim_ascii() {
        b"" => b"{}",
        body => body,
    };
    let asked: Map<String, Value> =
        serde_json::from_slice(body).map_err(|why| format!("not a JSON object: {why}"))?;
    let seconds = match asked.get("for") {
        None | Some(Value::Null) => Some(DEFAULT),
        Some(seconds) => seconds.as_f64(),
    };
    let seconds = seconds.filter(|seconds| BOUNDS.contains(seconds));
    seconds
        .map(Duration::from_secs_f64)
        .ok_or_else(|| "`for` must be a number of seconds between 1 and 3600".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, wanted: Result<f64, &str>) {
        match (span(body.as_bytes()), wanted) {
            (Ok(span), Ok(seconds)) => assert_eq!(span.as_secs_f64(), seconds, "{body}"),
            (Err(why), Err(words)) => assert!(why.contains(words), "{body}: {why}"),
            (span, wanted) => panic!("{body}: {span:?}, not {wanted:?}"),
        }
    }

    #[test]
    fn a_span_is_seconds_within_bounds() {
        check("", Ok(60.0));
        check(" \r\n", Ok(60.0));
        check("{}", Ok(60.0));
        check("{\"for\":null}", Ok(60.0));
        check("{\"for\":1}", Ok(1.0));
        check("{\"for\":90.5}", Ok(90.5));
        check("{\"for\":3600,\"more\":1}", Ok(3600.0));
        for wrong in ["0", "0.99", "-1", "3600.1", "1e300", "\"60s\"", "true"] {
            let body = format!("{{\"for\":{wrong}}}");
            check(
                &body,
                Err("`for` must be a number of seconds between 1 and 3600"),
            );
        }
        check("[60]", Err("not a JSON object: "));
        check("60", Err("not a JSON object: "));
        check("{", Err("not a JSON object: EOF"));
    }
}
