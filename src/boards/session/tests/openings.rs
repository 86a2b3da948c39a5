//! What a name means for commands, retries and what is torn.

use std::sync::Mutex;
use std::time::Duration;

use super::*;
use crate::boards::commands::Ticket;
use crate::boards::testing::name;
use crate::wire::{Code, State};

#[tokio::test(start_paused = true)]
async fn the_name_is_the_ports_and_retries_are_told_of_it() {
    let mut world = World::new(FILE);
    let mut session = open(&world, "p");
    session.bytes(b"{\"board\":\"lab\"}\n");
    let claimed = world.registry.claim(&name("lab"), Link::Http);
    assert!(claimed.is_err());
    let claim = session.claim().unwrap();
    session.end(Reason::Unplugged, "");
    world.said();
    assert!(
        world
            .registry
            .tell(&claim, |board| board.offline(Reason::Absent, ""))
    );
    assert_eq!(world.said_by(), ["lab offline serial absent"]);
    // Another port's board takes the name.
    let mut other = open(&world, "q");
    other.bytes(b"{\"board\":\"lab\"}\n");
    assert!(
        !world
            .registry
            .tell(&claim, |board| board.offline(Reason::Busy, ""))
    );
    world.registry.closed(&claim);
    world.registry.give_back(&claim);
    assert_eq!(world.registry.get("lab").unwrap().state(), State::Online);
    other.end(Reason::Closed, "");
    world.registry.forget_hello(&name("q"));
    assert!(world.registry.get("lab").is_none());
}

#[tokio::test(start_paused = true)]
async fn a_name_that_was_removed_is_free_although_its_port_remembers_it() {
    let mut world = World::new(FILE);
    let mut session = open(&world, "p");
    session.bytes(b"{\"board\":\"lab\"}\n");
    let claim = session.claim().unwrap();
    assert!(world.registry.remove("lab").is_err());
    session.end(Reason::Unplugged, "");
    assert_eq!(world.registry.remove("lab"), Ok(()));
    world.said();
    let lab = world.registry.claim(&name("lab"), Link::Http).unwrap();
    post(&lab, "t:1");
    assert_eq!(world.said_by(), ["lab online http", "lab t=1"]);
    assert!(
        !world
            .registry
            .tell(&claim, |board| board.offline(Reason::Absent, ""))
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_is_said_until_it_is_over_whatever_else_comes() {
    let world = World::new(FILE);
    let session = Session::open(&world.port("p"), Link::Serial, "\n");
    let mut session = session.syncing(None, "a").trusting(&world.registry);
    world.port("p").connecting("a");
    let check = |wanted: &str| {
        let told = world.registry.list().pop().unwrap();
        let told = world.registry.hub().journal.board(told.name().as_str());
        let told = String::from_utf8(told.unwrap().to_vec()).unwrap();
        assert!(told.contains(&format!("\"detail\":\"{wanted}")), "{told}");
    };
    session.bytes(b"{\"board\":\"q\"}\n");
    check("a: calls itself q");
    // Also when it has settled, and may have another place.
    session.ready("b");
    check("a: calls itself q");
    session.makes_no_sense("garbled");
    check("garbled");
    session.shared(Some("open in sleep (7), too".to_owned()));
    check("open in sleep");
    session.makes_sense("b");
    check("open in sleep");
    session.makes_no_sense("garbled");
    session.bytes(b"{\"board\":\"lab\"}\n");
    check("open in sleep");
    session.shared(None);
    check("garbled");
    // Another name is not refused.
    session.makes_sense("b");
    check("b\"");
}

#[tokio::test(start_paused = true)]
async fn commands_for_the_name_before_fail() {
    let world = World::new(FILE);
    let mut session = open(&world, "p");
    let told = Arc::new(Mutex::new(Vec::new()));
    for text in ["1", "2"] {
        let told = told.clone();
        let ticket = Ticket::new("p", move |outcome, _| {
            told.lock()
                .unwrap()
                .push(outcome.error.map(|error| error.code));
        });
        world
            .port("p")
            .command(text, Duration::from_secs(5), ticket);
    }
    let outgoing = session.outgoing().await;
    session.bytes(b"{\"board\":\"lab\"}\n");
    session.written(outgoing);
    let offline = Some(Code::BoardOffline);
    assert_eq!(*told.lock().unwrap(), [offline, offline]);
}

#[tokio::test(start_paused = true)]
async fn a_port_that_still_settles_names_a_board_that_still_settles() {
    let mut world = World::new(FILE);
    let session = Session::open(&world.port("p"), Link::Serial, "\n");
    let mut session = session
        .syncing(None, "/dev/ttyUSB0")
        .trusting(&world.registry);
    world.port("p").connecting("/dev/ttyUSB0");
    session.bytes(b"{\"board\":\"lab\"}\n");
    session.ready("/dev/ttyUSB0");
    let wanted = [
        "p connecting serial",
        "p removed serial",
        "lab connecting serial",
        "lab t=null",
        "lab online serial",
    ];
    assert_eq!(world.said_by(), wanted);
}

#[tokio::test(start_paused = true)]
async fn no_line_spans_what_made_no_sense() {
    let mut world = World::new(FILE);
    let mut session = Session::open(&world.port("p"), Link::Serial, "\n").syncing(None, "");
    session.ready("");
    session.bytes(b"t:1\nt:2");
    session.garbled(100);
    session.bytes(b"5,h:2\nt:3\n");
    assert_eq!(world.events()[2]["partial"], true);
    assert_eq!(world.port("p").tally().dropped(Drop::Torn), 1);
}

#[tokio::test(start_paused = true)]
async fn a_torn_line_is_counted_for_who_sent_it() {
    let world = World::new(FILE);
    let mut session = open(&world, "p");
    session.bytes(b"{\"board\":\"lab\"}\nt:1\nt:");
    session.end(Reason::Unplugged, "");
    let board = world.registry.get("lab").unwrap();
    assert_eq!(board.tally().dropped(Drop::Torn), 1);
}
