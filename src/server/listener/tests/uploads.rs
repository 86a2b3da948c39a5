//! Bodies of every size, and those that never end.

use super::*;
use crate::server::answer::error;

#[tokio::test]
async fn a_post_is_answered_in_one_write() {
    let accepted = "HTTP/1.1 202 Accepted\nContent-Type: application/json\nContent-Length: 11\n\
        Cache-Control: no-store\n\n{\"bytes\":5}";
    let post = "POST /board/x HTTP/1.1\nHost: gw\n";
    check(&format!("{post}Content-Length: 5\n\nhello"), accepted).await;
    let chunked = format!("{post}Transfer-Encoding: chunked\n\n2\nhe\n3\nllo\n0\n\n");
    check(&chunked, accepted).await;
}

#[tokio::test]
async fn a_post_without_a_length_is_refused_without_a_body() {
    let wanted = "HTTP/1.1 411 Length Required\nConnection: close\nContent-Length: 0\n\n";
    check("POST /board/x HTTP/1.1\n\n", wanted).await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_read_and_then_refused() {
    let told = error(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_large",
        "the body is above 1000 bytes (`max_body`)",
    );
    let length = told.headers()["content-length"]
        .to_str()
        .unwrap()
        .to_owned();
    for (size, keeps_open) in [(MAX_BODY + 1, true), (900_000, true), (1_100_000, false)] {
        let gateway = Gateway::start().await;
        let mut client = gateway.connect().await;
        let head = format!("POST / HTTP/1.1\r\nContent-Length: {size}\r\n\r\n");
        client.write_all(head.as_bytes()).await.unwrap();
        // The gateway may have answered and gone before all is sent.
        let _ = client.write_all(&vec![b'x'; size]).await;
        let got = one_read(&mut client).await;
        assert!(
            got.starts_with("HTTP/1.1 413 Payload Too Large\r\n"),
            "{size}: {got}"
        );
        assert!(
            got.contains(&format!("Content-Length: {length}\r\n")),
            "{size}: {got}"
        );
        assert_eq!(
            !got.contains("Connection: close\r\n"),
            keeps_open,
            "{size}: {got}"
        );
        drop(client);
        gateway.stop().await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_stops_is_ended() {
    let post = "POST / HTTP/1.1\nContent-Length: 5\n\nhel";
    let told = r#"{"error":{"code":"timeout","message":"the body stopped half way"}}"#;
    let wanted = format!(
        "HTTP/1.1 408 Request Timeout\nContent-Type: application/json\nContent-Length: {}\n\
         Cache-Control: no-store\nConnection: close\n\n{told}",
        told.len()
    );
    check(post, &wanted).await;
}
