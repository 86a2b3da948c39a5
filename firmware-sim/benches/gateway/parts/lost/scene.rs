//! The gateway, its boards and its subscribers, for long.

use std::time::{Duration, Instant};

use firmware_sim::pty::Port;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::bad;
use crate::Outcome;
use crate::counted::{
    Books, Moment, Shared, Taken, Verdict, View, post, posting_board, serial_board, watch,
    websocket_board,
};
use crate::gateway::Gateway;

const SERIAL: usize = 2;

const WEBSOCKETS: usize = 4;

const POSTS: usize = 4;

/// 10 Hz each.
const PACE: Duration = Duration::from_millis(100);

const GOOD: usize = 18;

/// Sends what comes after everything else.
const LAST: &str = "zz-last";

const PATIENCE: Duration = Duration::from_secs(180);

/// Everything of one soak; ends when it is dropped.
pub struct Scene {
    pub gateway: Gateway,
    pub books: Shared<Books>,
    began: Instant,
    ports: Vec<Port>,
    good: Vec<Shared<View>>,
    /// Checked as well, since it comes back.
    sleeper: Shared<View>,
    boards: JoinSet<()>,
    subscribers: JoinSet<()>,
    stop: CancellationToken,
}

impl Scene {
    /// Starts the gateway, with this added to its configuration.
    pub fn start(more: &str) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        // No client's port can be taken for the gateway's on an address of its own.
        let mut config =
            format!("[server]\nlisten = \"127.77.0.1:0\"\n[discovery]\nserial = false\n{more}");
        let mut ports = Vec::new();
        for number in 0..SERIAL {
            let link = folder.path().join(format!("tty{number}"));
            config += &format!(
                "[[serial]]\nboard = \"serial-{number}\"\nport = \"{}\"\n",
                link.display()
            );
            ports.push(Port::plug_in(link)?);
        }
        Ok(Self {
            gateway: Gateway::start_in(folder, config)?,
            books: Shared::new(Books::default()),
            began: Instant::now(),
            ports,
            good: Vec::new(),
            sleeper: Shared::new(View::default()),
            boards: JoinSet::new(),
            subscribers: JoinSet::new(),
            stop: CancellationToken::new(),
        })
    }

    /// Ten boards begin to count.
    pub fn boards(&mut self) -> Outcome {
        let gateway = self.gateway.process.address();
        let (books, began, stop) = (&self.books, self.began, &self.stop);
        for (number, port) in self.ports.drain(..).enumerate() {
            let name = format!("serial-{number}");
            let board = serial_board(port, name, PACE, books.clone(), stop.clone());
            self.boards.spawn(async {
                // Without its port the board is missed by all: that is told as a loss.
                let _ = board.await;
            });
        }
        for number in 0..WEBSOCKETS {
            let name = format!("ws-{number}");
            let board = websocket_board(gateway, name, PACE, books.clone(), began, stop.clone());
            self.boards.spawn(board);
        }
        for number in 0..POSTS {
            let name = format!("post-{number}");
            let board = posting_board(gateway, name, PACE, books.clone(), began, stop.clone());
            self.boards.spawn(board);
        }
        Ok(())
    }

    /// Eighteen that read, one that never does, one that sleeps now and then.
    pub fn subscribers(&mut self) {
        let gateway = self.gateway.process.address();
        for _ in 0..GOOD {
            let view = Shared::new(View::default());
            // Ends with the scene.
            let stop = CancellationToken::new();
            let watcher = watch(gateway, String::new(), view.clone(), stop);
            self.subscribers.spawn(watcher);
            self.good.push(view);
        }
        self.subscribers.spawn(bad::never_reads(gateway));
        self.subscribers
            .spawn(bad::sleeps(gateway, self.sleeper.clone()));
    }

    pub fn kill(&mut self) -> Outcome {
        self.books.lock().killed(self.began.elapsed());
        self.gateway.restart()
    }

    /// Those whose books are checked.
    pub fn views(&self) -> impl Iterator<Item = &Shared<View>> {
        self.good.iter().chain([&self.sleeper])
    }

    pub fn verdicts(&self, moment: Moment) -> Vec<Verdict> {
        let books = self.books.lock();
        let judge = |view: &Shared<View>| books.judge(&view.lock(), moment);
        self.views().map(judge).collect()
    }

    /// Stops the boards, and waits until everybody has heard a last word.
    pub async fn settle(&mut self) -> Outcome {
        self.stop.cancel();
        while self.boards.join_next().await.is_some() {}
        let gateway = self.gateway.process.address();
        let n = self.books.lock().send(LAST, Books::ALONE);
        let body = format!("{{\"n\":{n}}}");
        match post(gateway, &mut None, LAST, &body).await? {
            Taken::Yes(seq) => self.books.lock().taken(LAST, n, seq, self.began.elapsed()),
            Taken::No(status) => return Err(format!("the last POST: {status}").into()),
        }
        let heard = async {
            while self.views().any(|view| view.lock().newest(LAST) < n) {
                sleep(Duration::from_millis(50)).await;
            }
        };
        Ok(timeout(PATIENCE, heard).await?)
    }
}
