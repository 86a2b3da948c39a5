//! A real browser, with a page that has no library: `EventSource`, and polling by `fetch`.

use crate::support::{Browser, Gateway, Page, Relay, Value, json};

/// What a page reported so far, of events and of polling.
#[derive(Default)]
struct Told {
    events: Vec<Value>,
    poll: Vec<Value>,
}

impl Told {
    /// Waits until both have told as much as this.
    async fn until(&mut self, page: &mut Page, events: &[Value], poll: &[Value]) {
        while self.events.len() < events.len() || self.poll.len() < poll.len() {
            let report = page.report().await;
            if let Some(told) = report.get("poll") {
                self.poll.push(told.clone());
            } else {
                self.events.push(report);
            }
        }
        assert_eq!((&*self.events, &*self.poll), (events, poll));
    }
}

fn reading(value: u64) -> Value {
    json!({"events": value, "place": 0})
}

#[tokio::test]
async fn a_browser_loses_nothing_when_its_connections_break() {
    // Where the page comes from is to be in the configuration, and the page has to know
    // where the gateway is.
    let gateway = Gateway::start("").await;
    let relay = Relay::to(gateway.address()).await;
    let html = include_str!("page.html").replace("GATEWAY", &relay.address.to_string());
    let mut page = Page::serve(html).await;
    gateway
        .allow_origin(&format!("http://{}", page.address))
        .await;
    let Some(_browser) = Browser::open(&format!("http://{}/", page.address)) else {
        eprintln!("skipped: no chromium on this machine");
        return;
    };
    let mut told = Told::default();
    let mut events = vec![json!({"events": "hello", "resumed": false})];
    let mut poll = vec![json!("hello")];
    told.until(&mut page, &events, &poll).await;

    gateway.post("a", "t:1\nt:2").await;
    events.extend([reading(1), reading(2)]);
    poll.extend([json!(1), json!(2)]);
    told.until(&mut page, &events, &poll).await;

    relay.break_all();
    gateway.post("a", "t:3").await;
    gateway.post("b", "t:4").await;
    events.extend([json!({"events": "hello", "resumed": true}), reading(3)]);
    poll.push(json!(3));
    told.until(&mut page, &events, &poll).await;

    gateway.post("a", "t:5").await;
    events.push(reading(5));
    poll.push(json!(5));
    told.until(&mut page, &events, &poll).await;
}
