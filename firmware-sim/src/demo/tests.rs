//! Facts about the demonstration, with a listener in the gateway's place.

use std::time::Duration;

use tokio::net::TcpListener;

use super::*;

#[tokio::test]
async fn five_boards_come_and_go_with_the_demo() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::plug_in(folder.path()).unwrap();
    let names: Vec<_> = demo
        .ports()
        .map(|(name, link)| (name, link.exists()))
        .collect();
    assert_eq!(names, [("greenhouse", true), ("weather", true)]);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gateway = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let server = async {
        for _ in 0..3 {
            listener.accept().await.unwrap();
        }
        stop.cancel();
    };
    let both = async { tokio::join!(demo.run(gateway, stop.clone()), server) };
    let (ended, ()) = tokio::time::timeout(Duration::from_secs(30), both)
        .await
        .unwrap();
    ended.unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
