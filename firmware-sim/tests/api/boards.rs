//! Boards over the API: what they are, forgetting one.

use crate::support::{Gateway, Usb, json};

#[tokio::test]
async fn a_board_is_what_subscribers_are_told_of_it() {
    let gateway = Gateway::start("").await;
    gateway.post("a", "t:1").await;
    gateway.post("b", "t:2").await;
    let mut told = gateway.subscriber("?boards=a").await.next().await;
    told.as_object_mut().unwrap().shift_remove("type");
    assert_eq!(gateway.get_json("/api/boards/a").await, told);
    let all = gateway.get_json("/api/boards").await;
    let names: Vec<_> = all["boards"]
        .as_array()
        .unwrap()
        .iter()
        .map(|b| &b["board"])
        .collect();
    assert_eq!(names, [&json!("a"), &json!("b")]);
    assert_eq!(all["boards"][0], told);
}

#[tokio::test]
async fn a_stale_board_can_be_forgotten_and_told_so() {
    let gateway = Gateway::start("").await;
    let mut subscriber = gateway.subscriber("").await;
    let porch = gateway.ws("/board/porch", &[]).await;
    subscriber.state("porch", "online").await;
    let online = gateway.http("DELETE", "/api/boards/porch", &[], "").await;
    assert_eq!(online.status, 409, "{}", online.text());
    porch.close().await;
    subscriber.state("porch", "offline").await;
    let answer = gateway.http("DELETE", "/api/boards/porch", &[], "").await;
    assert_eq!(
        (answer.status, answer.body.len()),
        (204, 0),
        "{}",
        answer.text()
    );
    subscriber.state("porch", "removed").await;
    assert_eq!(
        gateway
            .http("GET", "/api/boards/porch", &[], "")
            .await
            .status,
        404
    );
    // It may come again.
    gateway.post("porch", "t:1").await;
    subscriber.state("porch", "online").await;
}

#[tokio::test]
async fn a_board_of_the_file_is_not_forgotten() {
    let usb = Usb::absent("greenhouse");
    let gateway = Gateway::start(&usb.toml("")).await;
    let answer = gateway
        .http("DELETE", "/api/boards/greenhouse", &[], "")
        .await;
    assert_eq!(answer.status, 409, "{}", answer.text());
}
