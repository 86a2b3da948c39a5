//! Random readings, commits, rollbacks and restarts against sums of all that was kept.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// What happens next.
#[derive(Clone, Debug)]
enum Step {
    /// A reading after so many milliseconds.
    Reading {
        board: i64,
        wait: i64,
        values: Vec<(usize, String)>,
    },
    /// Some other event after so many milliseconds.
    Other {
        wait: i64,
    },
    Commit,
    /// All since the last commit is undone.
    Rollback,
    /// The sums are read again in the middle of a transaction.
    Restart,
}

const NAMES: [&str; 4] = ["t", "h", "é \\\"x\\\"", ""];

fn wait() -> impl Strategy<Value = i64> {
    prop_oneof![
        6 => 0..5_000i64,
        3 => 20_000..200_000i64,
        1 => 3_000_000..10_000_000i64,
        1 => Just(86_400_000 * 40),
    ]
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (-1000..1000i32).prop_map(|tenths| format!("{}", f64::from(tenths) / 10.0)),
        1 => any::<i64>().prop_map(|number| number.to_string()),
        1 => prop_oneof![Just("1e308"), Just("-1e308"), Just("-0.0"), Just("true"), Just("false"), Just("null"), Just("\"text\"")].prop_map(str::to_owned),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let values = prop::collection::vec((0..NAMES.len(), value()), 0..4);
    let reading = (1..4i64, wait(), values).prop_map(|(board, wait, values)| Step::Reading {
        board,
        wait,
        values,
    });
    prop_oneof![
        20 => reading,
        1 => wait().prop_map(|wait| Step::Other { wait }),
        3 => Just(Step::Commit),
        2 => Just(Step::Rollback),
        1 => Just(Step::Restart),
    ]
}

/// All numbers of a board's channel in one span; empty if it was there without one.
type Model = BTreeMap<(i64, String, i64), Vec<f64>>;

fn model(filling: &Filling, span: i64, until: i64) -> Model {
    let mut model = Model::new();
    let mut events = filling
        .conn
        .prepare("SELECT board, time, body FROM event WHERE kind = 0")
        .unwrap();
    let mut rows = events.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let (board, time): (i64, i64) = (row.get_unwrap(0), row.get_unwrap(1));
        let body: serde_json::Value =
            serde_json::from_str(&row.get_unwrap::<_, String>(2)).unwrap();
        for (name, value) in body["values"].as_object().unwrap() {
            if time >= until {
                continue;
            }
            let key = (board, name.clone(), time.div_euclid(span) * span);
            let number = value
                .as_bool()
                .map(|on| if on { 1.0 } else { 0.0 })
                .or(value.as_f64());
            model.entry(key).or_default().extend(number);
        }
    }
    model
}

fn compare(filling: &Filling, table: &str, span: i64) {
    let until = filling.number("SELECT summed FROM progress");
    let model = model(filling, span, until);
    let sql = format!(
        "SELECT board, name, start, min, max, mean, count FROM {table}
         JOIN channel ON channel.id = channel ORDER BY board, name, start"
    );
    let mut query = filling.conn.prepare(&sql).unwrap();
    let mut rows = query.query([]).unwrap();
    let mut count = 0;
    while let Some(row) = rows.next().unwrap() {
        count += 1;
        let key = (row.get_unwrap(0), row.get_unwrap(1), row.get_unwrap(2));
        let numbers = model
            .get(&key)
            .unwrap_or_else(|| panic!("{table}: {key:?} is invented"));
        assert_eq!(
            row.get_unwrap::<_, i64>(6),
            numbers.len() as i64,
            "{table}: {key:?}"
        );
        let got: [Option<f64>; 3] = [3, 4, 5].map(|column| row.get_unwrap(column));
        let wanted = summary(numbers);
        assert_eq!(got.map(|got| got.is_some()), [wanted.is_some(); 3]);
        if let (Some([min, max, mean]), [Some(low), Some(high), Some(middle)]) = (wanted, got) {
            assert_eq!((low, high), (min, max), "{table}: {key:?}");
            let size = numbers
                .iter()
                .fold(0.0, |most: f64, number| most.max(number.abs()));
            assert!(
                (middle - mean).abs() <= size * 1e-12,
                "{table}: {key:?} {middle} {numbers:?}"
            );
            assert!(low <= middle && middle <= high);
        }
    }
    assert_eq!(count, model.len(), "{table}: rows are missing");
}

fn summary(numbers: &[f64]) -> Option<[f64; 3]> {
    let length = numbers.len() as f64;
    let mean = numbers.iter().map(|number| number / length).sum();
    let min = numbers.iter().copied().reduce(f64::min)?;
    let max = numbers.iter().copied().reduce(f64::max)?;
    Some([min, max, mean])
}

fn run(steps: Vec<Step>) {
    let mut filling = Filling::in_memory();
    filling.boards(3);
    let (mut time, mut committed) = (START, (START, 0));
    filling.conn.execute_batch("SAVEPOINT test").unwrap();
    for step in steps {
        match step {
            Step::Reading {
                board,
                wait,
                values,
            } => {
                time += wait * 1000 + 7;
                let mut fields = BTreeMap::new();
                fields.extend(values.iter().map(|(name, value)| (NAMES[*name], value)));
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(name, value)| format!("\"{name}\":{value}"))
                    .collect();
                filling.reading(
                    board,
                    time,
                    &format!("{{\"values\":{{{}}}}}", fields.join(",")),
                );
            }
            Step::Other { wait } => {
                time += wait * 1000;
                filling.event(0, time, 3, "{\"jump\":61000}");
                filling.sums.pass(&filling.conn, Timestamp(time)).unwrap();
            }
            Step::Commit => {
                filling
                    .conn
                    .execute_batch("RELEASE test; SAVEPOINT test")
                    .unwrap();
                committed = (time, filling.seq);
            }
            Step::Rollback => {
                filling.conn.execute_batch("ROLLBACK TO test").unwrap();
                (time, filling.seq) = committed;
                filling.sums = Sums::load(&filling.conn).unwrap();
            }
            Step::Restart => filling.sums = Sums::load(&filling.conn).unwrap(),
        }
    }
    compare(&filling, "minute", MINUTE);
    compare(&filling, "hour", HOUR);
    let end = Timestamp(time + HOUR);
    filling.sums.pass(&filling.conn, end).unwrap();
    compare(&filling, "minute", MINUTE);
    compare(&filling, "hour", HOUR);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn sums_are_what_the_events_say(steps in prop::collection::vec(step(), 0..80)) {
        run(steps);
    }
}
