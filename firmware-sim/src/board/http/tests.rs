//! Facts about boards that post, seen from a server.

use tokio::net::TcpListener;

use super::*;
use crate::clockwork::Settings;
use crate::firmware::Sketch;

/// Answers one connection and gives what it sent.
async fn serve(listener: &TcpListener, status: &str) -> String {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = String::new();
    let mut buffer = [0; 1024];
    while !is_complete(&request) {
        let count = stream.read(&mut buffer).await.unwrap();
        request.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
    }
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes()).await.unwrap();
    request
}

fn is_complete(request: &str) -> bool {
    let Some((head, body)) = request.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.split_once("Content-Length: ").unwrap().1;
    let length = length.split("\r\n").next().unwrap();
    body.len() == length.parse::<usize>().unwrap()
}

#[tokio::test]
async fn each_reading_is_one_request_even_after_a_refusal() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = Address::of_board("http", listener.local_addr().unwrap(), "mailbox");
    let board = Clockwork::new(Settings {
        rate: 50.0,
        ..Settings::of(Sketch::Mailbox, 1)
    });
    let stop = CancellationToken::new();
    let server = async {
        let request = serve(&listener, "202 Accepted").await;
        assert!(
            request.starts_with("POST /board/mailbox HTTP/1.1\r\n"),
            "{request}"
        );
        assert!(request.contains("\r\nConnection: close\r\n"), "{request}");
        assert!(request.contains("\r\nContent-Length: "), "{request}");
        assert!(request.contains("\r\n\r\nweight="), "{request}");
        serve(&listener, "503 Service Unavailable").await;
        serve(&listener, "202 Accepted").await;
        stop.cancel();
    };
    let both = async { tokio::join!(run_http(address, board, stop.clone(), |_| ()), server) };
    timeout(Duration::from_secs(20), both).await.unwrap();
}
