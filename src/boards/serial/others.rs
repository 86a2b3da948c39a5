//! Notices that other programs open and close a device node.
//! Does not know who they are.

use std::ffi::OsString;
use std::future::pending;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use inotify::{Event, EventMask, EventStream, Inotify, WatchDescriptor, WatchMask};
use tokio::runtime::Handle;
use tokio::time::Instant;
use tracing::debug;

/// Who only looks at a port (udev, a probe for modems, `stty`) has closed it by then, and
/// one that is opened again and again costs at most four looks a second.
const CALM: Duration = Duration::from_millis(250);

/// How long a count is believed that may be one too many. Longer than a board is flashed by
/// most programs; a board that is offline for ever would be worse.
const DOUBT: Duration = Duration::from_secs(60);

/// Room for some ten events; what does not fit is read next.
const BUFFER: usize = 256;

/// The openings of one device node by all programs, counted since it is watched. The kernel
/// tells them by inode, so of those by another node of the same device (in a container)
/// it tells nothing. Needs one inotify instance; where there is none left, nothing is noticed.
///
/// The watch has to end before this program opens or closes the node itself: the kernel
/// joins equal events that nobody has read yet, and then the count is wrong.
#[derive(Default)]
pub(super) struct Others {
    watched: Option<Watched>,
    news: bool,
}

struct Watched {
    device: PathBuf,
    watch: WatchDescriptor,
    /// `None` only while it is dropped.
    events: Option<EventStream<[u8; BUFFER]>>,
    open: u32,
    /// Of several who had it open one has closed it, or more: the kernel joins equal events.
    doubtful: Option<Instant>,
}

impl Others {
    /// Begins to watch. Needs a tokio runtime.
    pub(super) fn of(device: &Path) -> Self {
        let watched = Watched::begin(device).inspect_err(|error| {
            let device = device.display();
            debug!(%device, %error, "cannot see who else opens it");
        });
        Self {
            watched: watched.ok(),
            news: false,
        }
    }

    /// Whether it is this node that is watched, and it is still there.
    pub(super) fn watches(&self, device: &Path) -> bool {
        let watched = self.watched.as_ref();
        watched.is_some_and(|watched| watched.device == device)
    }

    /// Whether somebody has opened it and not closed it yet, with all that is known by now.
    /// Who had it open before the watch began does not count.
    pub(super) fn have_it_open(&mut self) -> bool {
        // Who stopped waiting for a change has left its second half, the closing, unread.
        self.take_waiting();
        self.watched.as_ref().is_some_and(Watched::is_open)
    }

    /// Waits until somebody has opened or closed it, or it is gone, and a moment longer; for
    /// ever where nothing is watched. Cancel safe: what was not told is told next time.
    pub(super) async fn changed(&mut self) {
        while !self.news {
            let Some(watched) = &mut self.watched else {
                return pending().await;
            };
            let event = watched.next().await;
            self.take(event);
        }
        tokio::time::sleep(CALM).await;
        self.take_waiting();
        self.news = false;
    }

    fn take_waiting(&mut self) {
        while let Some(watched) = &mut self.watched
            && let Some(event) = watched.next().now_or_never()
        {
            self.take(event);
        }
    }

    fn take(&mut self, event: Option<io::Result<Event<OsString>>>) {
        self.news = true;
        let is_there = match (&mut self.watched, event) {
            (Some(watched), Some(Ok(event))) => watched.count(event.mask),
            _ => false,
        };
        if !is_there {
            self.watched = None;
        }
    }
}

impl Watched {
    fn begin(device: &Path) -> io::Result<Self> {
        let inotify = Inotify::init()?;
        let mask = WatchMask::OPEN | WatchMask::CLOSE | WatchMask::DELETE_SELF;
        let watch = inotify.watches().add(device, mask)?;
        Ok(Self {
            device: device.to_owned(),
            watch,
            events: Some(inotify.into_event_stream([0; BUFFER])?),
            open: 0,
            doubtful: None,
        })
    }

    fn is_open(&self) -> bool {
        let is_over = |since: Instant| since.elapsed() >= DOUBT;
        self.open > 0 && !self.doubtful.is_some_and(is_over)
    }

    async fn next(&mut self) -> Option<io::Result<Event<OsString>>> {
        self.events.as_mut()?.next().await
    }

    /// False if the node is gone.
    fn count(&mut self, event: EventMask) -> bool {
        if event.intersects(EventMask::DELETE_SELF | EventMask::IGNORED) {
            return false;
        }
        if event.contains(EventMask::OPEN) {
            self.open += 1;
            self.doubtful = None;
        } else if event.intersects(EventMask::CLOSE_WRITE | EventMask::CLOSE_NOWRITE) {
            self.doubtful = (self.open > 1).then(Instant::now);
            self.open = self.open.saturating_sub(1);
        }
        true
    }
}

impl Drop for Watched {
    /// Ends the watch at once, and the instance away from the reactor: the kernel takes 10 to
    /// 30 ms to close one (measured: a thousand replugs took 35 s instead of 9).
    fn drop(&mut self) {
        let Some(events) = self.events.take() else {
            return;
        };
        // A node that is gone has no watch any more.
        let _ = events.watches().remove(self.watch.clone());
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn_blocking(move || drop(events));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;
    use crate::boards::serial::pty::Pty;

    async fn check(others: &mut Others, wanted: bool) {
        let changed = others.changed();
        tokio::time::timeout(CALM * 40, changed)
            .await
            .expect("told");
        assert_eq!(others.have_it_open(), wanted);
    }

    #[tokio::test]
    async fn openings_and_closings_are_told_and_counted() {
        let pty = Pty::new();
        let open = || File::open(&pty.path).unwrap();
        let before = open();
        let mut others = Others::of(&pty.path);
        assert!(others.watches(&pty.path) && !others.have_it_open());
        let first = open();
        check(&mut others, true).await;
        let second = open();
        check(&mut others, true).await;
        drop(first);
        check(&mut others, true).await;
        drop(second);
        check(&mut others, false).await;
        // Nobody is below none.
        drop(before);
        check(&mut others, false).await;
        let _last = open();
        check(&mut others, true).await;
    }

    #[tokio::test]
    async fn who_may_have_closed_it_unheard_has_it_for_a_minute() {
        let pty = Pty::new();
        let mut others = Others::of(&pty.path);
        let first = File::open(&pty.path).unwrap();
        check(&mut others, true).await;
        let second = File::open(&pty.path).unwrap();
        check(&mut others, true).await;
        // As when a program ends: the kernel tells it once.
        drop((first, second));
        check(&mut others, true).await;
        tokio::time::pause();
        tokio::time::advance(DOUBT).await;
        assert!(!others.have_it_open());
        tokio::time::resume();
        let _third = File::open(&pty.path).unwrap();
        check(&mut others, true).await;
    }

    #[tokio::test]
    async fn what_is_not_heard_out_is_told_again() {
        let pty = Pty::new();
        let mut others = Others::of(&pty.path);
        let file = File::open(&pty.path).unwrap();
        let cut_short = tokio::time::timeout(CALM / 10, others.changed()).await;
        assert!(cut_short.is_err());
        check(&mut others, true).await;
        drop(file);
        check(&mut others, false).await;
    }

    #[tokio::test]
    async fn who_asks_before_it_is_calm_hears_of_the_closing() {
        let pty = Pty::new();
        let mut others = Others::of(&pty.path);
        let file = File::open(&pty.path).unwrap();
        let cut_short = tokio::time::timeout(CALM / 10, others.changed()).await;
        assert!(cut_short.is_err());
        drop(file);
        assert!(!others.have_it_open());
        check(&mut others, false).await;
    }

    #[tokio::test]
    async fn a_node_that_goes_is_told_and_no_longer_watched() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().to_owned();
        let mut others = Others::of(&path);
        drop(file);
        check(&mut others, false).await;
        assert!(!others.watches(&path));
    }

    #[tokio::test]
    async fn where_nothing_is_watched_nothing_is_told() {
        for mut others in [Others::default(), Others::of(Path::new("/dev/none"))] {
            assert_eq!(others.changed().now_or_never(), None);
            assert!(!others.have_it_open());
        }
    }
}
