//! Facts about WebSocket boards, seen from a server.

use std::time::Duration;

use tokio::net::TcpListener;

use super::*;
use crate::clockwork::Settings;
use crate::firmware::Sketch;

type Server = WebSocketStream<TcpStream>;

async fn accept(listener: &TcpListener) -> Server {
    let (stream, _) = listener.accept().await.unwrap();
    tokio_tungstenite::accept_async(stream).await.unwrap()
}

async fn next_text(server: &mut Server) -> String {
    server
        .next()
        .await
        .unwrap()
        .unwrap()
        .into_text()
        .unwrap()
        .to_string()
}

/// Runs a porch at 20 Hz against a server.
async fn check(script: &str, server: impl AsyncFnOnce(TcpListener)) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = Address::of_board("ws", listener.local_addr().unwrap(), "porch");
    let script = script.parse().unwrap();
    let settings = Settings {
        rate: 20.0,
        script,
        ..Settings::of(Sketch::Porch, 1)
    };
    let stop = CancellationToken::new();
    let board = run_websocket(address, Clockwork::new(settings), stop.clone(), |_| ());
    let server = async {
        server(listener).await;
        stop.cancel();
    };
    let both = async { tokio::join!(board, server) };
    tokio::time::timeout(Duration::from_secs(20), both)
        .await
        .unwrap();
}

#[tokio::test]
async fn lines_are_messages_and_commands_are_answered() {
    check("", async |listener| {
        let mut server = accept(&listener).await;
        assert!(
            next_text(&mut server)
                .await
                .starts_with("{\"temperature\":")
        );
        server.send(Message::text("LED ON")).await.unwrap();
        while next_text(&mut server).await != "ok led on" {}
    })
    .await;
}

#[tokio::test]
async fn a_lost_connection_is_made_again() {
    check("after 200ms reset", async |listener| {
        let mut first = accept(&listener).await;
        while first.next().await.is_some_and(|message| message.is_ok()) {}
        next_text(&mut accept(&listener).await).await;
    })
    .await;
}
