//! Reads a script of faults.

use std::time::Duration;

use super::{Fault, Rule, ScriptError};

const GARBAGE: usize = 64;
const LONG: usize = 10_000;
const FLOOD: usize = 1000;

/// No fault makes more bytes or lines than this at once, so that a slip of the finger
/// costs no memory.
const MAX_COUNT: usize = 1_000_000;

const FAULTS: &str = "reset, half, garbage, long, flood, silence, unplug";

pub fn parse(text: &str) -> Result<Vec<Rule>, ScriptError> {
    text.split(';')
        .map(str::trim)
        .filter(|rule| !rule.is_empty())
        .map(rule)
        .collect()
}

fn rule(text: &str) -> Result<Rule, ScriptError> {
    let wrong = |why: String| ScriptError(format!("rule `{text}`: {why}"));
    let mut words = text.split_whitespace();
    let when = words.next().unwrap_or_default();
    if !matches!(when, "after" | "every") {
        return Err(wrong(format!(
            "begins with `{when}`, not with `after` or `every`"
        )));
    }
    let time = duration(words.next(), when).map_err(wrong)?;
    if when == "every" && time.is_zero() {
        return Err(wrong(
            "every 0 s would leave no time for anything else".into(),
        ));
    }
    let fault = fault(words.next(), words.next()).map_err(wrong)?;
    match words.next() {
        Some(more) => Err(wrong(format!(
            "`{more}` is too much; rules are separated by `;`"
        ))),
        None => Ok(Rule {
            due: time,
            again: (when == "every").then_some(time),
            fault,
        }),
    }
}

fn fault(name: Option<&str>, argument: Option<&str>) -> Result<Fault, String> {
    let name = name.ok_or(format!("no fault is named; there are {FAULTS}"))?;
    match name {
        "reset" => bare(Fault::Reset, name, argument),
        "half" => bare(Fault::Half, name, argument),
        "garbage" => count(argument, GARBAGE).map(Fault::Garbage),
        "long" => count(argument, LONG).map(Fault::Long),
        "flood" => count(argument, FLOOD).map(Fault::Flood),
        "silence" => duration(argument, name).map(Fault::Silence),
        "unplug" => duration(argument, name).map(Fault::Unplug),
        _ => Err(format!("unknown fault `{name}`; there are {FAULTS}")),
    }
}

fn bare(fault: Fault, name: &str, argument: Option<&str>) -> Result<Fault, String> {
    match argument {
        Some(more) => Err(format!("`{name}` takes nothing, but `{more}` follows")),
        None => Ok(fault),
    }
}

fn count(text: Option<&str>, usual: usize) -> Result<usize, String> {
    let Some(text) = text else { return Ok(usual) };
    match text.parse() {
        Ok(count @ 1..=MAX_COUNT) => Ok(count),
        _ => Err(format!("`{text}` is not a count from 1 to {MAX_COUNT}")),
    }
}

fn duration(text: Option<&str>, what: &str) -> Result<Duration, String> {
    let text = text.ok_or(format!("`{what}` needs a duration such as `3s`"))?;
    let split = text
        .find(|c: char| c.is_ascii_alphabetic())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let seconds = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        _ => {
            return Err(format!(
                "`{text}` is not a duration such as `500ms`, `3s` or `2m`"
            ));
        }
    };
    let number: Option<f64> = number.parse().ok();
    number
        .and_then(|number| Duration::try_from_secs_f64(number * seconds).ok())
        .ok_or(format!(
            "`{text}` is not a duration such as `500ms`, `3s` or `2m`"
        ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, error: &str) {
        assert_eq!(parse(text).unwrap_err().to_string(), error);
    }

    #[test]
    fn errors_name_the_rule_and_the_cure() {
        check(
            "10s half",
            "rule `10s half`: begins with `10s`, not with `after` or `every`",
        );
        check(
            "every",
            "rule `every`: `every` needs a duration such as `3s`",
        );
        check(
            "after 5s half; after ten half",
            "rule `after ten half`: `ten` is not a duration such as `500ms`, `3s` or `2m`",
        );
        check(
            "after 3h half",
            "rule `after 3h half`: `3h` is not a duration such as `500ms`, `3s` or `2m`",
        );
        check(
            "after 5s",
            "rule `after 5s`: no fault is named; there are reset, half, garbage, long, flood, \
             silence, unplug",
        );
        check(
            "after 5s explode",
            "rule `after 5s explode`: unknown fault `explode`; there are reset, half, garbage, \
             long, flood, silence, unplug",
        );
        check(
            "every 1s long 0",
            "rule `every 1s long 0`: `0` is not a count from 1 to 1000000",
        );
        check(
            "after 1s reset now",
            "rule `after 1s reset now`: `reset` takes nothing, but `now` follows",
        );
        check(
            "after 1s unplug",
            "rule `after 1s unplug`: `unplug` needs a duration such as `3s`",
        );
        check(
            "after 1s half every 2s half",
            "rule `after 1s half every 2s half`: `half` takes nothing, but `every` follows",
        );
        check(
            "after 1s flood 5 reset",
            "rule `after 1s flood 5 reset`: `reset` is too much; rules are separated by `;`",
        );
        check(
            "every 0s half",
            "rule `every 0s half`: every 0 s would leave no time for anything else",
        );
    }
}
