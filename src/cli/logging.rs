//! Where logs go and which are written.

use std::env;
use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

use super::say;

/// As in `BOARDCAST_LOG=debug` or `BOARDCAST_LOG=info,boardcast::boards=trace`.
const VARIABLE: &str = "BOARDCAST_LOG";

/// What holds without it.
const USUAL: &str = "info";

/// Sends logs to standard error from here on.
pub(super) fn start() {
    let colour = io::stderr().is_terminal() && env::var_os("NO_COLOR").is_none();
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter(env::var(VARIABLE)))
        .with_writer(io::stderr)
        // It would tell standard error that standard error fails, and panic there: a full
        // disk or a closed pipe would end the gateway.
        .log_internal_errors(false)
        .with_ansi(colour);
    // systemd's journal has a time for each line already.
    let started = match env::var_os("JOURNAL_STREAM") {
        Some(_) => logs.without_time().try_init(),
        None => logs.try_init(),
    };
    if let Err(why) = started {
        say(&format!("boardcast: cannot log: {why}"));
    }
}

/// A mistake in the variable costs the wish, not the start.
fn filter(wish: Result<String, env::VarError>) -> EnvFilter {
    let read = match wish {
        Ok(wish) => EnvFilter::try_new(&wish).map_err(|why| format!("`{wish}`: {why}")),
        Err(env::VarError::NotPresent) => Ok(EnvFilter::new(USUAL)),
        Err(why) => Err(why.to_string()),
    };
    read.unwrap_or_else(|why| {
        say(&format!(
            "boardcast: {VARIABLE} is wrong, so `{USUAL}` it is (error, warn, info, debug or trace): {why}"
        ));
        EnvFilter::new(USUAL)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_filter_is_replaced_by_the_usual_one() {
        let check = |wish: &str, wanted: &str| {
            let filter = filter(Ok(wish.to_owned()));
            assert_eq!(filter.to_string(), wanted, "{wish}");
        };
        check("debug", "debug");
        check("boardcast::boards=trace", "boardcast::boards=trace");
        check("boardcast=loud", "info");
        check("[", "info");
        assert_eq!(filter(Err(env::VarError::NotPresent)).to_string(), "info");
    }
}
