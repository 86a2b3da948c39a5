//! States and the events that tell them.

use std::time::Duration;

use tokio::time::advance;

use super::*;
use crate::boards::commands::{Last, Ticket};
use crate::boards::session::Session;
use crate::boards::testing::{World, connect, post, publish};
use crate::wire::{Code, Outcome};

/// Something that happens to the board `b`.
enum Step {
    Post(&'static str),
    Publish(&'static str),
    /// Opens a connection with this number, and says that its link is up.
    Connect(usize),
    Say(usize, &'static str),
    End(usize, Reason),
    /// So many seconds pass.
    Wait(u64),
    Remove,
}
use Step::{Connect, End, Post, Publish, Remove, Say, Wait};

async fn check(steps: impl IntoIterator<Item = (Step, &str)>) {
    let mut world = World::new("");
    let mut sessions: [Option<Session>; 3] = Default::default();
    for (number, (step, wanted)) in steps.into_iter().enumerate() {
        let board = world.board("b");
        match step {
            Post(body) => drop(post(&board, body)),
            Publish(line) => drop(publish(&board, line)),
            Connect(number) => sessions[number] = Some(connect(&board)),
            Say(number, line) => {
                let session = sessions[number].as_mut().unwrap();
                session.message(line.as_bytes());
                session.flush();
            }
            End(number, reason) => sessions[number].take().unwrap().end(reason, ""),
            Wait(seconds) => {
                advance(Duration::from_secs(seconds)).await;
                world.registry.tick();
            }
            Remove => drop(world.registry.remove("b")),
        }
        assert_eq!(world.said().join(", "), wanted, "step {number}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_board_that_posts_is_online_or_stale() {
    check([
        (Post("t:1"), "online http, t=1"),
        (Post("t:2\nhello"), "t=2, hello"),
        (Post(" \n"), ""),
        (Wait(59), ""),
        (Wait(1), "stale http"),
        (Wait(60), ""),
        (Post("t:3"), "online http, t=3"),
        (Publish("t:4"), "online publish, t=4"),
        (Wait(60), "stale publish"),
    ])
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_online_until_it_ends() {
    check([
        (Connect(0), "online websocket"),
        (Say(0, "t:1"), "t=1"),
        (Wait(60), "stale websocket"),
        (Say(0, "t:2"), "online websocket, t=2"),
        (End(0, Reason::Timeout), "offline websocket timeout"),
        (Wait(600), ""),
        (Connect(1), "online websocket"),
        (End(1, Reason::Closed), "offline websocket closed"),
    ])
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_replaced_connection_is_one_event_and_has_no_say() {
    check([
        (Connect(0), "online websocket"),
        (Connect(1), "online websocket replaced"),
        (Say(0, "t:1"), ""),
        (End(0, Reason::Closed), ""),
        (Say(1, "t:2"), "t=2"),
        (Connect(2), "online websocket replaced"),
        (Wait(60), "stale websocket"),
        (Say(2, "t:3"), "online websocket, t=3"),
    ])
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_post_for_a_connected_board_is_its_reading() {
    check([
        (Connect(0), "online websocket"),
        (Post("t:1"), "t=1"),
        (Wait(60), "stale websocket"),
        (Post("t:2"), "online websocket, t=2"),
        (End(0, Reason::Closed), "offline websocket closed"),
        (Post("t:3"), "online http, t=3"),
    ])
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_removed_board_is_back_when_it_speaks() {
    check([
        (Remove, ""),
        (Post("t:1"), "online http, t=1"),
        (Remove, ""),
        (Wait(60), "stale http"),
        (Remove, "removed http"),
        (Remove, ""),
        (Wait(60), ""),
        (Connect(0), "online websocket"),
        (Wait(60), "stale websocket"),
        (Remove, "removed websocket"),
        (Say(0, "t:2"), "online websocket, t=2"),
        (Wait(60), "stale websocket"),
        (Remove, "removed websocket"),
        (End(0, Reason::Closed), ""),
    ])
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_a_port_repeats_is_no_event() {
    let mut world = World::new("");
    let port = world.port("p");
    port.connecting("/dev/ttyACM0");
    port.connecting("/dev/ttyACM0");
    port.offline(Reason::Absent, "/dev/ttyACM0");
    port.offline(Reason::Absent, "/dev/ttyACM0");
    port.offline(Reason::Busy, "/dev/ttyACM0");
    let wanted = [
        "connecting serial",
        "offline serial absent",
        "offline serial busy",
    ];
    assert_eq!(world.said(), wanted);
}

#[tokio::test(start_paused = true)]
async fn a_remark_is_an_event_once_and_only_while_the_port_is_open() {
    let mut world = World::new("");
    let port = world.port("p");
    port.offline(Reason::Absent, "/dev/ttyACM0");
    port.remark("garbled");
    let mut session = Session::open(&port, Link::Serial, "\n");
    session.ready("/dev/ttyACM0");
    port.remark("/dev/ttyACM0");
    port.remark("garbled");
    port.remark("garbled");
    let wanted = ["offline serial absent", "online serial", "online serial"];
    assert_eq!(world.said(), wanted);
}

#[tokio::test(start_paused = true)]
async fn ready_twice_is_ready_once() {
    let mut world = World::new("");
    let mut session = Session::open(&world.port("p"), Link::Serial, "\n");
    session.ready("/dev/ttyACM0");
    session.ready("/dev/ttyACM0");
    assert_eq!(world.said(), ["online serial"]);
    assert!(!session.replaced().is_cancelled());
    assert_eq!(outcome(&world.port("p"), "LED ON"), None);
    session.written(session.outgoing().await);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_dropped_says_so() {
    let mut world = World::new("");
    drop(connect(&world.board("b")));
    assert_eq!(
        world.said(),
        ["online websocket", "offline websocket error"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_port_that_takes_a_name_ends_its_connection() {
    let mut world = World::new("");
    let board = world.board("p");
    let before = connect(&board);
    let port = world.port("p");
    assert!(before.replaced().is_cancelled());
    let mut session = Session::open(&port, Link::Serial, "\n");
    session.ready("/dev/ttyACM0");
    // Who found the board before comes too late, and does the port no harm.
    let late = connect(&board);
    assert!(late.replaced().is_cancelled());
    late.end(Reason::Closed, "");
    before.end(Reason::Closed, "");
    assert_eq!(post(&board, "t:1"), None);
    session.bytes(b"\nt:2\n");
    assert_eq!(world.said(), ["online websocket", "online serial", "t=2"]);
}

/// A command's final result, if it is known at once.
fn outcome(board: &Board, text: &str) -> Option<String> {
    let told = Arc::new(Mutex::new(None));
    let tell = told.clone();
    let ticket = Ticket::new("b", move |outcome: Outcome, last| {
        assert_eq!(last, Last::Yes);
        let code = outcome.error.map(|error| format!("{:?}", error.code));
        *tell.lock().unwrap() = code.or(Some(format!("{:?}", outcome.status)));
    });
    board.command(text, Duration::from_secs(5), ticket);
    told.lock().unwrap().take()
}

#[tokio::test(start_paused = true)]
async fn a_command_that_cannot_be_sent_says_why_at_once() {
    let world = World::new("");
    let (http, offline) = (world.board("http"), world.board("offline"));
    post(&http, "t:1");
    connect(&offline).end(Reason::Closed, "");
    let (socket, port) = (world.board("socket"), world.port("port"));
    let on_socket = connect(&socket);
    let mut on_port = Session::open(&port, Link::Serial, "\n");
    on_port.ready("/dev/ttyACM0");
    let (fits, long, longest) = ("x".repeat(1000), "x".repeat(1001), "x".repeat(4097));
    let cases = [
        (&http, "LED ON", Some("ReadOnly")),
        (&offline, "LED ON", Some("BoardOffline")),
        (&socket, &fits, None),
        (&socket, &long, Some("TooLong")),
        (&socket, "a\nb", Some("Invalid")),
        (&socket, "a\r", Some("Invalid")),
        (&socket, "", Some("Invalid")),
        (&port, &long, None),
        (&port, "", None),
        (&port, &longest, Some("TooLong")),
        (&port, "a\nb", Some("Invalid")),
    ];
    for (board, text, wanted) in cases {
        let length = text.len();
        assert_eq!(outcome(board, text).as_deref(), wanted, "{length} B");
    }
    on_socket.end(Reason::Closed, "");
    assert_eq!(outcome(&socket, "a").as_deref(), Some("BoardOffline"));
}

#[tokio::test(start_paused = true)]
async fn a_command_that_nobody_takes_expires_by_itself() {
    let world = World::new("");
    let board = world.board("b");
    let _session = connect(&board);
    let told = Arc::new(Mutex::new(None));
    let tell = told.clone();
    let ticket = Ticket::new("b", move |outcome: Outcome, _| {
        *tell.lock().unwrap() = outcome.error.map(|error| error.code);
    });
    board.command("LED ON", Duration::from_secs(5), ticket);
    advance(Duration::from_secs(5)).await;
    world.registry.tick();
    assert_eq!(*told.lock().unwrap(), Some(Code::Expired));
}
