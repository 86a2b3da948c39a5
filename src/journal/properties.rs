//! Random boards, and random subscribers that are slow, leave and resume: each sees what
//! the protocol promises, compared to a model that keeps everything.

mod checks;

mod client;

mod model;

mod sleeper;

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
    /// By the clock so many microseconds ago, as far as nothing came since.
    Late(usize, Vec<Item>, i64),
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

/// When clients read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// When a step says so.
    Slow,
    /// Also at once, whenever they are woken; always until there is nothing more.
    Prompt,
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

fn late() -> impl Strategy<Value = Step> {
    let items = prop::collection::vec(item(), 1..3);
    let micros = prop_oneof![0..2000_i64, 0..100_000_i64];
    (0..BOARDS.len(), items, micros).prop_map(|(b, i, m)| Step::Late(b, i, m))
}

fn run(mut world: World, steps: &[Step], reading: Reading) {
    let mut clients: [Client; CLIENTS] = Default::default();
    let wake = |clients: &mut [Client], world: &World| {
        if reading == Reading::Prompt {
            clients.iter_mut().for_each(|client| client.wake(world));
        }
    };
    for step in steps {
        match step {
            Step::Say(board, items) => world.say(*board, items, 0),
            Step::Late(board, items, micros) => world.say(*board, items, *micros),
            Step::Flood(board, times) => {
                for time in 0..*times {
                    world.say(*board, &[Item::Reading(time % 2, time as i64)], 0);
                    wake(&mut clients, &world);
                }
            }
            Step::Change(board, state) => world.change(*board, *state),
            Step::Remove(board) => world.remove(*board),
            Step::Clock => world.clock(),
            Step::Wait(micros) => world.wait(*micros),
            Step::Read(client, times) => {
                let times = times.filter(|_| reading == Reading::Slow);
                clients[*client].read(&world, times);
            }
            Step::Leave(client) => clients[*client].leave(),
            Step::Join(client, join) => clients[*client].join(&world, join),
        }
        wake(&mut clients, &world);
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
        run(World::new(events, bytes, remembered), &steps, Reading::Slow);
    }

    /// Of a small backlog so small a part wakes everybody that nothing else need.
    #[test]
    fn who_sleeps_is_woken_in_time(
        events in prop_oneof![64..1000_usize, Just(1 << 16)],
        steps in prop::collection::vec(prop_oneof![4 => step(), 1 => late()], 1..150),
    ) {
        run(World::new(events, 1 << 24, 1), &steps, Reading::Prompt);
    }
}
