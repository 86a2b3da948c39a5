//! The task of one port, on pseudo-terminals: released, resumed, shared, stopped.

use std::fs::File;
use std::process::{Child, Command, Stdio};

use tokio::task::JoinSet;

use super::pty::Pty;
use super::*;
use crate::boards::board::Asked;
use crate::boards::testing::World;
use crate::config::Config;
use crate::wire::State;

/// Longer than any test runs: what is waited for has to come by itself.
const LONG: Duration = Duration::from_secs(3000);

/// A port whose task runs.
struct Bench {
    world: World,
    board: Arc<Board>,
    pty: Pty,
    stop: CancellationToken,
    task: JoinSet<()>,
}

impl Bench {
    /// Waits until the first attempt to open the port is over.
    async fn new() -> Self {
        Self::with("").await
    }

    /// `keys` are further keys of its table.
    async fn with(keys: &str) -> Self {
        let pty = Pty::new();
        let toml = format!("[[serial]]\nboard = \"p\"\nport = {:?}\n{keys}", pty.path);
        let config = Config::parse(&toml, "test").unwrap().serial.remove(0);
        let world = World::new(&toml);
        let board = world.port("p");
        // The task has to see it, so what follows the answer follows the first attempt.
        board.release(LONG).unwrap();
        let asked = board.resume().unwrap();
        let (ports, _) = Ports::new(std::path::Path::new("/"));
        let stop = CancellationToken::new();
        let mut task = JoinSet::new();
        let registry = world.registry.clone();
        task.spawn(run(config, board.clone(), registry, ports, stop.clone()));
        let bench = Self {
            world,
            board,
            pty,
            stop,
            task,
        };
        bench.obeyed(Some(asked)).await;
        bench
    }

    async fn obeyed(&self, asked: Option<Asked>) {
        let mut asked = asked.unwrap();
        tokio::time::timeout(Duration::from_secs(20), asked.obeyed())
            .await
            .expect("obeyed");
    }

    async fn release(&self) {
        self.obeyed(self.board.release(LONG)).await;
    }

    async fn resume(&self) {
        self.obeyed(self.board.resume()).await;
    }

    /// `sleep` with the port as its input.
    fn other_program(&self) -> Child {
        let port = File::options().read(true).write(true).open(&self.pty.path);
        let mut sleep = Command::new("sleep");
        sleep.arg("600").stdin(port.unwrap()).stdout(Stdio::null());
        sleep.spawn().unwrap()
    }

    fn is_open(&self) -> bool {
        let files = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
        files
            .filter_map(|file| file.path().read_link().ok())
            .any(|target| target == self.pty.path)
    }

    fn check(&mut self, said: &[&str], is_open: bool) {
        assert_eq!(self.world.said(), said);
        assert_eq!(self.is_open(), is_open);
    }

    async fn end(mut self) -> World {
        self.stop.cancel();
        self.task.join_next().await.unwrap().unwrap();
        assert!(!self.is_open());
        self.world
    }
}

#[tokio::test]
async fn a_port_is_closed_while_it_is_released() {
    let mut bench = Bench::new().await;
    bench.check(&["connecting serial", "online serial"], true);
    bench.release().await;
    bench.check(&["offline serial released"], false);
    bench.resume().await;
    bench.check(&["connecting serial", "online serial"], true);
    bench.resume().await;
    bench.check(&[], true);
    assert_eq!(bench.end().await.said(), ["offline serial closed"]);
}

#[tokio::test]
async fn a_board_that_named_itself_is_released_by_its_name() {
    let mut bench = Bench::with("trust_hello = true\n").await;
    bench.world.said();
    bench.pty.say(b"{\"board\":\"lab\"}\n");
    let lab = loop {
        match bench.world.registry.get("lab") {
            Some(lab) => break lab,
            None => tokio::task::yield_now().await,
        }
    };
    // By either name, and it is the one that has it now that is answered.
    let own = bench.world.registry.of_port("p").unwrap();
    assert!(Arc::ptr_eq(&bench.world.registry.on_port_of(&own), &lab));
    assert!(Arc::ptr_eq(&lab.own_of_port(), &own));
    bench.obeyed(lab.release(LONG)).await;
    let said = bench.world.said_by();
    let named = ["p removed serial", "lab online serial", "lab t=null"];
    assert_eq!(said[..3], named);
    assert_eq!(said[3..], ["lab offline serial released"]);
    bench.board = lab;
    bench.resume().await;
    // What it said is over, also if it never says its name again.
    let back = [
        "lab offline serial absent",
        "p connecting serial",
        "p online serial",
    ];
    assert_eq!(bench.world.said_by(), back);
    assert!(!bench.world.registry.is_any_released());
    let on_port = bench.world.registry.on_port_of(&bench.board);
    assert_eq!(on_port.name().as_str(), "p");
    bench.end().await;
}

#[tokio::test]
async fn who_shares_a_port_is_said_of_the_board_that_is_on_it() {
    let mut bench = Bench::with("trust_hello = true\n").await;
    bench.pty.say(b"{\"board\":\"lab\"}\n");
    let mut other = bench.other_program();
    let sharer = format!("is open in sleep ({}), too", other.id());
    let mut last = String::new();
    for wanted in [sharer.as_str(), "/dev/pts/"] {
        while !last.contains(wanted) || last.contains("too") != wanted.contains("too") {
            bench.world.changed().await;
            for event in bench.world.events() {
                last = format!("{} {}", event["board"], event["detail"]);
            }
        }
        assert!(last.starts_with("\"lab\""), "{last}");
        let _ = other.kill();
        other.wait().unwrap();
    }
    bench.end().await;
}

#[tokio::test]
async fn a_stop_ends_a_release() {
    let mut bench = Bench::new().await;
    bench.release().await;
    bench.world.said();
    assert_eq!(bench.end().await.said(), Vec::<String>::new());
}

#[tokio::test]
async fn a_release_that_is_taken_back_at_once_is_obeyed() {
    let mut bench = Bench::new().await;
    bench.world.said();
    bench.board.release(LONG).unwrap();
    bench.resume().await;
    bench.check(&[], true);
    bench.end().await;
}

#[tokio::test]
async fn a_port_that_another_program_has_is_not_opened() {
    let mut bench = Bench::new().await;
    bench.release().await;
    bench.world.said();
    let mut other = bench.other_program();
    bench.resume().await;
    // Who has it may have been said before.
    assert_eq!(bench.world.said().last().unwrap(), "offline serial busy");
    assert!(!bench.is_open());
    other.kill().unwrap();
    other.wait().unwrap();
    while bench.board.state() != State::Online {
        tokio::task::yield_now().await;
    }
    bench.check(&["connecting serial", "online serial"], true);
    bench.end().await;
}

#[tokio::test]
async fn a_port_that_is_given_up_keeps_nobody_waiting() {
    let bench = Bench::new().await;
    let board = bench.board.clone();
    bench.end().await;
    let mut asked = board.release(LONG).unwrap();
    board.give_up();
    asked.obeyed().await;
    assert!(board.release(LONG).is_none() && board.resume().is_none());
}
