//! axum with a tokio broadcast channel, as axum's own chat example does it: one task a
//! subscriber, one write a message.

use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::any;
use axum::serve::ListenerExt;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::broadcast::{self, Receiver, Sender, error::RecvError};

/// Messages that a slow subscriber may be behind; more than the bench has on their way.
const BACKLOG: usize = 4096;

static SEQ: AtomicU64 = AtomicU64::new(0);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (events, _) = broadcast::channel(BACKLOG);
    let routes = Router::new()
        .route("/sub", any(subscribe))
        .route("/pub", any(publish))
        .with_state(events);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    let listener = listener.tap_io(|socket| {
        // Without it a message waits for the acknowledgement of the one before.
        let _ = socket.set_nodelay(true);
    });
    Ok(axum::serve(listener, routes).await?)
}

async fn subscribe(upgrade: WebSocketUpgrade, State(events): State<Sender<Utf8Bytes>>) -> Response {
    let events = events.subscribe();
    upgrade.on_upgrade(|socket| deliver(socket, events))
}

async fn deliver(mut socket: WebSocket, mut events: Receiver<Utf8Bytes>) {
    loop {
        let event = match events.recv().await {
            Ok(event) => event,
            Err(RecvError::Lagged(_)) => continue,
            Err(RecvError::Closed) => return,
        };
        if socket.send(Message::Text(event)).await.is_err() {
            return;
        }
    }
}

async fn publish(upgrade: WebSocketUpgrade, State(events): State<Sender<Utf8Bytes>>) -> Response {
    upgrade.on_upgrade(|socket| collect(socket, events))
}

async fn collect(mut socket: WebSocket, events: Sender<Utf8Bytes>) {
    while let Some(Ok(Message::Text(line))) = socket.recv().await {
        if let Ok(values) = serde_json::from_str(&line) {
            // Nobody listens: nobody misses it.
            let _ = events.send(event(values).into());
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "that is a rule of the gateway's")]
fn event(values: Value) -> String {
    let seq = SEQ.fetch_add(1, Relaxed) + 1;
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let time = now.as_micros() as f64 / 1000.0;
    json!({"type": "reading", "board": "bench", "seq": seq, "time": time, "values": values})
        .to_string()
}
