//! Nothing is lost without a word: kills, full and broken disks, subscribers that stop,
//! networks that swallow, floods. The slow ones run with `make faults`.

mod broken;

mod disk;

mod flood;

mod half_open;

mod kill;

mod names;

mod restart;

mod scene;

mod stopped;

mod storing;

use std::time::Duration;

use scene::Scene;

/// The history of these tests: a commit is soon, so that little is lost in a kill.
const HISTORY: &str = "[history]\npath = \"kept/history.db\"\ncommit_every = \"200ms\"\n";

const COMMIT_EVERY: Duration = Duration::from_millis(200);
