//! Random commits, faults, crashes and restarts: no number comes twice under one id, and
//! what is stored is all there was up to a number.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use proptest::prelude::*;

use super::testing::{Event, Run, World};

#[derive(Clone, Copy, Debug)]
enum Step {
    Say(usize),
    Commit,
    /// Another program holds the file meanwhile.
    Fail,
    Crash,
    Stop,
    /// A stop while another program holds the file.
    FailToStop,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (1..20_usize).prop_map(Step::Say),
        2 => (300..1500_usize).prop_map(Step::Say),
        6 => Just(Step::Commit),
        3 => Just(Step::Fail),
        2 => Just(Step::Crash),
        1 => Just(Step::Stop),
        1 => Just(Step::FailToStop),
    ]
}

/// What must be true whatever happens.
#[derive(Default)]
struct Model {
    /// Every number ever given out, by the id under which.
    given: HashMap<String, BTreeSet<u64>>,
    /// What must be in the file.
    stored: BTreeMap<u64, Event>,
}

impl Model {
    fn begins(&self, run: &Run) {
        for id in &run.streams {
            let last = self.given.get(id).and_then(BTreeSet::last);
            assert!(last.is_none_or(|last| *last < run.first), "{id} {last:?}");
        }
    }

    fn say(&mut self, run: &mut Run, count: usize) {
        for _ in 0..count {
            run.say("a", 1);
            let (id, seq) = (run.journal.stream().to_string(), run.journal.head());
            assert!(self.given.entry(id).or_default().insert(seq), "{seq} twice");
        }
    }

    fn check(&mut self, world: &World, run: &Run) {
        let stored = run.writer.stored();
        let told = run.told();
        let told = told.into_iter().take_while(|event| event.0 <= stored);
        self.stored.extend(told.map(|event| (event.0, event)));
        let wanted: Vec<_> = self.stored.values().cloned().collect();
        assert_eq!(world.events(), wanted);
    }
}

fn play(steps: &[Step]) {
    let world = World::new();
    let mut model = Model::default();
    let mut run = world.run();
    let mut boards = 0;
    for step in steps {
        let other = matches!(step, Step::Fail | Step::FailToStop).then(|| world.other());
        if let Some(other) = &other {
            other.execute_batch("BEGIN IMMEDIATE").unwrap();
        }
        match step {
            Step::Say(count) => model.say(&mut run, *count),
            Step::Commit | Step::Fail => drop(run.commit()),
            Step::Crash => {
                model.check(&world, &run);
                run.crash();
                run = world.run();
                model.begins(&run);
            }
            Step::Stop | Step::FailToStop => {
                run.journal.close();
                run.writer.finish(&run.journal);
                model.check(&world, &run);
                drop(other);
                run.crash();
                run = world.run();
                model.begins(&run);
                boards += 1;
            }
        }
        model.check(&world, &run);
    }
    run.commit();
    model.check(&world, &run);
    let _ = boards;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn no_number_comes_twice_and_a_prefix_is_stored(
        steps in proptest::collection::vec(step(), 1..30)
    ) {
        play(&steps);
    }
}
