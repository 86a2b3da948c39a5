//! A gateway under load, with books of all that is sent and views of all that is heard,
//! which is killed or stopped and comes back where it was.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use firmware_sim::pty::Port;
use rustix::process::Signal;
use tempfile::TempDir;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::support::counted::{
    Books, Moment, Shared, Taken, Verdict, View, post, posting_board, serial_board, watch,
    websocket_board,
};
use crate::support::{Gateway, User, soon, test_folder};

/// Everything of one test; nothing outlives it.
pub struct Scene {
    gateway: Option<Gateway>,
    config: String,
    user: User,
    /// Until its board begins to count.
    port: Option<Port>,
    pub books: Shared<Books>,
    began: Instant,
    boards: JoinSet<()>,
    boards_stop: CancellationToken,
    // Aborted when the scene ends.
    watchers: JoinSet<()>,
    stop: CancellationToken,
}

/// Clients come from 127.0.0.1: an address of its own can be taken by no client's port, so
/// that the gateway can come back to it, and nobody connects to himself meanwhile.
const ADDRESS: &str = "127.77.0.1:0";

/// With it all boards together send some 250 lines a second.
const PACE: Duration = Duration::from_millis(20);

/// Sends what comes after everything else.
const LAST: &str = "zz-last";

impl Scene {
    /// Starts a gateway that has this configuration, which must not have a `[server]`.
    pub async fn start(config: &str) -> Self {
        Self::start_in(test_folder(), User::Tester, config).await
    }

    pub async fn start_in(folder: TempDir, user: User, config: &str) -> Self {
        std::fs::create_dir_all(folder.path().join("kept")).unwrap();
        let link = folder.path().join("tty-counter");
        let config = format!(
            "[server]\nlisten = \"{ADDRESS}\"\n{config}\n[[serial]]\nboard = \"serial\"\nport = \"{}\"\n",
            link.display()
        );
        let port = Port::plug_in(link).unwrap();
        let gateway = Gateway::start_in(folder, user, &config).await;
        let config = config.replace(ADDRESS, &gateway.address().to_string());
        Self {
            gateway: Some(gateway),
            config,
            user,
            port: Some(port),
            books: Shared::new(Books::default()),
            began: Instant::now(),
            boards: JoinSet::new(),
            boards_stop: CancellationToken::new(),
            watchers: JoinSet::new(),
            stop: CancellationToken::new(),
        }
    }

    pub fn gateway(&self) -> &Gateway {
        self.gateway
            .as_ref()
            .expect("it is only away inside a call")
    }

    pub fn address(&self) -> SocketAddr {
        self.gateway().address()
    }

    /// Where the gateway's files are.
    pub fn file(&self, name: &str) -> PathBuf {
        self.gateway().file(name)
    }

    /// Three boards that post, two on WebSockets and one on a serial port begin to count.
    pub fn boards(&mut self) {
        if let Some(port) = self.port.take() {
            let (books, stop) = (self.books.clone(), self.boards_stop.clone());
            let board = serial_board(port, "serial".into(), PACE, books, stop);
            self.boards.spawn(async { board.await.unwrap() });
        }
        for number in 0..3 {
            self.posting(&format!("post-{number}"), PACE);
        }
        for number in 0..2 {
            let name = format!("ws-{number}");
            let (books, stop) = (self.books.clone(), self.boards_stop.clone());
            let board = websocket_board(self.address(), name, PACE, books, self.began, stop);
            self.boards.spawn(board);
        }
    }

    /// A board begins to post its counter.
    pub fn posting(&mut self, name: &str, pace: Duration) {
        let (books, stop) = (self.books.clone(), self.boards_stop.clone());
        let board = posting_board(self.address(), name.into(), pace, books, self.began, stop);
        self.boards.spawn(board);
    }

    /// A subscriber that comes back whenever its connection ends.
    pub async fn subscriber(&mut self) -> Shared<View> {
        self.subscriber_with(View::default(), self.address()).await
    }

    /// One that has heard something before, or comes by another way.
    pub async fn subscriber_with(&mut self, view: View, gateway: SocketAddr) -> Shared<View> {
        self.watch(view, gateway, "").await
    }

    /// A subscriber of some boards. None that it has not asked for may send counters.
    pub async fn subscriber_of(&mut self, boards: &str) -> Shared<View> {
        self.watch(View::default(), self.address(), boards).await
    }

    async fn watch(&mut self, view: View, gateway: SocketAddr, boards: &str) -> Shared<View> {
        let known = view.hellos;
        let view = Shared::new(view);
        let watcher = watch(gateway, boards.into(), view.clone(), self.stop.clone());
        self.watchers.spawn(watcher);
        self.until("a hello", || view.lock().hellos > known).await;
        view
    }

    /// Waits until so many more values were acknowledged.
    pub async fn acknowledged(&self, more: u64) {
        let wanted = self.books.lock().acknowledged() + more;
        let enough = || self.books.lock().acknowledged() >= wanted;
        self.until("acknowledgements", enough).await;
    }

    /// Kills the gateway as a power cut would, and starts it again.
    pub async fn kill(&mut self) {
        let gateway = self.gateway.take().expect("it is only away inside a call");
        self.books.lock().killed(self.began.elapsed());
        let folder = gateway.kill().await;
        self.come_back(folder).await;
    }

    /// Stops it as systemd would, and starts it again.
    pub async fn restart(&mut self) {
        self.restart_after(|_| ()).await;
    }

    /// The same, with something done to its folder in between.
    pub async fn restart_after(&mut self, meanwhile: impl FnOnce(&Path)) {
        let mut gateway = self.gateway.take().expect("it is only away inside a call");
        gateway.signal(Signal::TERM);
        gateway.wait_exit(Duration::from_secs(10)).await;
        let folder = gateway.into_folder();
        meanwhile(folder.path());
        self.come_back(folder).await;
    }

    /// Stops the boards, and waits until each of these subscribers has heard a last word.
    pub async fn settle(&mut self, views: &[&Shared<View>]) {
        self.boards_stop.cancel();
        let boards = async { while self.boards.join_next().await.is_some() {} };
        soon("the boards' end", boards).await;
        self.boards_stop = CancellationToken::new();
        let n = self.last_word().await;
        for view in views {
            let heard = || view.lock().newest(LAST) >= n;
            self.until("the last word", heard).await;
        }
    }

    /// What this subscriber has missed, all boards being quiet.
    pub fn judge(&self, view: &Shared<View>) -> Verdict {
        let verdict = self.books.lock().judge(&view.lock(), Moment::AtTheEnd);
        eprintln!("{verdict}");
        verdict
    }

    /// Who listened has missed nothing, nor has, after a restart, who was away since `before`.
    pub async fn must_keep_everything(&mut self, live: &Shared<View>, before: View) {
        self.settle(&[live]).await;
        self.must_have_everything(live);
        self.restart().await;
        let later = self.subscriber_with(before, self.address()).await;
        self.settle(&[&later]).await;
        self.must_have_everything(&later);
    }

    /// Nothing may be missing, and nothing had to be told.
    pub fn must_have_everything(&self, view: &Shared<View>) {
        let verdict = self.judge(view);
        let view = view.lock();
        assert!(verdict.is_good(), "{verdict}");
        assert!(view.gaps.is_empty(), "{:?}", view.gaps);
        assert_eq!((view.beginnings, view.unresumed), (0, 0));
    }

    async fn come_back(&mut self, folder: TempDir) {
        self.gateway = Some(Gateway::start_in(folder, self.user, &self.config).await);
    }

    async fn last_word(&self) -> u64 {
        let n = self.books.lock().send(LAST, Books::ALONE);
        let body = format!("{{\"n\":{n}}}");
        let mut connection = None;
        let posted = post(self.address(), &mut connection, LAST, &body);
        match soon("an answer", posted).await.unwrap() {
            Taken::Yes(seq) => self.books.lock().taken(LAST, n, seq, self.began.elapsed()),
            Taken::No(status) => panic!("{status}"),
        }
        n
    }

    async fn until(&self, name: &str, holds: impl Fn() -> bool) {
        crate::support::until(name, holds).await;
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.boards_stop.cancel();
        self.stop.cancel();
    }
}
