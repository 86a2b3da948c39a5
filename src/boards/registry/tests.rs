//! Who may have which name.

use super::*;
use crate::boards::Reason;
use crate::boards::testing::{World, connect, name, post};

const FILE: &str = r#"
[wifi]
accept_unknown = false
[limits]
max_boards = 2
[[serial]]
board = "greenhouse"
port = "/dev/ttyACM0"
[[board]]
board = "porch"
"#;

/// What becomes of a claim.
fn check(world: &World, board: &str, link: Link, wanted: Result<(), Refused>) {
    let claimed = world.registry.claim(&name(board), link).map(drop);
    assert_eq!(claimed, wanted, "{board}");
}

fn small() -> World {
    World::new("[limits]\nmax_boards = 2")
}

#[tokio::test(start_paused = true)]
async fn a_name_is_a_ports_or_known_or_refused() {
    let world = World::new(FILE);
    check(&world, "greenhouse", Link::Http, Err(Refused::Serial));
    check(&world, "greenhouse", Link::Publish, Err(Refused::Serial));
    check(&world, "porch", Link::Http, Ok(()));
    check(&world, "new", Link::Http, Err(Refused::Unknown));
    check(&world, "new", Link::Publish, Ok(()));
    world.port("found").connecting("/dev/ttyACM1");
    check(&world, "found", Link::Http, Err(Refused::Unknown));
    check(&world, "found", Link::Publish, Err(Refused::Serial));
}

#[tokio::test(start_paused = true)]
async fn no_more_boards_than_the_bound_but_for_those_of_the_file() {
    let world = World::new(FILE);
    post(&world.board("porch"), "t:1");
    let phone = world.registry.claim(&name("phone"), Link::Publish);
    post(&phone.unwrap(), "t:1");
    check(&world, "tablet", Link::Publish, Err(Refused::Full));
    check(&world, "phone", Link::Publish, Ok(()));
    world.port("greenhouse").connecting("/dev/ttyACM0");
    assert_eq!(world.registry.list().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_board_that_never_spoke_is_nowhere_and_takes_no_place() {
    let mut world = small();
    for number in 0..10 {
        assert_eq!(post(&world.board(&format!("b{number}")), " "), None);
    }
    assert!(world.registry.get("b9").is_none());
    assert!(world.registry.hub().journal.boards().is_empty());
    assert_eq!(world.registry.remove("b9"), Err(Kept::Unknown));
    assert_eq!(world.said(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn only_offline_boards_that_the_file_does_not_name_are_removed() {
    let mut world = World::new(FILE);
    post(&world.board("porch"), "t:1");
    let phone = world.registry.claim(&name("phone"), Link::Publish).unwrap();
    let session = connect(&phone);
    post(&phone, "t:1");
    assert_eq!(world.registry.remove("nobody"), Err(Kept::Unknown));
    assert_eq!(world.registry.remove("porch"), Err(Kept::Configured));
    assert_eq!(world.registry.remove("phone"), Err(Kept::InUse));
    session.end(Reason::Closed, "");
    world.said();
    assert_eq!(world.registry.remove("phone"), Ok(()));
    assert_eq!(world.registry.remove("phone"), Err(Kept::Unknown));
    assert_eq!(world.said(), ["removed websocket"]);
    assert!(world.registry.hub().journal.board("phone").is_none());
}

#[tokio::test(start_paused = true)]
async fn a_post_that_meets_a_removal_is_known_to_everybody() {
    let mut world = small();
    let board = world.board("b");
    connect(&board).end(Reason::Closed, "");
    assert_eq!(world.registry.remove("b"), Ok(()));
    post(&world.board("c"), "t:1");
    world.said();
    post(&board, "t:2");
    assert_eq!(world.said(), ["online http", "t=2"]);
    assert!(world.registry.get("b").is_some());
    assert!(world.registry.hub().journal.board("b").is_some());
}

#[tokio::test(start_paused = true)]
async fn what_a_removed_board_said_is_forgotten() {
    let world = small();
    let board = world.board("b");
    post(&board, "t:1");
    connect(&board).end(Reason::Closed, "");
    assert_eq!(world.registry.remove("b"), Ok(()));
    drop(board);
    post(&world.board("b"), "h:2");
    let json = world.registry.hub().journal.board("b").unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["last"]["values"], serde_json::json!({"h": 2}));
}

#[tokio::test(start_paused = true)]
async fn the_name_of_a_port_that_is_gone_is_free() {
    let mut world = small();
    let port = world.port("p");
    port.offline(Reason::Absent, "");
    check(&world, "p", Link::Http, Err(Refused::Serial));
    world.registry.forget(&name("p"));
    assert_eq!(world.said(), ["offline serial absent", "removed serial"]);
    check(&world, "p", Link::Http, Ok(()));
    drop(port);
    check(&world, "p", Link::Http, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn settings_of_a_reload_show_at_once() {
    let world = World::new("");
    post(&world.board("porch"), "t:1");
    let file = "[[board]]\nboard = \"porch\"\n[board.channels.t]\nunit = \"K\"";
    world.registry.reload(&Config::parse(file, "test").unwrap());
    let json = world.registry.hub().journal.board("porch").unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["channels"]["t"]["unit"], "K");
    assert_eq!(world.registry.remove("porch"), Err(Kept::Configured));
}
