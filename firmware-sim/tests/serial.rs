//! Boards on USB ports: what they print arrives, whatever happens to the plug.

use firmware_sim::faults;

use crate::support::{Gateway, Subscriber, Usb, Value, json};

mod found;

mod identity;

mod states;

/// A greenhouse that is online, its port synchronized.
pub struct Bench {
    pub usb: Usb,
    pub gateway: Gateway,
    pub subscriber: Subscriber,
}

impl Bench {
    /// `keys` are further keys of its table.
    pub async fn online(keys: &str) -> Self {
        Self::online_with(keys, "").await
    }

    /// `tables` are further tables of the file.
    pub async fn online_with(keys: &str, tables: &str) -> Self {
        let usb = Usb::plugged("greenhouse");
        let gateway = Gateway::start(&format!("{}\n{tables}", usb.toml(keys))).await;
        let mut subscriber = gateway.subscriber("?boards=greenhouse").await;
        subscriber.state("greenhouse", "online").await;
        let mut bench = Self {
            usb,
            gateway,
            subscriber,
        };
        // What stands before the first line end may be torn.
        bench.usb.print("\n").await;
        bench
    }

    /// The next events, without what differs from run to run.
    pub async fn events(&mut self, count: usize) -> Vec<Value> {
        let mut events = Vec::new();
        while events.len() < count {
            let event = self.subscriber.next().await;
            match event["type"].as_str() {
                Some("reading") => events.push(json!({"values": event["values"]})),
                Some("text") if event.get("partial").is_some() => {
                    events.push(json!({"text": event["text"], "partial": event["partial"]}));
                }
                Some("text") => events.push(json!({"text": event["text"]})),
                _ => panic!("{event}"),
            }
        }
        events
    }
}

async fn check(printed: &[u8], expected: Value) {
    let mut bench = Bench::online("").await;
    bench.usb.print(printed).await;
    bench.usb.print("the end\n").await;
    let count = expected.as_array().unwrap().len();
    let mut events = bench.events(count + 1).await;
    assert_eq!(events.pop().unwrap(), json!({"text": "the end"}));
    assert_eq!(Value::Array(events), expected);
}

#[tokio::test]
async fn a_line_is_an_event_with_number_and_time() {
    let mut bench = Bench::online("").await;
    bench
        .usb
        .print("{\"temperature\":23.5,\"humidity\":48}\r\nBooting…\r\n")
        .await;
    let reading = bench.subscriber.next().await;
    let text = bench.subscriber.next().await;
    let (seq, time) = (
        reading["seq"].as_u64().unwrap(),
        reading["time"].as_f64().unwrap(),
    );
    assert_eq!(
        reading,
        json!({
            "type": "reading", "seq": seq, "time": reading["time"], "board": "greenhouse",
            "values": {"temperature": 23.5, "humidity": 48}
        })
    );
    assert_eq!(
        text,
        json!({
            "type": "text", "seq": seq + 1, "time": text["time"], "board": "greenhouse",
            "text": "Booting…"
        })
    );
    assert!(time > 1.7e12 && text["time"].as_f64().unwrap() >= time);
}

#[tokio::test]
async fn every_line_end_ends_a_line() {
    check(
        b"a:1\nb:2\r\nc:3\rd:4\n\n\r\n\n",
        json!([{"values": {"a": 1}}, {"values": {"b": 2}}, {"values": {"c": 3}}, {"values": {"d": 4}}]),
    )
    .await;
}

#[tokio::test]
async fn nul_bytes_go_and_bad_utf8_is_replaced() {
    check(
        b"t\0e:1\0\ncaf\xff\n\xc3\x28\n",
        json!([{"values": {"te": 1}}, {"text": "caf\u{fffd}"}, {"text": "\u{fffd}("}]),
    )
    .await;
}

#[tokio::test]
async fn zero_and_false_are_values_and_nan_is_null() {
    check(
        b"t:0,door:false,h:nan\n",
        json!([{"values": {"t": 0, "door": false, "h": null}}]),
    )
    .await;
}

#[tokio::test]
async fn the_first_line_after_opening_may_be_torn() {
    let mut usb = Usb::plugged("greenhouse");
    let gateway = Gateway::start(&usb.toml("")).await;
    let mut subscriber = gateway.subscriber("").await;
    subscriber.state("greenhouse", "online").await;
    usb.print("mp:23.5\ntemp:24\n").await;
    let torn = subscriber.next_of("text").await;
    assert_eq!(
        (&torn["text"], &torn["partial"]),
        (&json!("mp:23.5"), &json!(true))
    );
    assert_eq!(subscriber.reading("greenhouse").await, json!({"temp": 24}));
}

#[tokio::test]
async fn a_whole_object_is_no_torn_line() {
    let mut usb = Usb::plugged("greenhouse");
    let gateway = Gateway::start(&usb.toml("")).await;
    let mut subscriber = gateway.subscriber("").await;
    subscriber.state("greenhouse", "online").await;
    usb.print("{\"t\":1}\n").await;
    let reading = subscriber.next().await;
    assert_eq!(reading["values"], json!({"t": 1}), "{reading}");
}

#[tokio::test]
async fn a_long_line_costs_only_itself() {
    let mut bench = Bench::online_with("", "[limits]\nmax_line = 64\n").await;
    let mut noise = faults::long_line(100_000);
    noise.extend_from_slice(b"\nt:1\n");
    bench.usb.print(noise).await;
    assert_eq!(bench.events(1).await, [json!({"values": {"t": 1}})]);
    assert_eq!(bench.gateway.dropped("greenhouse", "too_long").await, 1);
}

#[tokio::test]
async fn garbage_never_ends_a_session() {
    let mut bench = Bench::online("").await;
    let garbage = faults::garbage(&mut fastrand::Rng::with_seed(1), 20_000);
    bench.usb.print(garbage).await;
    bench.usb.print("\nt:1\n").await;
    let after = bench
        .subscriber
        .wait_for(|event| event["type"] == "board" || event["values"]["t"] == 1)
        .await;
    assert_eq!(after["type"], "reading", "{after}");
}

#[tokio::test]
async fn a_flood_arrives_whole_and_in_order() {
    const LINES: u64 = 5000;
    let mut bench = Bench::online("").await;
    let flood: String = (0..LINES).map(|number| format!("n:{number}\n")).collect();
    bench.usb.print(flood).await;
    for number in 0..LINES {
        assert_eq!(
            bench.subscriber.reading("greenhouse").await,
            json!({"n": number})
        );
    }
}

#[tokio::test]
async fn channels_are_calibrated_and_described() {
    let keys = "[serial.channels.raw]\nunit = \"°C\"\nlabel = \"Air\"\nscale = 0.5\noffset = 1\n\
                min = 0\nmax = 100\nrename = \"air\"\n";
    let mut bench = Bench::online(keys).await;
    bench.usb.print("raw:20\nraw:900\n").await;
    assert_eq!(
        bench.subscriber.reading("greenhouse").await,
        json!({"air": 11.0})
    );
    assert_eq!(
        bench.subscriber.reading("greenhouse").await,
        json!({"air": null})
    );
    assert_eq!(bench.gateway.dropped("greenhouse", "out_of_range").await, 1);
    let board = bench.gateway.get_json("/api/boards/greenhouse").await;
    assert_eq!(
        board["channels"]["air"],
        json!({"unit": "°C", "label": "Air"})
    );
}
