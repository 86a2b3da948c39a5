//! Wakes who waits for a port as soon as something changes in the folder where it would be.
//! One inotify instance for the process; without inotify only timers are left.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use inotify::{Inotify, WatchMask, Watches};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::config::PortMatch;

/// udev makes a node, then its group, then its links, within a few milliseconds; a little
/// later one look sees all of them, and a storm of changes costs at most 50 looks a second.
const CALM: Duration = Duration::from_millis(20);

/// A link that leads to links is followed this far.
const MAX_LINKS: usize = 8;

/// Room for a hundred changes or so; what does not fit is read next.
const BUFFER: usize = 4096;

/// Where ports are looked for, and how to hear of changes there. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Ports {
    root: Arc<Path>,
    watches: Option<Watches>,
    complained: Arc<AtomicBool>,
    changed: watch::Sender<()>,
}

/// Reads what inotify tells; see [`Watcher::run`].
#[derive(Debug)]
pub struct Watcher {
    inotify: Option<Inotify>,
    changed: watch::Sender<()>,
}

/// One waiter's view of what has changed.
#[derive(Debug)]
pub struct Changes(watch::Receiver<()>);

impl Ports {
    /// Looks for ports under `root`: `/`, or a made-up tree. The [`Watcher`] has to run for
    /// changes to be heard; without it, or where the kernel has no inotify instance left
    /// (said once), ports are found by looking again after a while.
    pub fn new(root: &Path) -> (Self, Watcher) {
        let (changed, _) = watch::channel(());
        let inotify = Inotify::init()
            .inspect_err(|error| warn!(%error, "cannot watch /dev, looking for ports by timer"))
            .ok();
        let ports = Self {
            root: root.into(),
            watches: inotify.as_ref().map(Inotify::watches),
            complained: Arc::default(),
            changed: changed.clone(),
        };
        (ports, Watcher { inotify, changed })
    }

    /// The root of the tree in which `/sys` and `/dev` are.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Begins to watch the folders in which this port would appear. Watching a folder
    /// again costs one system call, and is needed once the folder itself had gone.
    pub fn watch(&self, wanted: &PortMatch) {
        let Some(watches) = &self.watches else {
            return;
        };
        let folders = match wanted {
            PortMatch::Path(path) => folders(path),
            PortMatch::Usb { .. } => vec![self.root.join("dev")],
        };
        for folder in folders {
            // A folder that has gone meanwhile is no loss: its parent changes, too.
            let added = watches.clone().add(&folder, mask());
            let lost = added.is_err() && folder.exists();
            if lost && !self.complained.swap(true, Ordering::Relaxed) {
                let folder = folder.display();
                warn!(%folder, "cannot watch a folder, looking for ports by timer");
            }
        }
    }

    /// A new waiter, for which nothing has changed yet.
    pub fn changes(&self) -> Changes {
        Changes(self.changed.subscribe())
    }
}

impl Watcher {
    /// Tells every waiter of every change until `stop`, or until inotify fails (said once).
    /// Dropping it loses nothing but the changes to come.
    pub async fn run(self, stop: CancellationToken) {
        let Some(inotify) = self.inotify else {
            return stop.cancelled().await;
        };
        let mut events = match inotify.into_event_stream([0; BUFFER]) {
            Ok(events) => events,
            Err(error) => return warn!(%error, "cannot watch /dev, looking for ports by timer"),
        };
        while let Some(Some(event)) = stop.run_until_cancelled(events.next()).await {
            if let Err(error) = event {
                return warn!(%error, "cannot watch /dev, looking for ports by timer");
            }
            self.changed.send_replace(());
        }
    }
}

impl Changes {
    /// Forgets what has changed so far: to be called before looking, so that a change
    /// during the look is not missed.
    pub fn forget(&mut self) {
        self.0.mark_unchanged();
    }

    /// Waits until something has changed since [`Changes::forget`], or for `at_most`.
    /// Cancel safe.
    pub async fn wait(&mut self, at_most: Duration) {
        let changed = tokio::time::timeout(at_most, self.0.changed()).await;
        match changed {
            Ok(Ok(())) => tokio::time::sleep(CALM.min(at_most)).await,
            // Nobody is left who could tell of changes.
            Ok(Err(_)) => tokio::time::sleep(at_most).await,
            Err(_) => {}
        }
    }
}

fn mask() -> WatchMask {
    let appears = WatchMask::CREATE | WatchMask::MOVED_TO;
    let goes = WatchMask::DELETE | WatchMask::MOVED_FROM | WatchMask::DELETE_SELF;
    // Attributes: udev gives the node to its group a moment after it appears.
    appears | goes | WatchMask::ATTRIB | WatchMask::ONLYDIR
}

/// The folders whose change may make `path` lead somewhere: its own, and while it is a link
/// that of its target; where a folder is absent, its nearest parent that is there.
fn folders(path: &Path) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        let present = path.ancestors().skip(1).find(|folder| folder.is_dir());
        folders.extend(present.map(Path::to_owned));
        let (Ok(target), Some(folder)) = (path.read_link(), path.parent()) else {
            break;
        };
        path = folder.join(target);
    }
    folders
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use tokio::task::JoinSet;

    use super::*;

    /// Longer than any test runs: what is waited for has to come by itself.
    const NEVER: Duration = Duration::from_secs(600);

    async fn check(path: &str, act: impl FnOnce(&Path)) {
        let tree = tempfile::tempdir().unwrap();
        fs::create_dir(tree.path().join("dev")).unwrap();
        let (ports, watcher) = Ports::new(tree.path());
        let mut tasks = JoinSet::new();
        tasks.spawn(watcher.run(CancellationToken::new()));
        let mut changes = ports.changes();
        ports.watch(&PortMatch::Path(tree.path().join(path)));
        changes.forget();
        act(tree.path());
        tokio::time::timeout(NEVER / 60, changes.wait(NEVER))
            .await
            .expect("woken");
    }

    #[tokio::test]
    async fn a_node_that_appears_wakes() {
        check("dev/ttyACM0", |root| {
            fs::write(root.join("dev/ttyACM0"), "").unwrap()
        })
        .await;
    }

    #[tokio::test]
    async fn a_folder_that_appears_wakes_who_waits_for_a_link_inside() {
        let make = |root: &Path| fs::create_dir(root.join("dev/serial")).unwrap();
        check("dev/serial/by-id/uno", make).await;
    }

    #[tokio::test]
    async fn a_link_that_is_replaced_wakes() {
        let act = |root: &Path| {
            symlink("ttyACM0", root.join("dev/new")).unwrap();
            fs::rename(root.join("dev/new"), root.join("dev/uno")).unwrap();
        };
        check("dev/uno", act).await;
    }

    #[test]
    fn the_folder_of_a_links_target_is_watched_too() {
        let tree = tempfile::tempdir().unwrap();
        let (first, second) = (tree.path().join("first"), tree.path().join("second"));
        fs::create_dir(&first).unwrap();
        fs::create_dir(&second).unwrap();
        symlink("../second/ttyACM0", first.join("uno")).unwrap();
        let watched = folders(&first.join("uno"));
        assert_eq!(watched, [first.clone(), first.join("../second")]);
        let deep = tree.path().join("absent/too/uno");
        assert_eq!(folders(&deep), [tree.path()]);
    }

    #[test]
    fn a_link_that_leads_to_itself_ends() {
        let tree = tempfile::tempdir().unwrap();
        symlink("uno", tree.path().join("uno")).unwrap();
        assert_eq!(folders(&tree.path().join("uno")).len(), MAX_LINKS);
    }
}
