//! Decides how long accepting pauses when the kernel will not give a connection.
//! Knows nothing of connections.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::Instant;
use tracing::{info, warn};

/// Long enough that a full table costs nothing, short enough that nobody gives up.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Pauses grow to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Without an error for this long, the trouble is over. At the limit connections come one
/// for each that goes, which is one episode and not one for each.
const CALM: Duration = Duration::from_secs(2);

/// One episode without connections; it is said once, and once that it is over.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    /// The last pause, and when it was decided.
    last: Option<(Duration, Instant)>,
}

impl Trouble {
    /// How long to pause after an error; `None` if only that one connection is lost.
    pub(super) fn pause_after(
        &mut self,
        why: &io::Error,
        listener: SocketAddr,
    ) -> Option<Duration> {
        if is_of_one_connection(why) {
            return None;
        }
        let pause = match self.last {
            Some((pause, _)) => LONGEST_PAUSE.min(pause * 2),
            None => {
                warn!(%listener, error = %why, "accepting is paused (is the limit of open files too low?)");
                FIRST_PAUSE
            }
        };
        self.last = Some((pause, Instant::now()));
        Some(pause)
    }

    /// A connection was accepted, or none waits.
    pub(super) fn may_be_over(&mut self, listener: SocketAddr) {
        if self.last.is_some_and(|(_, at)| at.elapsed() >= CALM) {
            self.last = None;
            info!(%listener, "accepting again");
        }
    }
}

/// The client went before it was accepted. Whatever else accept says, it would say it
/// again at once.
fn is_of_one_connection(why: &io::Error) -> bool {
    matches!(
        why.kind(),
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::Interrupted
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pauses in milliseconds after errors by number; 0 is a connection, 1 one after a
    /// calm time, `-` no pause.
    async fn check(events: &[i32], wanted: &str) {
        let listener = SocketAddr::from(([127, 0, 0, 1], 80));
        let mut trouble = Trouble::default();
        let mut pauses = Vec::new();
        for event in events {
            if *event <= 1 {
                tokio::time::advance(CALM * *event as u32).await;
                trouble.may_be_over(listener);
                continue;
            }
            let why = io::Error::from_raw_os_error(*event);
            let pause = trouble.pause_after(&why, listener);
            pauses.push(pause.map_or("-".into(), |pause| pause.as_millis().to_string()));
        }
        assert_eq!(pauses.join(" "), wanted);
    }

    const EMFILE: i32 = 24;
    const ENFILE: i32 = 23;
    const ECONNABORTED: i32 = 103;

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_until_all_is_calm() {
        check(&[EMFILE; 6], "100 200 400 800 1000 1000").await;
        check(&[EMFILE, ENFILE, 0, EMFILE], "100 200 400").await;
        check(&[EMFILE, ENFILE, 1, EMFILE], "100 200 100").await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_went_is_no_trouble() {
        check(&[ECONNABORTED, ECONNABORTED], "- -").await;
        check(&[EMFILE, ECONNABORTED, EMFILE], "100 - 200").await;
    }
}
