//! The connection of a subscriber that always comes back to where it was.

use std::net::SocketAddr;

use futures_util::StreamExt;
use serde_json::Value;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_util::sync::CancellationToken;

use super::{RETRY, Shared, View};

/// Subscribes until `stop`, and tells the view all that it hears. `boards` is as in the
/// query, empty for all.
pub async fn watch(
    gateway: SocketAddr,
    boards: String,
    view: Shared<View>,
    stop: CancellationToken,
) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            // Its end is no news: the next hello says what it means.
            _ = connection(gateway, &boards, &view) => {}
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(RETRY) => {}
        }
    }
}

async fn connection(gateway: SocketAddr, boards: &str, view: &Shared<View>) -> Result<(), Error> {
    let query = view.lock().query(boards);
    let address = format!("ws://{gateway}/ws{query}");
    let (mut socket, _) = tokio_tungstenite::connect_async(address).await?;
    while let Some(message) = socket.next().await {
        if let Message::Text(text) = message? {
            hear(&text, view);
        }
    }
    Ok(())
}

fn hear(text: &str, view: &Shared<View>) {
    match serde_json::from_str(text) {
        Ok(Value::Array(batch)) => batch.iter().for_each(|message| view.lock().hear(message)),
        Ok(message) => view.lock().hear(&message),
        Err(error) => view.lock().hear(&Value::String(error.to_string())),
    }
}
