//! A past to ask about, on disk as a writer leaves it; and what plain arithmetic over all
//! of its readings gives.

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde_json::{Map, Value};

use super::Question;
use super::answer::{Answer, Step};
use super::csv::Csv;
use super::view::{Late, View};
use crate::clock::Timestamp;
use crate::history::body;
use crate::history::sum::Sum;
use crate::history::when::{HOUR, MINUTE, floor};

/// A reading and its time.
pub type Said = (i64, Map<String, Value>);

/// What a board said, and how much of it is where.
#[derive(Clone, Debug)]
pub struct Past {
    /// In order of time.
    pub said: Vec<Said>,
    /// How many of them are on disk; the others are not there yet.
    pub stored: usize,
    /// The minute up to which there are summaries.
    pub summed: i64,
    /// Whether the hour that is open has a row, which is not complete.
    pub open_hour: bool,
}

impl Past {
    /// All on disk, with summaries up to the last minute.
    pub fn whole(said: Vec<Said>) -> Self {
        let last = said.last().map_or(0, |last| last.0);
        Self {
            stored: said.len(),
            summed: floor(last, MINUTE),
            open_hour: true,
            said,
        }
    }

    /// The database of board `b`, with events of others in between.
    pub fn database(&self) -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(include_str!("../schema.sql")).unwrap();
        conn.execute_batch(
            "INSERT INTO board VALUES (0, '', NULL, 0), (7, 'b', NULL, 0), (8, 'c', NULL, 0)",
        )
        .unwrap();
        for (index, (time, values)) in self.said[..self.stored].iter().enumerate() {
            let seq = 3 * index as i64 + 10;
            let text = body_of(values);
            event(&conn, 7, seq, *time, 0, &text);
            event(&conn, 8, seq + 1, *time, 0, r#"{"values":{"a":1e6}}"#);
            if index % 50 == 7 {
                event(&conn, 7, seq + 2, *time, 1, r#"{"text":"a"}"#);
            }
        }
        let last = self.said[..self.stored].last().map_or(0, |last| last.0);
        let sql = "INSERT INTO progress VALUES (1, ?1, ?1, ?2, ?3)";
        conn.execute(sql, (3 * self.stored as i64 + 9, last, self.summed))
            .unwrap();
        self.summaries(&conn);
        conn
    }

    fn summaries(&self, conn: &Connection) {
        let summed = |said: &&Said| said.0 < self.summed;
        let stored = &self.said[..self.stored];
        let old: Vec<_> = stored.iter().filter(summed).collect();
        let mut ids = BTreeMap::new();
        for name in stored.iter().flat_map(|(_, values)| values.keys()) {
            let next = ids.len() as i64 + 1;
            ids.entry(name.clone()).or_insert_with(|| {
                conn.execute("INSERT INTO channel VALUES (?1, 7, ?2)", (next, name))
                    .unwrap();
                next
            });
        }
        let open = floor(self.summed - 1, HOUR);
        for (unit, table) in [(MINUTE, "minute"), (HOUR, "hour")] {
            for ((start, name), sum) in sums(old.iter().copied(), unit) {
                if unit == HOUR && start >= open && !self.open_hour {
                    continue;
                }
                let some = (sum.count > 0).then_some(sum);
                let sql = format!("INSERT INTO {table} VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
                let row = (
                    ids[&name],
                    start,
                    some.map(|sum| sum.min),
                    some.map(|sum| sum.max),
                    some.map(|sum| sum.mean),
                    sum.count as i64,
                );
                conn.execute(&sql, row).unwrap();
            }
        }
    }

    /// What is known of the board.
    pub fn view(&self, conn: &Connection) -> View {
        let late = self.said[self.stored..].iter().map(|(time, values)| Late {
            time: Timestamp(*time),
            body: body_of(values),
        });
        View::load(conn, "b").unwrap().with_tail(late.collect())
    }
}

/// What each channel was in each bucket, by begin and name; without numbers, its count is 0.
pub fn sums<'a>(said: impl Iterator<Item = &'a Said>, width: i64) -> BTreeMap<(i64, String), Sum> {
    let mut numbers: BTreeMap<_, Vec<f64>> = BTreeMap::new();
    for (time, values) in said {
        for (name, value) in values {
            let key = (floor(*time, width), name.clone());
            let number = value
                .as_f64()
                .or(value.as_bool().map(|on| if on { 1.0 } else { 0.0 }));
            numbers.entry(key).or_default().extend(number);
        }
    }
    let sum = |numbers: Vec<f64>| Sum {
        count: numbers.len() as u64,
        min: numbers.iter().copied().fold(f64::INFINITY, f64::min),
        max: numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        mean: numbers.iter().sum::<f64>() / numbers.len() as f64,
    };
    numbers
        .into_iter()
        .map(|(key, numbers)| (key, sum(numbers)))
        .collect()
}

/// The answer to a query in JSON, or why there is none.
pub fn json(past: &Past, query: &str, now: Timestamp) -> Result<String, String> {
    let conn = past.database();
    let question = Question::from_query(query, now)?;
    let mut answer = Answer::new(&question, past.view(&conn), now)?;
    loop {
        match answer.step(&conn).unwrap() {
            Step::More => {}
            Step::Done => return Ok(String::from_utf8(answer.into_json("b")).unwrap()),
            Step::Refused(why) => return Err(why),
        }
    }
}

/// The answer to a query in CSV, or why there is none.
pub fn csv(past: &Past, query: &str, now: Timestamp) -> Result<String, String> {
    let conn = past.database();
    let question = Question::from_query(&format!("{query}&format=csv"), now)?;
    let mut csv = Csv::new(&question, past.view(&conn), now)?;
    let mut text = Vec::new();
    while let Some(chunk) = csv.next(&conn).unwrap() {
        text.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8(text).unwrap())
}

/// Readings as they are written in tests: a time in seconds, and values.
pub fn said(readings: &[(f64, &str)]) -> Vec<Said> {
    let one = |(seconds, values): &(f64, &str)| {
        let mut map = Map::new();
        let _ = body::values(&format!("{{\"values\":{values}}}"), |name, value: Value| {
            map.insert(name.into_owned(), value);
        });
        ((seconds * 1e6) as i64, map)
    };
    readings.iter().map(one).collect()
}

fn event(conn: &Connection, board: i64, seq: i64, time: i64, kind: i64, body: &str) {
    let sql = "INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5)";
    conn.execute(sql, (board, seq, time, kind, body)).unwrap();
}

fn body_of(values: &Map<String, Value>) -> String {
    format!("{{\"values\":{}}}", Value::Object(values.clone()))
}
