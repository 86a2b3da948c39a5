//! What goes over the wire, as a board sees it.

mod uploads;

use hyper::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::server::answer::{Answer, json, upgrade_required};
use crate::server::body;
use crate::server::echo;
use crate::server::websocket::{check as decide, is_upgrade, testing::masked};

const MAX_BODY: usize = 1000;

/// A gateway that echoes upgrades and says how long a body was.
struct Gateway {
    address: SocketAddr,
    connections: TaskTracker,
    stop: CancellationToken,
    health: Arc<Health>,
}

impl Gateway {
    async fn start() -> Self {
        let listener = Listener::bind(([127, 0, 0, 1], 0).into()).await.unwrap();
        let gateway = Self {
            address: listener.address(),
            connections: TaskTracker::new(),
            stop: CancellationToken::new(),
            health: Arc::default(),
        };
        let (tasks, stop) = (gateway.connections.clone(), gateway.stop.clone());
        let handler = move |request, peer| answer(request, peer, tasks.clone(), stop.clone());
        gateway.connections.spawn(listener.run(
            handler,
            gateway.health.clone(),
            gateway.connections.clone(),
            gateway.stop.clone(),
        ));
        gateway
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Ends the gateway, and waits for all that it began.
    async fn stop(self) {
        self.stop.cancel();
        self.connections.close();
        self.connections.wait().await;
    }
}

async fn answer(
    mut request: Request<Incoming>,
    peer: Peer,
    tasks: TaskTracker,
    stop: CancellationToken,
) -> Answer {
    assert!(peer.address.ip().is_loopback() && peer.listener.port() != 0);
    if is_upgrade(request.headers()) {
        return match decide(&request) {
            Ok(handshake) => {
                let upgrade = hyper::upgrade::on(&mut request);
                tasks.spawn(echo::run(upgrade, false, stop));
                handshake.response()
            }
            Err(refusal) => refusal.response(),
        };
    }
    if request.uri().path() == "/ws" {
        return upgrade_required();
    }
    match body::read(request, MAX_BODY).await {
        Ok(body) => json(
            StatusCode::ACCEPTED,
            format!(r#"{{"bytes":{}}}"#, body.len()),
        ),
        Err(why) => why.response(),
    }
}

/// Reads one answer: what one read gives, since it goes out in one write.
async fn one_read(client: &mut TcpStream) -> String {
    let mut bytes = vec![0; 4096];
    let length = client.read(&mut bytes).await.unwrap();
    String::from_utf8(bytes[..length].to_vec()).unwrap()
}

async fn check(sent: &str, wanted: &str) {
    let gateway = Gateway::start().await;
    let mut client = gateway.connect().await;
    client
        .write_all(sent.replace('\n', "\r\n").as_bytes())
        .await
        .unwrap();
    let got = one_read(&mut client).await;
    assert_eq!(got.replace("\r\n", "\n"), wanted, "{sent}");
    drop(client);
    gateway.stop().await;
}

const UPGRADE: &str = "GET /echo HTTP/1.1\nHost: gw\n\
    Upgrade: websocket\nConnection: keep-alive, Upgrade\n\
    Sec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n";

#[tokio::test]
async fn the_answer_to_an_upgrade_is_one_write_of_six_lines() {
    let answer = "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nConnection: Upgrade\n\
        Sec-Websocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\n";
    check(&format!("{UPGRADE}\n"), &format!("{answer}\n")).await;
    let protocol = format!("{UPGRADE}Sec-WebSocket-Protocol: arduino\n\n");
    check(
        &protocol,
        &format!("{answer}Sec-Websocket-Protocol: arduino\n\n"),
    )
    .await;
}

#[tokio::test]
async fn a_refused_upgrade_has_no_body() {
    let old = UPGRADE.replace("Version: 13", "Version: 8");
    let refused = "HTTP/1.1 426 Upgrade Required\nConnection: close\n\
        Sec-Websocket-Version: 13\nContent-Length: 0\n\n";
    check(&format!("{old}\n"), refused).await;
}

#[tokio::test]
async fn a_plain_get_of_a_websocket_is_told_so() {
    let told = r#"{"error":{"code":"upgrade_required","#.to_owned()
        + r#""message":"this path is a websocket (open it with ws://)"}}"#;
    let wanted = format!(
        "HTTP/1.1 426 Upgrade Required\nContent-Type: application/json\nContent-Length: {}\n\
         Cache-Control: no-store\nUpgrade: websocket\nConnection: Upgrade\n\n{told}",
        told.len()
    );
    check("GET /ws HTTP/1.1\nHost: gw\n\n", &wanted).await;
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_asks_nothing_is_ended() {
    let gateway = Gateway::start().await;
    let mut client = gateway.connect().await;
    client.write_all(b"GET / HT").await.unwrap();
    assert_eq!(one_read(&mut client).await, "");
    gateway.stop().await;
}

#[tokio::test]
async fn headers_are_bounded() {
    let gateway = Gateway::start().await;
    let mut client = gateway.connect().await;
    let long = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(MAX_HEADERS));
    client.write_all(long.as_bytes()).await.unwrap();
    let got = one_read(&mut client).await;
    assert!(got.starts_with("HTTP/1.1 431 "), "{got}");
    drop(client);
    gateway.stop().await;
}

#[tokio::test]
async fn a_handshake_byte_by_byte_with_a_frame_behind_it_is_understood() {
    let gateway = Gateway::start().await;
    let mut client = gateway.connect().await;
    let handshake = format!("{UPGRADE}\n").replace('\n', "\r\n");
    for byte in handshake.as_bytes() {
        client.write_all(&[*byte]).await.unwrap();
    }
    client.write_all(&masked(0x81, b"early")).await.unwrap();
    let mut answer = [0; 129 + 7];
    client.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer[129..], b"\x81\x05early");
    gateway.stop.cancel();
    let mut close = Vec::new();
    client.read_to_end(&mut close).await.unwrap();
    assert_eq!(close, b"\x88\x0c\x03\xe9going away");
    drop(client);
    gateway.stop().await;
}

#[tokio::test]
async fn idle_connections_end_when_the_gateway_stops() {
    let gateway = Gateway::start().await;
    let mut client = gateway.connect().await;
    client
        .write_all(b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
        .await
        .unwrap();
    assert!(one_read(&mut client).await.starts_with("HTTP/1.1 202 "));
    assert_eq!(gateway.health.accepted.load(Relaxed), 1);
    gateway.stop().await;
    assert_eq!(one_read(&mut client).await, "");
}

#[tokio::test(start_paused = true)]
async fn half_a_request_does_not_keep_the_gateway() {
    let gateway = Gateway::start().await;
    let mut client = gateway.connect().await;
    client.write_all(b"POST / HTTP/1.1\r\nHo").await.unwrap();
    while gateway.health.accepted.load(Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    let stopping = tokio::time::Instant::now();
    gateway.stop().await;
    assert!(stopping.elapsed() < HEADER_TIMEOUT / 2);
}

#[tokio::test]
async fn a_request_that_is_being_answered_is_answered_after_a_stop() {
    let gateway = Gateway::start().await;
    let mut client = gateway.connect().await;
    let head = b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    client.write_all(head).await.unwrap();
    assert!(one_read(&mut client).await.starts_with("HTTP/1.1 100 "));
    let late = async {
        sleep(GOODBYE + GOODBYE / 2).await;
        client.write_all(b"ab").await.unwrap();
        one_read(&mut client).await
    };
    let ((), answer) = tokio::join!(gateway.stop(), late);
    assert!(answer.starts_with("HTTP/1.1 202 "), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn an_acceptor_that_nobody_calls_shows_that_it_is_alive() {
    let gateway = Gateway::start().await;
    for _ in 0..3 {
        let before = gateway.health.beats.load(Relaxed);
        tokio::time::advance(BEAT * 2).await;
        while gateway.health.beats.load(Relaxed) == before {
            tokio::task::yield_now().await;
        }
    }
    gateway.stop().await;
}
