//! Boards that say their names, and who has them then.

mod openings;

use super::*;
use crate::boards::testing::{World, connect, post};

const FILE: &str = r#"
[[serial]]
board = "p"
port = "/dev/ttyUSB0"
[[serial]]
board = "q"
port = "/dev/ttyUSB1"
[[board]]
board = "porch"
"#;

/// Something that happens.
enum Step {
    /// The port opens, and its board may name itself.
    Open(&'static str),
    Say(&'static str, &'static str),
    /// It is unplugged.
    Close(&'static str),
    /// A board connects over the network.
    Connect(&'static str),
    Post(&'static str),
}
use Step::{Close, Connect, Open, Post, Say};

#[derive(Default)]
struct Openings(Vec<(&'static str, Session)>);

impl Openings {
    fn take(&mut self, port: &str) -> Session {
        let index = self.0.iter().position(|(name, _)| *name == port).unwrap();
        self.0.remove(index).1
    }
}

fn open(world: &World, port: &str) -> Session {
    let session = Session::open(&world.port(port), Link::Serial, "\n");
    let mut session = session
        .syncing(None, "/dev/ttyUSB0")
        .trusting(&world.registry);
    session.ready("/dev/ttyUSB0");
    session
}

/// What is said by whom, as in `p online serial, lab t=1`.
fn check(steps: &[(Step, &str)]) {
    let mut world = World::new(FILE);
    let (mut openings, mut network) = (Openings::default(), Vec::new());
    for (number, (step, wanted)) in steps.iter().enumerate() {
        match step {
            Open(port) => openings.0.push((port, open(&world, port))),
            Say(port, text) => {
                let mut session = openings.take(port);
                session.bytes(text.as_bytes());
                openings.0.push((port, session));
            }
            Close(port) => openings.take(port).end(Reason::Unplugged, "/dev/ttyUSB0"),
            Connect(board) => network.push(connect(&world.board(board))),
            Post(board) => drop(post(&world.board(board), "t:0")),
        }
        assert_eq!(world.said_by().join(", "), *wanted, "step {number}");
    }
}

const UP: &str = "p online serial";

#[tokio::test(start_paused = true)]
async fn what_comes_after_a_hello_is_the_named_boards() {
    check(&[
        (Open("p"), UP),
        (
            Say("p", "\nt:1\n{\"board\":\"lab\"}\nt:2\n"),
            "p t=1, p removed serial, lab online serial, lab t=null, lab t=2",
        ),
        (Say("p", "t:3\n"), "lab t=3"),
        (Close("p"), "lab offline serial unplugged"),
        (Open("p"), UP),
        (Say("p", "\nt:4\n"), "p t=4"),
        (
            Say(
                "p",
                "{\"hello\":{\"board\":\"lab\",\"firmware\":\"1.2\"}}\n",
            ),
            "p removed serial, lab online serial, lab t=null",
        ),
    ]);
}

#[tokio::test(start_paused = true)]
async fn a_hello_in_pieces_is_read_under_its_name() {
    check(&[
        (Open("p"), UP),
        (Say("p", "\n{\"board\":"), ""),
        (
            Say("p", "\"lab\"}\nt:1\n"),
            "p removed serial, lab online serial, lab t=null, lab t=1",
        ),
    ]);
}

#[tokio::test(start_paused = true)]
async fn the_same_name_again_is_nothing_and_another_renames_again() {
    check(&[
        (Open("p"), UP),
        (Say("p", "{\"board\":\"p\"}\n"), "p t=null"),
        (
            Say("p", "{\"board\":\"a\"}\n{\"board\":\"a\"}\n"),
            "p removed serial, a online serial, a t=null, a t=null",
        ),
        (
            Say("p", "{\"board\":\"b\"}\n"),
            "a removed serial, b online serial, b t=null",
        ),
        (
            Say("p", "{\"board\":\"p\"}\n"),
            "b removed serial, p online serial, p t=null",
        ),
    ]);
}

#[tokio::test(start_paused = true)]
async fn a_name_that_another_has_is_refused_and_said() {
    for taken in ["q", "porch", "not a name", "wifi", "poster", "lab"] {
        let mut world = World::new(FILE);
        let _wifi = connect(&world.board("wifi"));
        post(&world.board("poster"), "t:0");
        let mut other = open(&world, "q");
        other.bytes(b"{\"board\":\"lab\"}\n");
        let mut session = open(&world, "p");
        world.said();
        session.bytes(format!("{{\"board\":\"{taken}\"}}\nt:1\n").as_bytes());
        assert_eq!(world.said_by(), [UP, "p t=null", "p t=1"], "{taken}");
        let told = world.registry.hub().journal.board("p").unwrap();
        let told = String::from_utf8(told.to_vec()).unwrap();
        assert!(told.contains(taken), "{told}");
        // Another name has nothing to do with that.
        session.bytes(b"{\"board\":\"free\"}\n");
        let told = world.registry.hub().journal.board("free").unwrap();
        let told = String::from_utf8(told.to_vec()).unwrap();
        assert!(told.contains("\"detail\":\"/dev/ttyUSB0\""), "{told}");
    }
}

#[tokio::test(start_paused = true)]
async fn of_two_that_claim_a_name_the_first_keeps_it_while_its_port_is_open() {
    check(&[
        (Open("p"), UP),
        (Open("q"), "q online serial"),
        (
            Say("p", "{\"board\":\"lab\"}\n"),
            "p removed serial, lab online serial, lab t=null",
        ),
        (
            Say("q", "{\"board\":\"lab\"}\nt:2\n"),
            "q online serial, q t=null, q t=2",
        ),
        (Close("p"), "lab offline serial unplugged"),
        (
            Say("q", "{\"board\":\"lab\"}\nt:3\n"),
            "q removed serial, lab online serial, lab t=null, lab t=3",
        ),
        (Open("p"), UP),
        (
            Say("p", "{\"board\":\"lab\"}\nt:4\n"),
            "p online serial, p t=null, p t=4",
        ),
    ]);
}

#[tokio::test(start_paused = true)]
async fn a_name_that_nobody_has_any_more_is_free() {
    check(&[
        (Connect("lab"), "lab online websocket"),
        (Post("lab"), "lab t=0"),
        (Open("p"), UP),
        (
            Say("p", "{\"board\":\"a\"}\n"),
            "p removed serial, a online serial, a t=null",
        ),
        (
            Say("p", "{\"board\":\"b\"}\n"),
            "a removed serial, b online serial, b t=null",
        ),
        (Post("a"), "a online http, a t=0"),
    ]);
}
