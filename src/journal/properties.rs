//! Random boards, and random subscribers that are slow, leave and resume: each sees what
//! the protocol promises, compared to a model that keeps everything.

mod checks;

mod client;

mod model;

mod thinned;

mod view;

use proptest::prelude::*;

use self::client::Client;
use self::model::{BOARDS, Item, World};
use crate::name::Boards;
use crate::wire::State;

const CLIENTS: usize = 4;

/// One thing that happens.
#[derive(Clone, Debug)]
enum Step {
    Say(usize, Vec<Item>),
    /// So many batches of one reading.
    Flood(usize, usize),
    Change(usize, State),
    Remove(usize),
    Clock,
    Wait(i64),
    /// A client reads at most so often, or until there is nothing more.
    Read(usize, Option<usize>),
    Leave(usize),
    Join(usize, Join),
}

/// How a client subscribes; in place of an earlier subscription.
#[derive(Clone, Debug)]
struct Join {
    boards: Boards,
    period: Option<i64>,
    history: u64,
    since: Since,
}

#[derive(Clone, Debug)]
enum Since {
    No,
    /// After the last number that this client has.
    Last,
    /// So much before the head; negative is beyond it.
    Back(i64),
    OtherStream,
}

fn item() -> impl Strategy<Value = Item> {
    prop_oneof![
        4 => (0..5_usize, -3..100_i64).prop_map(|(set, value)| Item::Reading(set, value)),
        1 => (0..700_usize).prop_map(Item::Text),
    ]
}

fn join() -> impl Strategy<Value = Join> {
    let boards = prop::sample::select(vec!["*", "a", "b*", "a,c", "*1", "nobody", "b1,c*"]);
    let period = prop_oneof![
        2 => Just(None),
        1 => prop::sample::select(vec![Some(1000), Some(50_000), Some(1_000_000)]),
    ];
    let since = prop_oneof![
        2 => Just(Since::No),
        4 => Just(Since::Last),
        2 => (-2..300_i64).prop_map(Since::Back),
        1 => Just(Since::OtherStream),
    ];
    let history = prop_oneof![2 => Just(0), 1 => 0..40_u64, 1 => Just(u64::MAX)];
    (boards, period, history, since).prop_map(|(boards, period, history, since)| Join {
        boards: Boards::from_list(boards).unwrap(),
        period,
        history,
        since,
    })
}

fn step() -> impl Strategy<Value = Step> {
    let (board, client) = (0..BOARDS.len(), 0..CLIENTS);
    let states = vec![State::Online, State::Stale, State::Offline];
    prop_oneof![
        8 => (board.clone(), prop::collection::vec(item(), 1..6)).prop_map(|(b, i)| Step::Say(b, i)),
        2 => (board.clone(), 1..60_usize).prop_map(|(b, n)| Step::Flood(b, n)),
        2 => (board.clone(), prop::sample::select(states)).prop_map(|(b, s)| Step::Change(b, s)),
        4 => board.prop_map(Step::Remove),
        1 => Just(Step::Clock),
        3 => (0..200_000_i64).prop_map(Step::Wait),
        6 => (client.clone(), prop::option::of(1..3_usize)).prop_map(|(c, n)| Step::Read(c, n)),
        1 => client.clone().prop_map(Step::Leave),
        3 => (client, join()).prop_map(|(c, j)| Step::Join(c, j)),
    ]
}

fn run(mut world: World, steps: &[Step]) {
    let mut clients: [Client; CLIENTS] = Default::default();
    for step in steps {
        match step {
            Step::Say(board, items) => world.say(*board, items),
            Step::Flood(board, times) => {
                for time in 0..*times {
                    world.say(*board, &[Item::Reading(time % 2, time as i64)]);
                }
            }
            Step::Change(board, state) => world.change(*board, *state),
            Step::Remove(board) => world.remove(*board),
            Step::Clock => world.clock(),
            Step::Wait(micros) => world.wait(*micros),
            Step::Read(client, times) => clients[*client].read(&world, *times),
            Step::Leave(client) => clients[*client].leave(),
            Step::Join(client, join) => clients[*client].join(&world, join),
        }
        world.check_bounds();
    }
    // Everybody catches up, with what was held back too.
    world.wait(1_000_000);
    for client in &mut clients {
        client.read(&world, None);
        client.check_caught_up(&world);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_subscriber_sees_what_the_protocol_promises(
        events in 16..200_usize,
        bytes in 4096..65_536_usize,
        remembered in 0..3_usize,
        steps in prop::collection::vec(step(), 1..200),
    ) {
        run(World::new(events, bytes, remembered), &steps);
    }
}
