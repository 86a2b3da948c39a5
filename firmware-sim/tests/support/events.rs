//! A client of Server-Sent Events, written by hand.

use std::net::SocketAddr;

use super::{Raw, Value};

/// A connection to `/api/events`. Every method fails the test if what it waits for does
/// not come.
pub struct Events {
    raw: Raw,
    /// Status line and headers.
    pub head: String,
    text: String,
    /// The newest id, as a browser would send it when it comes back.
    pub last_id: String,
}

/// One message.
#[derive(Debug)]
pub struct Event {
    /// Its own id, if it has one.
    pub id: Option<String>,
    pub data: Value,
}

impl Events {
    /// `query` is what stands behind `/api/events`.
    pub async fn connect(gateway: SocketAddr, query: &str, headers: &[(&str, &str)]) -> Self {
        let mut raw = Raw::connect(gateway).await;
        let mut request = format!("GET /api/events{query} HTTP/1.1\r\nHost: {gateway}\r\n");
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        raw.send(request + "\r\n").await;
        let head = raw.head().await;
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        Self {
            raw,
            head,
            text: String::new(),
            last_id: String::new(),
        }
    }

    /// Comes back as a browser does.
    pub async fn come_back(gateway: SocketAddr, query: &str, last_id: &str) -> Self {
        Self::connect(gateway, query, &[("Last-Event-ID", last_id)]).await
    }

    /// The next message; `None` at the end of the answer. Fails the test if the connection
    /// breaks before that.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let event = parse(block);
                self.text = rest.to_owned();
                if let Some(id) = &event.id {
                    self.last_id.clone_from(id);
                }
                return Some(event);
            }
            let chunk = self.raw.chunk().await?;
            self.text += &String::from_utf8(chunk).unwrap();
        }
    }

    /// The next message of this type; those before it are taken as well.
    pub async fn next_of(&mut self, kind: &str) -> Event {
        loop {
            let event = self.next().await.expect("a message, not the end");
            if event.data["type"] == kind {
                return event;
            }
        }
    }
}

/// Comments are left out.
fn parse(block: &str) -> Event {
    let (mut id, mut data) = (None, None);
    for line in block.lines() {
        match line.split_once(": ") {
            Some(("id", value)) => id = Some(value.to_owned()),
            Some(("data", value)) => data = serde_json::from_str(value).ok(),
            _ => assert_eq!(line, ":", "{block}"),
        }
    }
    let data = data.unwrap_or_else(|| panic!("no JSON: {block}"));
    Event { id, data }
}
