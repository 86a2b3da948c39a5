//! Boards that change their numbers, and twins: the whole chain from sysfs to the journal,
//! with pseudo-terminals for boards.

use serde_json::Value;

use super::*;
use crate::boards::discovery::fake::{Device, Tree};
use crate::boards::serial::pty::Pty;
use crate::boards::testing::World;

const SOCKETS: [&str; 3] = ["1-1.1", "1-1.2", "1-1.3"];
const NUMBERS: [&str; 3] = ["ttyUSB0", "ttyUSB1", "ttyUSB2"];

/// A machine with sockets for three CH340 that have no serial numbers, and its gateway.
struct Machine {
    tree: Tree,
    world: World,
    ports: SerialPorts,
    /// What is in each socket.
    boards: [Option<(Device, Pty)>; 3],
}

impl Machine {
    /// Nothing is plugged in. `file` is the configuration for a tree.
    fn new(file: impl Fn(&Tree) -> String) -> Self {
        let tree = Tree::new(&[]);
        let file = file(&tree);
        let config = Config::parse(&file, "test").unwrap();
        let world = World::new(&file);
        let registry = world.registry.clone();
        let ports = SerialPorts::start(&config, registry, Arc::default(), tree.root());
        Self {
            tree,
            world,
            ports,
            boards: Default::default(),
        }
    }

    /// Plugs a board into a socket; the kernel gives it this number.
    fn plug(&mut self, socket: usize, number: usize) {
        let device = Device::ch340(NUMBERS[number], SOCKETS[socket]);
        let board = Pty::new();
        self.tree.plug_terminal(&device, &board.path);
        self.boards[socket] = Some((device, board));
    }

    fn unplug(&mut self, socket: usize) {
        let (device, board) = self.boards[socket].take().unwrap();
        let left = self.boards.iter().flatten().next();
        self.tree.unplug(&device, left.map(|(device, _)| device));
        drop(board);
    }

    /// The board in this socket prints where it is.
    fn print(&mut self, socket: usize, round: u64) {
        let (_, board) = self.boards[socket].as_mut().unwrap();
        let line = format!(
            "\n{{\"socket\":\"{}\",\"round\":{round}}}\n",
            SOCKETS[socket]
        );
        board.say(line.as_bytes());
    }

    /// The next events; ports that nobody configured are adopted meanwhile.
    async fn events(&mut self) -> Vec<Value> {
        loop {
            let events = self.world.events();
            if !events.is_empty() {
                return events;
            }
            tokio::select! {
                () = self.world.changed() => {}
                () = self.ports.adopt_found() => {}
            }
        }
    }

    /// Waits for the events that say this, as in `a offline serial unplugged`, in any order
    /// and with others between them.
    async fn until(&mut self, wanted: &[&str]) -> Vec<Value> {
        let (mut missing, mut seen) = (wanted.to_vec(), Vec::new());
        while !missing.is_empty() {
            for event in self.events().await {
                let said = World::sentence(&event);
                missing.retain(|wanted| *wanted != said);
                seen.push(event);
            }
        }
        seen
    }

    /// Waits until every board has said something in this round, and under its own name.
    async fn round(&mut self, round: u64, named: fn(usize) -> String) {
        let mut silent: Vec<String> = (0..3).map(named).collect();
        while !silent.is_empty() {
            for event in self.events().await {
                let Some(socket) = event["values"]["socket"].as_str() else {
                    continue;
                };
                let index = SOCKETS.iter().position(|name| *name == socket).unwrap();
                assert_eq!(event["board"], named(index), "round {round}: {event}");
                if event["values"]["round"] == round {
                    silent.retain(|name| event["board"] != **name);
                }
            }
        }
    }

    /// All boards are pulled and come back in another order, again and again.
    async fn swap(&mut self, rounds: u64, named: fn(usize) -> String) {
        let mut chance = fastrand::Rng::with_seed(4);
        let mut order = [0, 1, 2];
        for round in 0..rounds {
            chance.shuffle(&mut order);
            for (number, socket) in order.into_iter().enumerate() {
                self.plug(socket, number);
                self.print(socket, round);
            }
            self.round(round, named).await;
            chance.shuffle(&mut order);
            order.into_iter().for_each(|socket| self.unplug(socket));
        }
    }
}

fn configured(tree: &Tree) -> String {
    let table = |socket: &&str| {
        let link = tree.socket(socket).display().to_string();
        format!("[[serial]]\nboard = \"at-{socket}\"\nport = \"{link}\"\n")
    };
    let tables: String = SOCKETS.iter().map(table).collect();
    format!("{tables}[discovery]\nserial = false\n")
}

// The clock of these tests stands still and is moved on whenever nothing else happens: who
// waits for a device node tries again at once.

#[tokio::test(start_paused = true)]
async fn boards_that_swap_numbers_a_thousand_times_keep_their_names() {
    let mut machine = Machine::new(configured);
    machine
        .swap(1000, |index| format!("at-{}", SOCKETS[index]))
        .await;
}

#[tokio::test(start_paused = true)]
async fn so_do_boards_that_were_found() {
    let mut machine = Machine::new(|_| String::new());
    machine
        .swap(200, |index| format!("ch340-{}", SOCKETS[index]))
        .await;
}

async fn check_twins(port: impl Fn(&Tree) -> String) {
    let file = |tree: &Tree| {
        let port = port(tree);
        format!("[[serial]]\nboard = \"b\"\n{port}\n[discovery]\nserial = false\n")
    };
    let mut machine = Machine::new(file);
    machine.until(&["b offline serial absent"]).await;
    // One alone is meant.
    machine.plug(0, 0);
    machine.until(&["b online serial"]).await;
    // It stays that also when its twin comes.
    machine.plug(1, 1);
    machine.print(0, 1);
    machine.print(1, 1);
    let event = machine.events().await.pop().unwrap();
    assert_eq!(event["values"]["socket"], SOCKETS[0], "{event}");
    // The other one follows when it goes, and stays when it comes back.
    machine.unplug(0);
    machine
        .until(&["b offline serial unplugged", "b online serial"])
        .await;
    machine.plug(0, 0);
    machine.print(0, 2);
    machine.print(1, 2);
    let event = machine.events().await.pop().unwrap();
    assert_eq!(event["values"]["socket"], SOCKETS[1], "{event}");
    // Of two that are there at once, neither is.
    machine.unplug(1);
    machine
        .until(&["b offline serial unplugged", "b online serial"])
        .await;
    machine.unplug(0);
    machine.until(&["b offline serial unplugged"]).await;
}

#[tokio::test(start_paused = true)]
async fn a_usb_id_means_the_only_twin_and_stays_with_it() {
    check_twins(|_| "usb = \"1a86:7523\"".to_owned()).await;
}

#[tokio::test(start_paused = true)]
async fn a_shared_link_means_the_only_twin_and_stays_with_it() {
    let link = "dev/serial/by-id/usb-1a86_USB_Serial-if00-port0";
    check_twins(|tree| format!("port = \"{}\"", tree.path(link).display())).await;
}

#[tokio::test(start_paused = true)]
async fn of_twins_neither_is_opened_until_one_goes() {
    let link = "dev/serial/by-id/usb-1a86_USB_Serial-if00-port0";
    for by_link in [true, false] {
        let tree = Tree::new(&[]);
        let boards: Vec<Pty> = (0..2).map(|_| Pty::new()).collect();
        let devices = [0, 1].map(|index| Device::ch340(NUMBERS[index], SOCKETS[index]));
        for (device, board) in devices.iter().zip(&boards) {
            tree.plug_terminal(device, &board.path);
        }
        let port = match by_link {
            true => format!("port = \"{}\"", tree.path(link).display()),
            false => "usb = \"1a86:7523\"".to_owned(),
        };
        let file = format!("[[serial]]\nboard = \"b\"\n{port}\n[discovery]\nserial = false\n");
        let world = World::new(&file);
        let config = Config::parse(&file, "test").unwrap();
        let registry = world.registry.clone();
        let ports = SerialPorts::start(&config, registry, Arc::default(), tree.root());
        let mut machine = Machine {
            tree,
            world,
            ports,
            boards: Default::default(),
        };
        let seen = machine.until(&["b offline serial ambiguous"]).await;
        let detail = seen.last().unwrap()["detail"].as_str().unwrap();
        assert!(
            NUMBERS[..2].iter().all(|number| detail.contains(number)),
            "{detail}"
        );
        assert!(
            SOCKETS[..2].iter().all(|socket| detail.contains(socket)),
            "{detail}"
        );
        assert!(boards.iter().all(|board| !board.is_open()));
        machine.tree.unplug(&devices[0], Some(&devices[1]));
        machine.until(&["b online serial"]).await;
        assert!(!boards[0].is_open() && boards[1].is_open());
    }
}

#[tokio::test(start_paused = true)]
async fn a_port_that_does_not_close_keeps_nobody_waiting() {
    let file = "[[serial]]\nboard = \"b\"\nport = \"/nowhere\"\n[discovery]\nserial = false\n";
    let mut machine = Machine::new(|_| file.to_owned());
    let name = BoardName::new("b").unwrap();
    let hanging = machine.ports.running[&name].done.token();
    let empty = Config::parse("[discovery]\nserial = false", "test").unwrap();
    machine.ports.reload(&empty).await;
    assert!(machine.ports.running.is_empty());
    drop(hanging);
}
