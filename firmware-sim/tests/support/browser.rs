//! A real browser, the page that it is shown, and a way to break its connections.

use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::Arc;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;

use super::{Value, soon};

/// What a browser may be called.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// A browser without a window; killed when dropped.
pub struct Browser {
    _child: Child,
    _profile: TempDir,
}

impl Browser {
    /// Opens a page. `None` if there is no browser on this machine.
    pub fn open(url: &str) -> Option<Self> {
        let profile = tempfile::tempdir().unwrap();
        let start = |name: &str| {
            Command::new(name)
                .args([
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--no-first-run",
                ])
                .args(["--disable-background-networking", "--disable-dev-shm-usage"])
                .arg(format!("--user-data-dir={}", profile.path().display()))
                .arg(url)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .kill_on_drop(true)
                .spawn()
        };
        let child = NAMES.iter().find_map(|name| start(name).ok())?;
        Some(Self {
            _child: child,
            _profile: profile,
        })
    }
}

/// Serves one page, whose script reports by `POST`.
pub struct Page {
    pub address: SocketAddr,
    reports: mpsc::Receiver<Value>,
    _tasks: JoinSet<()>,
}

impl Page {
    pub async fn serve(html: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, reports) = mpsc::channel(64);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                if let Some(report) = answer(socket, &html).await {
                    sender.send(report).await.unwrap();
                }
            }
        });
        Self {
            address,
            reports,
            _tasks: tasks,
        }
    }

    /// What the script reports next.
    pub async fn report(&mut self) -> Value {
        soon("a report of the page", self.reports.recv())
            .await
            .unwrap()
    }
}

/// Answers one request; gives what was posted.
async fn answer(socket: TcpStream, html: &str) -> Option<Value> {
    let mut socket = BufReader::new(socket);
    let (mut line, mut length, mut first) = (String::new(), 0, String::new());
    loop {
        line.clear();
        socket.read_line(&mut line).await.ok()?;
        if first.is_empty() {
            first.clone_from(&line);
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    socket.read_exact(&mut body).await.ok()?;
    let page = if first.starts_with("GET / ") {
        html
    } else {
        ""
    };
    let answer = format!(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html\r\n\
         Content-Length: {}\r\n\r\n{page}",
        page.len()
    );
    socket.write_all(answer.as_bytes()).await.ok()?;
    serde_json::from_slice(&body).ok()
}

/// Passes connections on to a gateway, until it breaks them.
pub struct Relay {
    pub address: SocketAddr,
    broken: Arc<Notify>,
    _tasks: JoinSet<()>,
}

impl Relay {
    pub async fn to(gateway: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let broken = Arc::new(Notify::new());
        let breaks = broken.clone();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (mut client, _) = listener.accept().await.unwrap();
                let breaks = breaks.clone();
                connections.spawn(async move {
                    let mut server = TcpStream::connect(gateway).await.unwrap();
                    tokio::select! {
                        _ = copy_bidirectional(&mut client, &mut server) => {}
                        () = breaks.notified() => {}
                    }
                });
            }
        });
        Self {
            address,
            broken,
            _tasks: tasks,
        }
    }

    /// Breaks every connection that is open. Others may follow.
    pub fn break_all(&self) {
        self.broken.notify_waiters();
    }
}
