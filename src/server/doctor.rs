//! `GET /api/doctor`: what is wrong with this machine, as `boardcast doctor` finds it.
//! Judges nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::StatusCode;
use serde_json::json;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::task::spawn_blocking;

use crate::clock::Timestamp;
use crate::config::Config;
use crate::doctor::examine_own;
use crate::server::Shared;
use crate::server::access::Role;
use crate::server::answer::{Answer, error, json as json_text};
use crate::wire::encode::millis;

/// How long an answer is given again: looking through all of /proc costs a small machine tens
/// of milliseconds, and a page that is left open asks again and again.
const FRESH: Duration = Duration::from_secs(10);

/// The last examination. While one goes on, all who ask wait for it.
#[derive(Debug, Default)]
pub struct Doctor {
    last: Arc<Mutex<Option<Examined>>>,
}

#[derive(Debug)]
struct Examined {
    begun: Instant,
    config: Arc<Config>,
    body: Bytes,
}

impl Examined {
    fn is_fresh(&self, config: &Arc<Config>) -> bool {
        self.begun.elapsed() < FRESH && Arc::ptr_eq(&self.config, config)
    }
}

/// What is wrong; for operators, since it names programs and users. Cancel safe: an
/// examination that has begun goes on, and whoever asks next is given what it found.
pub async fn answer(role: Role, shared: &Shared) -> Answer {
    if role < Role::Operator {
        let why = "a viewer may not see what runs on this machine";
        return error(StatusCode::FORBIDDEN, "forbidden", why);
    }
    let config = shared.rules().config.clone();
    let last = shared.doctor.last.clone().lock_owned().await;
    if let Some(last) = last.as_ref().filter(|last| last.is_fresh(&config)) {
        return json_text(StatusCode::OK, last.body.clone());
    }
    let now = shared.hub.now();
    match spawn_blocking(move || examine(last, config, now)).await {
        Ok(body) => json_text(StatusCode::OK, body),
        Err(_panic) => {
            let why = "the examination has failed: this is a fault of boardcast";
            error(StatusCode::INTERNAL_SERVER_ERROR, "failed", why)
        }
    }
}

/// Holds the lock until it is done, also if nobody waits for it any more.
fn examine(
    mut last: OwnedMutexGuard<Option<Examined>>,
    config: Arc<Config>,
    now: Timestamp,
) -> Bytes {
    let begun = Instant::now();
    let found = json!({ "time": millis(now), "findings": examine_own(&config) });
    let body = Bytes::from(found.to_string());
    *last = Some(Examined {
        begun,
        config,
        body: body.clone(),
    });
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_given_again_for_ten_seconds() {
        let config = Arc::new(Config::default());
        for (age, config_now, wanted) in [
            (0, config.clone(), true),
            (9, config.clone(), true),
            (10, config.clone(), false),
            (0, Arc::new(Config::default()), false),
        ] {
            let examined = Examined {
                begun: Instant::now() - Duration::from_secs(age),
                config: config.clone(),
                body: Bytes::new(),
            };
            assert_eq!(examined.is_fresh(&config_now), wanted, "{age} s");
        }
    }
}
