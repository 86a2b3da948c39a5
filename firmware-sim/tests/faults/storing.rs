//! What the gateway says of its history: on `/readyz`, in `/metrics` and in its log.

use rusqlite::{Connection, OpenFlags};

use super::scene::Scene;
use crate::support::{Gateway, soon, until};

/// Waits until the file holds this number.
pub async fn until_stored(scene: &Scene, seq: u64) {
    let path = scene.file("kept/history.db");
    let stored = || {
        let open = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        open.query_row("SELECT stored FROM progress", (), |row| {
            row.get::<_, i64>(0)
        })
    };
    until("a commit", || {
        stored().is_ok_and(|stored| stored >= seq as i64)
    })
    .await;
}

/// Waits until the history is in this state (`ok`, `full`, …), and `/readyz` says so too.
pub async fn until_state(gateway: &Gateway, wanted: &str) {
    until_one_of(gateway, &[wanted]).await;
}

/// The same with several states that will do.
pub async fn until_one_of(gateway: &Gateway, wanted: &[&str]) {
    let looking = async {
        while !is_one_of(gateway, wanted).await {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    soon(&format!("a history that is {wanted:?}"), looking).await;
}

async fn is_one_of(gateway: &Gateway, wanted: &[&str]) -> bool {
    let metrics = gateway.metrics().await.0;
    let state = state(&metrics);
    let ready = gateway.http("GET", "/readyz", &[], "").await;
    if !wanted.contains(&state) || (ready.status == 200) != (state == "ok") {
        return false;
    }
    assert!(
        state == "ok" || ready.status == 503 && ready.text().contains("history"),
        "{}: {}",
        ready.status,
        ready.text()
    );
    true
}

/// The state whose gauge is 1.
fn state(metrics: &str) -> &str {
    let line = metrics
        .lines()
        .find(|line| line.starts_with("boardcast_history_state{") && line.ends_with(" 1"));
    let state = line.and_then(|line| line.split('"').nth(1));
    state.unwrap_or("none: no boardcast_history_state in /metrics")
}

/// How many lines of its log of this level are about the history.
pub fn said(gateway: &Gateway, level: &str) -> usize {
    let said = gateway.said();
    let lines = said.lines().filter(|line| line.contains("history"));
    lines.filter(|line| line.contains(level)).count()
}

/// A trouble of the history is one line of the log, however long it lasts.
#[track_caller]
pub fn said_once(gateway: &Gateway) {
    assert_eq!(said(gateway, "WARN"), 1, "{}", gateway.said());
}
