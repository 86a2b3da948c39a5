//! A machine without a clock that runs on: it starts in the past, is set by the network, and
//! sometimes set back. What is stored stays in order, also across restarts.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::testing::World;
use crate::boards::Link;
use crate::boards::hub::Hub;
use crate::clock::{Clock, Timestamp};
use crate::history::History;
use crate::journal::batch::Batch;
use crate::journal::{Journal, Slot};
use crate::name::BoardName;
use crate::wire::encode::Partial;

/// Some time in 2026, in seconds.
const TODAY: i64 = 1_795_415_126;

const DAY: i64 = 24 * 3600;

/// Wall clock and steady clock, in seconds.
type Clocks = Arc<Mutex<(i64, i64)>>;

/// One run of a gateway with clocks that are turned by hand.
struct Life {
    history: History,
    hub: Hub,
    slot: Slot,
    clocks: Clocks,
}

impl Life {
    /// Begins with this wall clock; the steady one begins anew.
    fn begin(world: &World, wall: i64) -> Self {
        let (history, before) = History::open(&world.config, world.fresh());
        let clocks = Clocks::new(Mutex::new((wall, 0)));
        let source = clocks.clone();
        let read = move || {
            let (wall, steady) = *source.lock().unwrap();
            (Timestamp(wall * 1_000_000), steady * 1_000_000)
        };
        let clock = Clock::of(read, before.numbering.time);
        let journal = Arc::new(Journal::new(before.numbering, world.backlog));
        let hub = Hub::new(journal.clone(), clock);
        history.start(journal.clone(), world.backlog);
        let slot = journal.register(&name(), Link::Http, Default::default());
        Self {
            history,
            hub,
            slot,
            clocks,
        }
    }

    /// Some seconds pass.
    fn wait(&self, seconds: i64) {
        let (wall, steady) = &mut *self.clocks.lock().unwrap();
        (*wall, *steady) = (*wall + seconds, *steady + seconds);
    }

    /// The wall clock is set.
    fn set(&self, wall: i64) {
        self.clocks.lock().unwrap().0 = wall;
    }

    fn say(&self, text: &str) {
        let mut batch = Batch::default();
        batch.text(&name(), text, Partial::No);
        self.hub.journal.append(self.slot, self.hub.now(), &batch);
    }

    async fn end(self) {
        self.hub.journal.close();
        self.history.stop().await;
    }
}

fn name() -> BoardName {
    BoardName::new("b").unwrap()
}

#[tokio::test]
async fn a_clock_that_is_wrong_and_then_set_leaves_the_history_in_order() {
    let mut world = World::new();
    world.config.keep = Duration::from_secs(100 * 365 * DAY as u64);

    let life = Life::begin(&world, 100);
    life.say("in 1970");
    life.wait(10);
    life.say("ten later");
    life.set(TODAY);
    life.say("set by the network");
    life.set(TODAY - 1000);
    life.wait(100);
    life.say("set back, at half speed");
    life.end().await;

    let life = Life::begin(&world, 50);
    life.say("in the past again");
    life.wait(20);
    life.say("at half speed");
    life.set(TODAY + DAY);
    life.say("set once more");
    life.end().await;

    let told = |(_, time, _, kind, body): super::testing::Event| {
        let since = time / 1_000_000 - if time > 1_000_000_000_000 { TODAY } else { 0 };
        format!(
            "{since} {} {body}",
            if kind == 3 { "clock" } else { "text" }
        )
    };
    let events: Vec<String> = world.events().into_iter().map(told).collect();
    assert_eq!(
        events,
        [
            r#"100 text {"text":"in 1970"}"#,
            r#"110 text {"text":"ten later"}"#,
            r#"0 clock {"jump":1795415016000}"#,
            r#"0 text {"text":"set by the network"}"#,
            r#"50 text {"text":"set back, at half speed"}"#,
            r#"50 text {"text":"in the past again"}"#,
            r#"60 text {"text":"at half speed"}"#,
            r#"86400 clock {"jump":86340000}"#,
            r#"86400 text {"text":"set once more"}"#,
        ]
    );
}

#[tokio::test]
async fn a_file_that_is_opened_late_gets_no_older_times() {
    let mut world = World::new();
    world.config.keep = Duration::from_secs(100 * 365 * DAY as u64);
    let life = Life::begin(&world, TODAY);
    life.say("before");
    life.end().await;
    let other = world.other();
    let hold =
        "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE progress SET only = 1; COMMIT";
    other.execute_batch(hold).unwrap();
    let life = Life::begin(&world, 100);
    assert_eq!(life.history.status().state, "locked");
    life.say("in 1970, as far as this run knows");
    drop(other);
    life.end().await;
    let times: Vec<i64> = world.events().into_iter().map(|event| event.1).collect();
    assert_eq!(times, [TODAY * 1_000_000; 2]);
}
