//! Every row of `lines.jsonl` through every link: what a line means does not depend on
//! how it came.

use std::collections::HashMap;
use std::fmt::Write;

use crate::support::gateway::Metrics;
use crate::support::{Gateway, Socket, Subscriber, Usb, Value, json};

/// A row of the table, as it is written there.
struct Row {
    number: usize,
    json: Value,
}

/// What marks the end of a row's lines; a text whatever the row is about.
const END: &str = "end-of-row";

impl Row {
    fn all() -> Vec<Self> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/lines.jsonl");
        let table = std::fs::read_to_string(path).unwrap();
        let rows = table.lines().enumerate();
        rows.map(|(index, line)| Self {
            number: index + 1,
            json: serde_json::from_str(line).unwrap(),
        })
        .filter(Self::can_be_configured)
        .collect()
    }

    /// The file may not name a column of more than 64 bytes, although the core can bear it.
    fn can_be_configured(&self) -> bool {
        let columns = self.json["format"]["columns"].as_array();
        columns
            .into_iter()
            .flatten()
            .all(|name| name.as_str().unwrap().len() <= 64)
    }

    fn board(&self) -> String {
        format!("row-{}", self.number)
    }

    fn lines(&self) -> impl Iterator<Item = &str> {
        self.json["lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line.as_str().unwrap())
    }

    /// Only a port that was just opened has a torn first line.
    fn first_is_partial(&self) -> bool {
        self.json["first_is_partial"] == true
    }

    /// `format`, `columns`, `pattern` and channels, below a table of this kind.
    fn settings(&self, kind: &str) -> String {
        let mut toml = String::new();
        for (key, value) in self.json["format"].as_object().into_iter().flatten() {
            writeln!(toml, "{key} = {value}").unwrap();
        }
        for (channel, settings) in self.json["channels"].as_object().into_iter().flatten() {
            writeln!(toml, "[{kind}.channels.{}]", json!(channel)).unwrap();
            for (key, value) in settings.as_object().unwrap() {
                writeln!(toml, "{key} = {value}").unwrap();
            }
        }
        toml
    }

    fn wifi_toml(&self) -> String {
        format!(
            "[[board]]\nboard = \"{}\"\n{}\n",
            self.board(),
            self.settings("board")
        )
    }

    /// With [`END`], which fits no fixed format but `text`.
    fn drops(&self, reason: &str) -> u64 {
        let of_the_end = match self.json["format"]["format"].as_str() {
            Some("json" | "pairs" | "csv" | "regex") if reason == "malformed" => 1,
            _ => 0,
        };
        self.json["drops"][reason].as_u64().unwrap_or(0) + of_the_end
    }

    /// What is wrong with how its board ended up, if anything.
    async fn wrong(
        &self,
        gateway: &Gateway,
        metrics: &Metrics,
        events: &[Value],
    ) -> Option<String> {
        let mut wrong = String::new();
        if events != self.json["events"].as_array().unwrap() {
            writeln!(
                wrong,
                "  wanted {}\n  found  {}",
                self.json["events"],
                json!(events)
            )
            .unwrap();
        }
        for reason in ["malformed", "channel_limit", "out_of_range"] {
            let (wanted, found) = (self.drops(reason), metrics.dropped(&self.board(), reason));
            if found != wanted {
                writeln!(wrong, "  wanted {wanted} {reason}, found {found}").unwrap();
            }
        }
        if let Some(units) = self.json["units"].as_object() {
            let board = gateway
                .get_json(&format!("/api/boards/{}", self.board()))
                .await;
            for (channel, unit) in units {
                let found = &board["channels"][channel]["unit"];
                if found != unit {
                    writeln!(wrong, "  wanted {channel} in {unit}, found {found}").unwrap();
                }
            }
        }
        let row = format!(
            "line {}, {}: {}",
            self.number, self.json["why"], self.json["lines"]
        );
        (!wrong.is_empty()).then(|| format!("{row}\n{wrong}"))
    }
}

/// Takes what each board says until all have said [`END`].
async fn collect(subscriber: &mut Subscriber, rows: &[Row]) -> HashMap<String, Vec<Value>> {
    let mut events: HashMap<String, Vec<Value>> = HashMap::new();
    let mut open = rows.len();
    while open > 0 {
        let event = subscriber.next().await;
        let board = event["board"].as_str().unwrap_or_default().to_string();
        let said = match event["type"].as_str() {
            Some("reading") => json!({"values": event["values"]}),
            Some("text") if event["text"] == END => {
                open -= 1;
                continue;
            }
            Some("text") if event["partial"] == true => {
                json!({"text": event["text"], "partial": true})
            }
            Some("text") => json!({"text": event["text"]}),
            _ => continue,
        };
        events.entry(board).or_default().push(said);
    }
    events
}

async fn check(gateway: &Gateway, rows: &[Row], mut subscriber: Subscriber) {
    let events = collect(&mut subscriber, rows).await;
    let metrics = gateway.metrics().await;
    let mut wrong = Vec::new();
    for row in rows {
        let events = events.get(&row.board()).map_or(&[][..], |events| events);
        wrong.extend(row.wrong(gateway, &metrics, events).await);
    }
    assert!(
        wrong.is_empty(),
        "{} of {} rows:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
}

fn wifi_rows() -> Vec<Row> {
    Row::all()
        .into_iter()
        .filter(|row| !row.first_is_partial())
        .collect()
}

async fn wifi_gateway(rows: &[Row]) -> (Gateway, Subscriber) {
    let config: String = rows.iter().map(Row::wifi_toml).collect();
    let gateway = Gateway::start(&config).await;
    let subscriber = gateway.subscriber("?batch=true").await;
    (gateway, subscriber)
}

#[tokio::test]
async fn lines_mean_the_same_over_a_serial_port() {
    let rows = Row::all();
    let mut ports: Vec<Usb> = rows.iter().map(|row| Usb::plugged(&row.board())).collect();
    let tables = rows
        .iter()
        .zip(&ports)
        .map(|(row, usb)| usb.toml(&row.settings("serial")));
    let gateway = Gateway::start(&tables.collect::<String>()).await;
    let mut subscriber = gateway.subscriber("?batch=true").await;
    for _ in &rows {
        subscriber
            .wait_for(|message| message["state"] == "online")
            .await;
    }
    for (row, usb) in rows.iter().zip(&mut ports) {
        let synchronized = if row.first_is_partial() { "" } else { "\n" };
        let lines: String = row
            .lines()
            .chain([END])
            .map(|line| format!("{line}\r\n"))
            .collect();
        usb.print(format!("{synchronized}{lines}")).await;
    }
    check(&gateway, &rows, subscriber).await;
}

#[tokio::test]
async fn lines_mean_the_same_over_a_websocket() {
    let rows = wifi_rows();
    let (gateway, subscriber) = wifi_gateway(&rows).await;
    let mut boards: Vec<Socket> = Vec::new();
    for row in &rows {
        let mut board = gateway.ws(&format!("/board/{}", row.board()), &[]).await;
        for line in row.lines().chain([END]) {
            board.send(line).await;
        }
        boards.push(board);
    }
    check(&gateway, &rows, subscriber).await;
}

#[tokio::test]
async fn lines_mean_the_same_in_a_post() {
    let rows = wifi_rows();
    let (gateway, subscriber) = wifi_gateway(&rows).await;
    for row in &rows {
        let body = row.lines().collect::<Vec<_>>().join("\n");
        gateway.post(&row.board(), &body).await;
        gateway.post(&row.board(), END).await;
    }
    check(&gateway, &rows, subscriber).await;
}
