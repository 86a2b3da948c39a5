//! How bodies end.

use http_body_util::BodyExt;
use hyper::body::Body as _;

use super::*;

/// Sends chunks, ends as told, and gives what arrives.
async fn sent(chunks: &[&'static str], end: impl FnOnce(Sender)) -> Result<Bytes, Aborted> {
    let (sender, body) = Body::channel(1);
    let sending = async {
        for chunk in chunks {
            sender.send(Bytes::from_static(chunk.as_bytes())).await?;
        }
        end(sender);
        Ok::<_, Gone>(())
    };
    let (collected, sending) = tokio::join!(body.collect(), sending);
    sending.unwrap();
    collected.map(|whole| whole.to_bytes())
}

#[tokio::test]
async fn chunks_arrive_in_order_and_dropping_the_sender_is_the_end() {
    assert_eq!(
        sent(&["one ", "two ", "three"], drop).await.unwrap(),
        "one two three"
    );
    assert_eq!(sent(&[], drop).await.unwrap(), "");
}

#[tokio::test]
async fn what_is_broken_off_is_no_end() {
    assert_eq!(sent(&["one"], Sender::abort).await, Err(Aborted));
}

#[tokio::test]
async fn a_sender_learns_that_nobody_takes_the_body() {
    let (sender, body) = Body::channel(1);
    sender.send(Bytes::from_static(b"fits")).await.unwrap();
    tokio::join!(sender.closed(), async { drop(body) });
    assert_eq!(sender.send(Bytes::from_static(b"late")).await, Err(Gone));
}

#[test]
fn a_full_body_tells_its_length() {
    assert_eq!(Body::full("four").size_hint().exact(), Some(4));
    assert!(Body::default().is_end_stream());
    assert_eq!(Body::channel(1).1.size_hint().exact(), None);
}
