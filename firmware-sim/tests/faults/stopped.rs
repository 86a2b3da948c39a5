//! A subscriber whose process is stopped with SIGSTOP and goes on later. It is this test
//! program once more, in which only [`subscriber`] runs.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use futures_util::StreamExt;
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio_tungstenite::tungstenite::Message;

use super::scene::Scene;
use crate::support::counted::{Shared, View};
use crate::support::{PATIENCE, until};

/// The address that the other process subscribes at.
const ADDRESS: &str = "BOARDCAST_TEST_SUBSCRIBE";

/// Before each message that it prints.
const HEARD: &str = "heard ";

/// Some kilobytes of a board make a stopped subscriber fall behind soon.
const PADDING: usize = 3000;

/// Not a test: prints what it hears, and comes back where it was.
#[tokio::test]
#[ignore = "is run by other tests"]
async fn subscriber() {
    let Ok(address) = std::env::var(ADDRESS) else {
        return;
    };
    let mut view = View::default();
    loop {
        let url = format!("ws://{address}/ws{}", view.query(""));
        let Ok((mut socket, _)) = tokio_tungstenite::connect_async(url).await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        while let Some(Ok(message)) = socket.next().await {
            if let Message::Text(text) = message {
                println!("{HEARD}{text}");
                view.hear(&serde_json::from_str(&text).unwrap());
            }
        }
    }
}

/// The other process, and what it hears.
struct Other {
    child: Child,
    view: Shared<View>,
    _reader: tokio::task::JoinSet<()>,
}

impl Other {
    async fn start(address: SocketAddr) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "faults::stopped::subscriber"])
            .args(["--ignored", "--nocapture"])
            .env(ADDRESS, address.to_string())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let view = Shared::new(View::default());
        let (heard, stdout) = (view.clone(), child.stdout.take().unwrap());
        let mut reader = tokio::task::JoinSet::new();
        reader.spawn(async move {
            let mut lines = BufReader::new(stdout).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                if let Some((_, message)) = line.split_once(HEARD) {
                    heard.lock().hear(&serde_json::from_str(message).unwrap());
                }
            }
        });
        until("the other's hello", || view.lock().hellos > 0).await;
        Self {
            child,
            view,
            _reader: reader,
        }
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().unwrap() as i32).unwrap();
        kill_process(pid, signal).unwrap();
    }
}

/// Posts `posts` notes while the other is stopped; gives how much the gateway has grown, in
/// kB, from the time when its backlog was full.
async fn stopped(config: &str, posts: usize) -> (Scene, Shared<View>, Other, u64) {
    let mut scene = Scene::start(config).await;
    let steady = scene.subscriber().await;
    let other = Other::start(scene.address()).await;
    scene.boards();
    scene.acknowledged(50).await;
    other.signal(Signal::STOP);
    let note = format!("note {}\n", "x".repeat(PADDING)).repeat(20);
    let mut full = 0;
    for number in 0..posts {
        scene.gateway().post("notes", &note).await;
        if number == posts / 2 {
            full = scene.gateway().rss_kb();
        }
    }
    let grown = scene.gateway().rss_kb().saturating_sub(full);
    scene.acknowledged(50).await;
    other.signal(Signal::CONT);
    (scene, steady, other, grown)
}

#[tokio::test]
async fn who_was_stopped_for_a_moment_misses_nothing() {
    let (mut scene, steady, other, _) = stopped("", 40).await;
    scene.settle(&[&steady, &other.view]).await;
    scene.must_have_everything(&steady);
    scene.must_have_everything(&other.view);
}

#[tokio::test]
async fn who_was_stopped_while_the_backlog_passed_is_told() {
    let small = "[backlog]\nevents = 1000\nbytes = \"1MiB\"\n";
    let (mut scene, steady, other, grown) = stopped(small, 400).await;
    scene.settle(&[&steady, &other.view]).await;
    scene.must_have_everything(&steady);
    let verdict = scene.judge(&other.view);
    assert!(verdict.is_good(), "{verdict}");
    assert!(!other.view.lock().gaps.is_empty(), "{verdict}");
    // 12 MB were posted meanwhile.
    assert!(grown < 4 << 10, "{grown} kB more");
}

/// Longer than the 30 s after which it is closed with 4008, so that it resumes.
#[tokio::test]
#[ignore = "takes a minute: make faults"]
async fn who_was_stopped_for_a_minute_resumes() {
    let (mut scene, steady, other, _) = stopped("", 300).await;
    other.signal(Signal::STOP);
    let hellos = other.view.lock().hellos;
    let full = scene.gateway().rss_kb();
    tokio::time::sleep(Duration::from_secs(60)).await;
    let grown = scene.gateway().rss_kb().saturating_sub(full);
    other.signal(Signal::CONT);
    scene.settle(&[&steady]).await;
    let back = tokio::time::timeout(PATIENCE * 2, async {
        scene.settle(&[&other.view]).await;
    });
    back.await.unwrap();
    assert!(other.view.lock().hellos > hellos, "it was not closed");
    scene.must_have_everything(&steady);
    let verdict = scene.judge(&other.view);
    assert!(verdict.is_good(), "{verdict}");
    println!("the gateway grew by {grown} kB in a minute");
    assert!(grown < 8 << 10, "{grown} kB more");
}
