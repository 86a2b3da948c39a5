//! Random readings, trims, removals and restarts against a list of all events.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::history::sums::Sums;

/// What happens next.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// A reading of a board, of one of its channels, after so many seconds.
    Reading(i64, i64, i64),
    /// All that is older than so many seconds goes.
    Trim(i64),
    /// The same, but the transaction fails.
    Fail(i64),
    Remove(i64),
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let wait = prop_oneof![5 => 0..40i64, 2 => 100..5000i64, 1 => Just(400_000)];
    prop_oneof![
        12 => (1..4i64, 0..3i64, wait).prop_map(|(board, channel, wait)| Step::Reading(board, channel, wait)),
        3 => prop_oneof![0..400i64, 3000..20_000i64].prop_map(Step::Trim),
        1 => (0..400i64).prop_map(Step::Fail),
        1 => (1..4i64).prop_map(Step::Remove),
        1 => Just(Step::Restart),
    ]
}

struct Event {
    board: i64,
    channel: i64,
    seq: i64,
    time: i64,
}

fn run(steps: Vec<Step>) {
    let mut filling = Filling::in_memory();
    filling.boards(3);
    let mut events: Vec<Event> = Vec::new();
    let mut second = 0;
    for step in steps {
        match step {
            Step::Reading(board, channel, wait) => {
                second += wait;
                let time = START + second * SECOND;
                let revive = format!(
                    "INSERT INTO board VALUES ({board}, 'board-{board}', '{{}}', 0)
                    ON CONFLICT (id) DO UPDATE SET latest = '{{}}'"
                );
                filling.conn.execute_batch(&revive).unwrap();
                filling.reading(board, time, &format!("{{\"values\":{{\"c{channel}\":1}}}}"));
                let seq = filling.seq as i64;
                events.push(Event {
                    board,
                    channel,
                    seq,
                    time,
                });
            }
            Step::Trim(keep) => {
                let trimmed = trim_all(&mut filling, second, keep, ANY_SIZE);
                let limit = floor(START + (second - keep) * SECOND, MINUTE);
                compare(&filling, &events, limit, &trimmed);
            }
            Step::Fail(keep) => {
                filling.conn.execute_batch("SAVEPOINT failing").unwrap();
                let bounds = Bounds {
                    keep_micros: keep * SECOND,
                    max_bytes: ANY_SIZE,
                };
                trim(&filling.conn, Timestamp(START + second * SECOND), &bounds).unwrap();
                filling
                    .conn
                    .execute_batch("ROLLBACK TO failing; RELEASE failing")
                    .unwrap();
            }
            Step::Remove(board) => {
                let remove = format!("UPDATE board SET latest = NULL WHERE id = {board}");
                filling.conn.execute_batch(&remove).unwrap();
            }
            Step::Restart => filling.sums = Sums::load(&filling.conn).unwrap(),
        }
    }
}

fn compare(filling: &Filling, events: &[Event], limit: i64, trimmed: &Trimmed) {
    let summed = filling.number("SELECT summed FROM progress");
    let limit = limit.min(summed);
    // Earlier trims may have kept less.
    let first = filling.number("SELECT coalesce(min(seq), 1 << 60) FROM event");
    let kept = |event: &&Event| event.seq >= first;
    assert!(events.iter().filter(kept).all(|event| event.time >= limit));
    let count = events.iter().filter(kept).count() as i64;
    assert_eq!(filling.number("SELECT count(*) FROM event"), count);
    let gone: BTreeMap<i64, u64> = trimmed.gone.iter().copied().collect();
    for (board, seq) in &gone {
        let sql = format!("SELECT coalesce(max(gone), {seq}) FROM board WHERE id = {board}");
        assert_eq!(filling.number(&sql), *seq as i64, "board {board}");
    }
    for event in events.iter().filter(|event| event.seq < first) {
        let Event { board, seq, .. } = event;
        let told = format!("SELECT max(gone) >= {seq} FROM board WHERE id IN (0, {board})");
        assert_eq!(filling.number(&told), 1, "board {board}, {seq}");
    }
    let rows = |span| {
        let closed = events
            .iter()
            .filter(kept)
            .filter(|event| event.time < summed);
        let rows = closed.map(|event| (event.board, event.channel, floor(event.time, span)));
        rows.collect::<BTreeSet<_>>().len() as i64
    };
    for (table, span) in [("minute", MINUTE), ("hour", HOUR)] {
        let sql = format!("SELECT count(*) FROM {table} JOIN channel ON channel.id = channel");
        assert_eq!(filling.number(&sql), rows(span), "{table}");
        let all = format!("SELECT count(*) FROM {table}");
        assert_eq!(filling.number(&all), rows(span), "{table} without channel");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn what_is_left_belongs_together(steps in prop::collection::vec(step(), 0..80)) {
        run(steps);
    }
}
