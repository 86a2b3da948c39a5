//! What tail asks for, and what it prints, against a gateway of a few ready-made bytes.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::*;

fn tail(address: &str) -> Tail {
    Tail {
        address: address.parse().unwrap(),
        boards: "a,lab-*".to_owned(),
        place: None,
        lines: Lines::default(),
    }
}

fn check(messages: &[Value], wanted: &str) {
    let mut tail = tail("localhost:1");
    messages.iter().for_each(|message| tail.note(message));
    assert_eq!(tail.query(), wanted);
}

#[test]
fn a_new_connection_asks_for_what_the_old_one_did_not_bring() {
    let hello = json!({"type":"hello","stream":"s1","seq":10,"resumed":false});
    let reading = |seq: u64| json!({"type":"reading","seq":seq});
    check(&[], "/ws?boards=a,lab-*");
    check(
        std::slice::from_ref(&hello),
        "/ws?boards=a,lab-*&stream=s1&since=10",
    );
    let snapshot = json!({"type":"board","seq":3});
    check(
        &[hello.clone(), snapshot, reading(12)],
        "/ws?boards=a,lab-*&stream=s1&since=12",
    );
    let gap = json!({"type":"gap","from":11,"to":40,"missed":20});
    check(
        &[hello.clone(), gap],
        "/ws?boards=a,lab-*&stream=s1&since=40",
    );
    let resumed = json!({"type":"hello","stream":"s1","seq":90,"resumed":true});
    check(
        &[hello.clone(), resumed, reading(11)],
        "/ws?boards=a,lab-*&stream=s1&since=11",
    );
    let other = json!({"type":"hello","stream":"s2","seq":5,"resumed":false});
    check(&[hello, other], "/ws?boards=a,lab-*&stream=s2&since=5");
}

/// Takes one request, and returns its first line.
async fn request(listener: &TcpListener) -> (TcpStream, String) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
    }
    let request = String::from_utf8(request).unwrap();
    (stream, request.lines().next().unwrap().to_owned())
}

async fn frame(stream: &mut TcpStream, kind: u8, payload: &[u8]) {
    let length = u8::try_from(payload.len()).unwrap();
    assert!(length < 126);
    stream.write_all(&[0x80 | kind, length]).await.unwrap();
    stream.write_all(payload).await.unwrap();
}

/// One connection that says hello, a ping, one reading, and goodbye.
async fn gateway(listener: TcpListener) {
    let (mut stream, line) = request(&listener).await;
    assert_eq!(line, "GET /ws?boards=a,lab-* HTTP/1.1");
    let head =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    frame(
        &mut stream,
        1,
        br#"{"type":"hello","stream":"s1","seq":4,"resumed":false}"#,
    )
    .await;
    frame(&mut stream, 9, b"there?").await;
    let reading = br#"{"type":"reading","seq":5,"time":61000,"board":"a","values":{"t":1.5}}"#;
    frame(&mut stream, 1, reading).await;
    let mut pong = [0; 12];
    stream.read_exact(&mut pong).await.unwrap();
    assert_eq!(pong[..2], [0x8a, 0x86]);
    frame(&mut stream, 8, &[3, 233]).await;
    let (mut stream, line) = request(&listener).await;
    assert_eq!(line, "GET /ws?boards=a,lab-*&stream=s1&since=5 HTTP/1.1");
    let body = r#"{"error":{"code":"bad","message":"no such glob"}}"#;
    let head = format!(
        "HTTP/1.1 400 Bad Request\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + body).as_bytes()).await.unwrap();
}

#[tokio::test]
async fn a_connection_is_followed_and_the_next_resumes() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut tail = tail(&listener.local_addr().unwrap().to_string());
    let mut tasks = JoinSet::new();
    tasks.spawn(gateway(listener));
    let mut out = Vec::new();
    let End::Client(error) = tail.connection(&mut out).await else {
        panic!("the output is open");
    };
    assert_eq!(error.to_string(), "the gateway closed the connection: 1001");
    assert!(!is_final(&error));
    assert_eq!(String::from_utf8(out).unwrap(), "00:01:01.000 a  t=1.5\n");
    let End::Client(error) = tail.connection(&mut Vec::new()).await else {
        panic!("the output is open");
    };
    assert_eq!(error.to_string(), "the gateway refused: no such glob");
    assert!(is_final(&error));
    tasks.join_all().await;
}

#[tokio::test]
async fn a_gateway_that_is_not_there_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let error = tail(&address).follow(&mut Vec::new()).await.unwrap_err();
    let wanted = format!("no gateway at http://{address} (is boardcast running there?)");
    assert_eq!(error.to_string(), wanted);
}
