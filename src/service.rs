//! systemd: readiness, reload and the watchdog; and what a daemon asks of the kernel.
//! Without systemd every call does nothing. Knows nothing of boards.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::process::{Resource, getrlimit, setrlimit};
use sd_notify::NotifyState;
use tokio::time::sleep;
use tracing::{debug, error, warn};

/// Everything is started, or started again after a reload.
pub fn ready() {
    tell(&[NotifyState::Ready]);
}

/// The configuration is read again.
pub fn reloading() {
    if let Ok(now) = NotifyState::monotonic_usec_now() {
        tell(&[NotifyState::Reloading, now]);
    }
}

/// The end has begun.
pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

fn tell(state: &[NotifyState<'_>]) {
    if let Err(why) = sd_notify::notify(state) {
        debug!(error = %why, "systemd was not told");
    }
}

/// Who has to show that it is alive, and how often each has done so.
#[derive(Default)]
pub struct Beats {
    all: Mutex<HashMap<String, Box<Count>>>,
}

type Count = dyn Fn() -> u64 + Send;

/// One task's sign of life.
#[derive(Clone, Debug)]
pub struct Beat(Arc<AtomicU64>);

impl Beat {
    /// Still alive. At least every two seconds.
    pub fn beat(&self) {
        self.0.fetch_add(1, Relaxed);
    }
}

impl Beats {
    /// A task that has to beat from now on.
    pub fn beat(&self, who: &str) -> Beat {
        let beat = Arc::new(AtomicU64::new(0));
        let count = beat.clone();
        self.add(who, move || count.load(Relaxed));
        Beat(beat)
    }

    /// Something whose count has to grow from now on.
    pub fn add(&self, who: &str, count: impl Fn() -> u64 + Send + 'static) {
        self.lock().insert(who.to_owned(), Box::new(count));
    }

    /// A task that has ended as it should.
    pub fn remove(&self, who: &str) {
        self.lock().remove(who);
    }

    fn counts(&self) -> HashMap<String, u64> {
        self.lock()
            .iter()
            .map(|(who, count)| (who.clone(), count()))
            .collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Box<Count>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Beats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.counts()).finish()
    }
}

/// Feeds systemd's watchdog as long as everybody beats; ends at once where there is
/// none. Cancel safe: dropping it is to stop feeding.
pub async fn watchdog(beats: Arc<Beats>) {
    let Some(patience) = sd_notify::watchdog_enabled() else {
        return;
    };
    let mut before: HashMap<String, u64> = HashMap::new();
    loop {
        let now = beats.counts();
        let silent = silent(&before, &now);
        if silent.is_empty() {
            tell(&[NotifyState::Watchdog]);
        } else {
            error!(?silent, "a task hangs, and the watchdog is not fed");
        }
        before = now;
        // systemd asks for half its time; what beats every two seconds has to fit in.
        sleep(patience / 2).await;
    }
}

/// Who has not beaten between two looks. Who is new has the time until the next.
fn silent<'a>(before: &HashMap<String, u64>, now: &'a HashMap<String, u64>) -> Vec<&'a str> {
    let hangs =
        |(who, count): (&'a String, &u64)| (before.get(who) == Some(count)).then_some(&**who);
    now.iter().filter_map(hangs).collect()
}

/// Raises the soft limit of open files to the hard one and returns it; every connection
/// and every port is one.
pub fn raise_open_files() -> u64 {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(why) = setrlimit(Resource::Nofile, limit) {
        warn!(error = %why, "the limit of open files stays as it is");
    }
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_does_not_beat_between_two_looks_hangs() {
        let beats = Beats::default();
        let (boards, acceptor) = (beats.beat("boards"), beats.beat("acceptor"));
        let first = beats.counts();
        assert!(silent(&HashMap::new(), &first).is_empty());
        boards.beat();
        let second = beats.counts();
        assert_eq!(silent(&first, &second), ["acceptor"]);
        acceptor.beat();
        beats.remove("boards");
        assert!(silent(&second, &beats.counts()).is_empty());
    }
}
