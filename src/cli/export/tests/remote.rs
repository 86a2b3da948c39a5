//! Over HTTP, and from the database where nobody answers.

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::server::history::testing::{Served, shared};

fn output_to(file: &Path) -> Options {
    options(&["-o", file.to_str().unwrap()])
}

#[tokio::test]
async fn a_running_gateway_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let (db, file) = (folder.path().join("h.db"), folder.path().join("b.csv"));
    database(&db);
    let served = Served::start(Arc::new(shared(Some(&db)))).await;
    let address: Address = served.address.to_string().parse().unwrap();
    download(&address, &output_to(&file)).await.unwrap();
    let got = fs::read_to_string(&file).unwrap();
    assert_eq!(got, "time,t\r\n1000.000,1\r\n");
    let mut unknown = output_to(&folder.path().join("c.csv"));
    unknown.board = BoardName::new("c").unwrap();
    let Err(Failure::Client(why)) = download(&address, &unknown).await else {
        panic!("there is no such board");
    };
    let wanted = "the gateway refused: no board is called `c` (GET /api/boards lists them)";
    assert_eq!(why.to_string(), wanted);
    assert!(!unknown.output.unwrap().exists());
    served.stop().await;
}

#[tokio::test]
async fn an_answer_that_breaks_off_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("b.csv");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let gateway = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 1000];
        assert!(stream.read(&mut request).await.unwrap() > 0);
        let half = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ntime\r\n";
        stream.write_all(half).await.unwrap();
    };
    let (address, options) = (address.parse().unwrap(), output_to(&file));
    let (done, ()) = tokio::join!(download(&address, &options), gateway);
    let Err(Failure::Client(ClientError::Broken(_))) = done else {
        panic!("half an answer is no success: {done:?}");
    };
    assert!(!file.exists());
}

#[tokio::test]
async fn without_a_gateway_its_database_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let (db, file) = (folder.path().join("h.db"), folder.path().join("b.csv"));
    database(&db);
    // Nobody else gets the port while it is held, and nobody listens on it.
    let held = tokio::net::TcpSocket::new_v4().unwrap();
    held.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let mut config = Config::default();
    config.server.listen = vec![held.local_addr().unwrap()];
    let Err(Failure::Client(why)) = nearest(&config, &output_to(&file)).await else {
        panic!("there is neither");
    };
    assert!(why.to_string().starts_with("no gateway at "), "{why}");
    config.history = Some(crate::config::History {
        path: db,
        ..crate::config::History::default()
    });
    nearest(&config, &output_to(&file)).await.unwrap();
    assert!(file.exists());
}
