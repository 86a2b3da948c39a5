//! Boards that post.

use crate::support::{Answer, Gateway, Subscriber, Usb, Value, json};

mod refusals;

const FORM: &[(&str, &str)] = &[("Content-Type", "application/x-www-form-urlencoded")];
const JSON: &[(&str, &str)] = &[("Content-Type", "application/json")];

async fn gateway() -> (Gateway, Subscriber) {
    let gateway = Gateway::start("").await;
    let subscriber = gateway.subscriber("").await;
    (gateway, subscriber)
}

/// Posts a body, and compares what subscribers are told of it.
async fn check(headers: &[(&str, &str)], body: &str, expected: Value) {
    let (gateway, mut subscriber) = gateway().await;
    let answer = gateway.http("POST", "/board/mailbox", headers, body).await;
    assert_eq!(answer.status, 202, "{body}: {}", answer.text());
    let expected = expected.as_array().unwrap();
    let mut last = 0;
    for expected in expected {
        let event = subscriber.wait_for(|event| event["type"] != "board").await;
        last = event["seq"].as_u64().unwrap();
        match event["type"].as_str() {
            Some("reading") => assert_eq!(&event["values"], expected, "{body}"),
            _ => assert_eq!(&event["text"], expected, "{body}"),
        }
    }
    assert_eq!(
        answer.json(),
        json!({"accepted": expected.len(), "seq": last}),
        "{body}"
    );
}

#[tokio::test]
async fn the_body_decides_what_it_is() {
    check(JSON, "{\"t\":23.5,\"h\":48}", json!([{"t": 23.5, "h": 48}])).await;
    check(JSON, "[{\"t\":1},{\"t\":2}]", json!([{"t": 1}, {"t": 2}])).await;
    check(JSON, "{\n \"t\": 1\n}\n", json!([{"t": 1}])).await;
    check(
        &[],
        "t:1,h:2\nt:3,h:4\n",
        json!([{"t": 1, "h": 2}, {"t": 3, "h": 4}]),
    )
    .await;
    check(&[], "t,h\n1,2", json!(["t,h", {"t": 1, "h": 2}])).await;
    check(&[], "Booting…", json!(["Booting…"])).await;
    check(&[], "0", json!([{"value": 0}])).await;
}

#[tokio::test]
async fn the_content_type_may_be_wrong() {
    check(FORM, "{\"t\":23.5}", json!([{"t": 23.5}])).await;
    check(JSON, "t=1&h=2", json!([{"t": 1, "h": 2}])).await;
    check(
        &[("Content-Type", "nonsense")],
        "{\"t\":1}",
        json!([{"t": 1}]),
    )
    .await;
}

#[tokio::test]
async fn form_data_is_percent_decoded() {
    check(
        FORM,
        "temp=23%2E5&hum=4%38",
        json!([{"temp": 23.5, "hum": 48}]),
    )
    .await;
    check(FORM, "t=1&state=open", json!([{"t": 1, "state": "open"}])).await;
}

#[tokio::test]
async fn a_header_lasts_for_one_body() {
    let (gateway, mut subscriber) = gateway().await;
    gateway.post("mailbox", "t,h\n1,2").await;
    gateway.post("mailbox", "3,4").await;
    assert_eq!(subscriber.reading("mailbox").await, json!({"t": 1, "h": 2}));
    assert_eq!(
        subscriber.reading("mailbox").await,
        json!({"v0": 3, "v1": 4})
    );
}

#[tokio::test]
async fn a_chunked_body_is_read() {
    let headers = [("Transfer-Encoding", "chunked")];
    let body = "4\r\n{\"t\"\r\n3\r\n:1}\r\n0\r\n\r\n";
    check(&headers, body, json!([{"t": 1}])).await;
}

#[tokio::test]
async fn a_sketch_without_host_is_heard() {
    let (gateway, _subscriber) = gateway().await;
    let mut raw = gateway.raw().await;
    raw.send("POST /board/mailbox HTTP/1.1\r\nConnection: close\r\nContent-Length: 3\r\n\r\nt:1")
        .await;
    assert_eq!(Answer::parse(&raw.until_end().await).status, 202);
}

#[tokio::test]
async fn header_names_are_as_small_libraries_want_them() {
    let (gateway, _subscriber) = gateway().await;
    let answer = gateway.http("POST", "/board/mailbox", &[], "t:1").await;
    for line in answer.head.split("\r\n").skip(1) {
        let name = line.split(':').next().unwrap();
        let is_title = |part: &str| part.starts_with(|first: char| first.is_ascii_uppercase());
        assert!(name.split('-').all(is_title), "{name} in\n{}", answer.head);
    }
    let length = answer.body.len().to_string();
    assert_eq!(
        answer.header("Content-Length"),
        Some(&*length),
        "{}",
        answer.head
    );
    assert_eq!(answer.header("Date"), None, "{}", answer.head);
}

#[tokio::test]
async fn an_answer_comes_in_one_piece() {
    let (gateway, _subscriber) = gateway().await;
    let mut raw = gateway.raw().await;
    raw.send("POST /board/mailbox HTTP/1.1\r\nContent-Length: 3\r\n\r\nt:1")
        .await;
    let piece = Answer::parse(&raw.one_read().await);
    assert_eq!(piece.json()["accepted"], 1);
}

#[tokio::test]
async fn a_connection_may_be_kept_for_the_next_post() {
    let (gateway, mut subscriber) = gateway().await;
    let mut raw = gateway.raw().await;
    for number in 0..3 {
        let request =
            format!("POST /board/mailbox HTTP/1.1\r\nContent-Length: 3\r\n\r\nt:{number}");
        raw.send(request).await;
        assert_eq!(Answer::parse(&raw.one_read().await).status, 202);
        assert_eq!(subscriber.reading("mailbox").await, json!({"t": number}));
    }
}

#[tokio::test]
async fn a_board_that_posts_is_online_then_stale_and_never_offline() {
    let gateway = Gateway::start("[[board]]\nboard = \"mailbox\"\nstale_after = \"300ms\"\n").await;
    let mut subscriber = gateway.subscriber("").await;
    gateway.post("mailbox", "t:1").await;
    let online = subscriber.state("mailbox", "online").await;
    assert_eq!(online["link"], "http");
    assert_eq!(subscriber.next().await["values"], json!({"t": 1}));
    let stale = subscriber.next().await;
    assert_eq!(
        (&stale["state"], &stale["last"]["values"]),
        (&json!("stale"), &json!({"t": 1}))
    );
    gateway.post("mailbox", "t:2").await;
    assert_eq!(subscriber.next().await["state"], "online");
}

#[tokio::test]
async fn a_post_for_a_connected_board_is_a_reading_of_it() {
    let (gateway, mut subscriber) = gateway().await;
    let _board = gateway.ws("/board/porch", &[]).await;
    subscriber.state("porch", "online").await;
    gateway.post("porch", "t:1").await;
    let reading = subscriber.next().await;
    assert_eq!(reading["values"], json!({"t": 1}), "{reading}");
    assert_eq!(
        gateway.get_json("/api/boards/porch").await["link"],
        "websocket"
    );
}

#[tokio::test]
async fn the_boards_own_time_is_kept_apart_where_wanted() {
    let gateway = Gateway::start("[wifi]\nboard_time = true\n").await;
    let mut subscriber = gateway.subscriber("").await;
    gateway
        .post("mailbox", "{\"time\":1763829599619,\"t\":1}")
        .await;
    let reading = subscriber.next_of("reading").await;
    assert_eq!(
        reading["board_time"].as_f64(),
        Some(1763829599619.0),
        "{reading}"
    );
    assert_eq!(reading["values"], json!({"t": 1}));
}

#[tokio::test]
async fn the_boards_own_time_is_a_channel_otherwise() {
    check(JSON, "{\"time\":5,\"t\":1}", json!([{"time": 5, "t": 1}])).await;
}

#[tokio::test]
async fn a_name_with_a_port_belongs_to_the_port() {
    let usb = Usb::absent("greenhouse");
    let gateway = Gateway::start(&usb.toml("")).await;
    let post = gateway.http("POST", "/board/greenhouse", &[], "t:1").await;
    assert_eq!(post.status, 409, "{}", post.text());
    let upgrade = gateway.refused_upgrade("/board/greenhouse", &[]).await;
    assert_eq!((upgrade.status, upgrade.body.len()), (409, 0));
}

#[tokio::test]
async fn a_post_has_no_more_lines_than_its_board_may_say() {
    let toml = "[[board]]\nboard = \"mailbox\"\nmax_lines_per_s = 2\n";
    let gateway = Gateway::start(toml).await;
    let answer = gateway
        .http("POST", "/board/mailbox", &[], "1\n2\n3\n4\n")
        .await;
    assert_eq!(
        (answer.status, &answer.json()["accepted"]),
        (202, &json!(2))
    );
    let metrics = gateway.http("GET", "/metrics", &[], "").await.text();
    let dropped = "boardcast_drops_total{board=\"mailbox\",reason=\"rate_limit\"} 2";
    assert!(metrics.contains(dropped), "{metrics}");
}
