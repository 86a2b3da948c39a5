//! What a board is called, and what an upgrade on `/` is.

use crate::support::{Gateway, Subscriber, json};

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0";

#[tokio::test]
async fn boards_on_the_root_are_named_by_their_address() {
    let gateway = Gateway::start("").await;
    let mut subscriber = gateway.subscriber("").await;
    let mut first = gateway.ws("/", &[]).await;
    let mut second = gateway.ws("/", &[]).await;
    first.send("t:1").await;
    assert_eq!(subscriber.reading("wifi-127-0-0-1").await, json!({"t": 1}));
    second.send("t:2").await;
    assert_eq!(
        subscriber.reading("wifi-127-0-0-1-2").await,
        json!({"t": 2})
    );
}

#[tokio::test]
async fn a_board_on_the_root_may_say_its_name() {
    let gateway = Gateway::start("").await;
    let mut subscriber = gateway.subscriber("").await;
    let mut board = gateway.ws("/?board=attic", &[]).await;
    board.send("t:1").await;
    assert_eq!(subscriber.reading("attic").await, json!({"t": 1}));
}

#[tokio::test]
async fn a_browser_on_the_root_is_a_subscriber() {
    let gateway = Gateway::start("").await;
    let origin = format!("http://{}", gateway.address());
    let page = gateway
        .ws("/", &[("Origin", &origin), ("User-Agent", BROWSER)])
        .await;
    Subscriber::over(page).await;
}

#[tokio::test]
async fn who_offers_compression_on_the_root_is_a_subscriber() {
    let gateway = Gateway::start("").await;
    let headers = [(
        "Sec-WebSocket-Extensions",
        "permessage-deflate; client_max_window_bits",
    )];
    Subscriber::over(gateway.ws("/", &headers).await).await;
}

#[tokio::test]
async fn an_origin_alone_makes_no_browser() {
    let gateway = Gateway::start("").await;
    let mut subscriber = gateway.subscriber("").await;
    let mut board = gateway.ws("/", &[("Origin", "file://")]).await;
    board.send("t:1").await;
    assert_eq!(subscriber.reading("wifi-127-0-0-1").await, json!({"t": 1}));
}

#[tokio::test]
async fn what_a_page_on_the_root_says_reaches_every_subscriber() {
    let gateway = Gateway::start("").await;
    let mut listener = gateway.subscriber("").await;
    let headers = [("Sec-WebSocket-Extensions", "permessage-deflate")];
    let mut page = Subscriber::over(gateway.ws("/", &headers).await).await;
    page.send_text("hello all").await;
    let text = listener.next_of("text").await;
    assert_eq!(
        (&text["board"], &text["text"]),
        (&json!("web-127-0-0-1"), &json!("hello all"))
    );
    page.send(&json!({"type": "subscribe", "boards": "none-*"}))
        .await;
    page.next_hello().await;
}

#[tokio::test]
async fn a_name_that_is_none_is_refused_without_a_body() {
    let gateway = Gateway::start("").await;
    for path in ["/board/-x", "/board/a%20b", "/?board=a/b", "/board/"] {
        let refusal = gateway.refused_upgrade(path, &[]).await;
        assert!(
            (400..500).contains(&refusal.status),
            "{path}: {}",
            refusal.head
        );
        assert!(refusal.body.is_empty(), "{path}");
    }
}

#[tokio::test]
async fn unknown_boards_stay_outside_where_they_are_not_wanted() {
    let config = "[wifi]\naccept_unknown = false\n[[board]]\nboard = \"porch\"\n";
    let gateway = Gateway::start(config).await;
    let _porch = gateway.ws("/board/porch", &[]).await;
    let refusal = gateway.refused_upgrade("/board/shed", &[]).await;
    assert_eq!((refusal.status, refusal.body.len()), (403, 0));
    let post = gateway.http("POST", "/board/shed", &[], "t:1").await;
    assert_eq!(post.status, 403);
}

#[tokio::test]
async fn a_refused_board_that_comes_back_is_told_once() {
    let gateway = Gateway::start("[wifi]\naccept_unknown = false\n").await;
    for _ in 0..3 {
        gateway.refused_upgrade("/board/shed", &[]).await;
    }
    gateway.until_said("refused again").await;
    let said = gateway.said();
    let warnings: Vec<_> = said.lines().filter(|line| line.contains("WARN")).collect();
    assert_eq!(warnings.len(), 1, "{said}");
    assert!(warnings[0].contains("path=\"/board/shed\""), "{said}");
    assert!(warnings[0].contains("accept_unknown"), "{said}");
}

#[tokio::test]
async fn more_boards_than_the_limit_are_refused() {
    let gateway = Gateway::start("[limits]\nmax_boards = 1\n").await;
    let _first = gateway.ws("/board/porch", &[]).await;
    let refusal = gateway.refused_upgrade("/board/shed", &[]).await;
    assert!(refusal.status >= 400, "{}", refusal.head);
    assert!(refusal.body.is_empty());
}
