//! Subscribers that behave badly.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::time::{Instant, sleep, timeout_at};
use tokio_tungstenite::tungstenite::Message;

use crate::counted::{Shared, View};

/// Longer than a gateway waits for a sign of life, so that it is given up each time.
const AWAY: Duration = Duration::from_secs(100);

const PRESENT: Duration = Duration::from_secs(20);

/// Subscribes and never reads nor answers a ping; again and again.
pub async fn never_reads(gateway: SocketAddr) {
    loop {
        let address = format!("ws://{gateway}/ws");
        let connected = tokio_tungstenite::connect_async(address).await;
        if connected.is_ok() {
            sleep(AWAY).await;
        }
        sleep(Duration::from_secs(1)).await;
    }
}

/// Reads for a while and stands still for a while, as a laptop that is closed; then it
/// reads what is left, and comes back where it was.
pub async fn sleeps(gateway: SocketAddr, view: Shared<View>) {
    loop {
        let query = view.lock().query("");
        let address = format!("ws://{gateway}/ws{query}");
        if let Ok((mut socket, _)) = tokio_tungstenite::connect_async(address).await {
            let mut pause = Instant::now() + PRESENT;
            loop {
                match timeout_at(pause, socket.next()).await {
                    Ok(Some(Ok(Message::Text(text)))) => {
                        let message = serde_json::from_str(&text).unwrap_or_default();
                        view.lock().hear(&message);
                    }
                    Ok(Some(Ok(_))) => {}
                    Ok(_) => break,
                    Err(_) => {
                        sleep(AWAY).await;
                        pause = Instant::now() + PRESENT;
                    }
                }
            }
        }
        sleep(Duration::from_millis(200)).await;
    }
}
