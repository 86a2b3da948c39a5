//! `GET /api/poll`: the stream for clients that can do no more than ask again and again.
//! Knows nothing of who may read.

mod found;

#[cfg(test)]
mod tests;

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use hyper::{Method, Request, StatusCode};
use tokio::time::{Instant, sleep_until};

use self::found::Found;
use crate::metrics::Present;
use crate::server::Shared;
use crate::server::answer::{Answer, error, json};
use crate::server::stream::{Next, Stream, Wait};
use crate::wire::request::{RawLines, Subscribe, Subscription};

/// How long an answer waits for its first message, where the query does not say.
const PATIENCE: f64 = 30.0;

/// The longest that it waits: some proxies give up after a minute.
const MAX_PATIENCE: f64 = 60.0;

/// How long an answer waits at least for what is on disk already.
const FOR_DISK: Duration = Duration::from_secs(10);

/// What is asked for.
#[derive(Debug)]
struct Asked {
    wanted: Subscription,
    patience: Duration,
}

/// Answers with what there is, or waits for it. Cancel safe: a client that goes away has
/// been given nothing.
pub async fn poll<B>(request: &Request<B>, shared: &Shared) -> Answer {
    let mut asked = match Asked::from_query(request.uri().query().unwrap_or("")) {
        Ok(asked) => asked,
        Err(why) => return error(StatusCode::BAD_REQUEST, "bad_query", &why),
    };
    if request.method() == Method::HEAD {
        asked.patience = Duration::ZERO;
    }
    let body = asked.collect(shared).await.into_json();
    let counters = &shared.hub.counters;
    counters.sent_bytes.fetch_add(body.len() as u64, Relaxed);
    json(StatusCode::OK, body)
}

impl Asked {
    fn from_query(query: &str) -> Result<Self, String> {
        let mut wanted = Subscribe::from_query(query)?.check()?;
        // A line is not kept, so most would be lost between two answers.
        wanted.lines = RawLines::No;
        let timeout = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "timeout");
        let seconds = match timeout {
            None => PATIENCE,
            Some((_, value)) => seconds(&value)?,
        };
        let patience = Duration::from_secs_f64(seconds.min(MAX_PATIENCE));
        Ok(Self { wanted, patience })
    }

    async fn collect(&self, shared: &Shared) -> Found {
        let _present = Present::new(&shared.hub.counters.subscribers);
        let begin = Instant::now();
        let (mut stream, opening) = Stream::open(shared, &self.wanted);
        let mut found = Found::new(opening, stream.position());
        let mut over = false;
        while !found.is_full() {
            let wait = match stream.next() {
                Next::Frames(frames) => {
                    found.events(&frames, stream.position());
                    continue;
                }
                Next::Gap(gap, snapshot) => {
                    found.gap(gap, snapshot, stream.position());
                    break;
                }
                Next::Renamed { stream, .. } => {
                    found.rename(stream);
                    continue;
                }
                Next::Nothing(wait) => wait,
                Next::Closed => {
                    found.reach(stream.position());
                    break;
                }
            };
            // Also what does not match has been passed.
            found.reach(stream.position());
            let enough = !found.is_empty() && wait != Wait::Disk;
            if over || enough {
                break;
            }
            let patience = match wait {
                Wait::Event(_) => self.patience,
                Wait::Disk => self.patience.max(FOR_DISK),
            };
            tokio::select! {
                () = stream.ready(wait) => {}
                () = sleep_until(begin + patience) => over = true,
                () = shared.stop.cancelled() => over = true,
            }
        }
        found.held_back(&stream.release());
        found
    }
}

fn seconds(value: &str) -> Result<f64, String> {
    let seconds = value.parse().ok().filter(|seconds| *seconds >= 0.0);
    seconds.ok_or_else(|| format!("`timeout` is a number of seconds, not `{value}`"))
}
